"""A gateway beside ordinary devices: for a while in peace, then with a hostile one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulators.broker import broker
from simulators.demo.process import GatewayProcess
from tests.bench.hostile.beats import Spread, spread
from tests.bench.hostile.bytes_of import DEEDS
from tests.bench.hostile.house import a_house
from tests.bench.hostile.ordinary import Ordinary
from tests.system.proof.processes import Child, python

START_S: Final = 30.0
SETTLE_S: Final = 3.0
"""What is loaded after the first read is loaded by then."""
CONFIRM_S: Final = 30.0
"""What was said is confirmed by then, or it is not."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """How each link was served for a while: the periods of polls, the waiting for confirmations."""

    periods: Mapping[str, Spread]
    waits: Mapping[str, Spread]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it was before and beside the hostile device, and what was left unconfirmed.

    `deeds` counts what the device did; `gateway_starts` is 1 for a gateway that never died.
    """

    quiet: Stretch
    beside: Stretch
    unconfirmed: Mapping[str, int]
    deeds: Mapping[str, int]
    gateway_starts: int


async def play(
    folder: Path, quiet_s: float, hostile_s: float, seed: int, deeds: Sequence[str] = DEEDS
) -> Outcome:
    """Start everybody, measure for so long without and so long with the device, end everybody."""
    house = a_house()
    house.save(folder)
    async with AsyncExitStack() as stack:
        for port in (house.broker, house.bad_broker):
            await stack.enter_async_context(broker(port))
        gateway = GatewayProcess(folder / "site.yaml", folder / "gateway.log")
        running = asyncio.create_task(gateway.supervise(), name="gateway")
        stack.push_async_callback(_ended, running)
        stack.push_async_callback(gateway.stop)
        ordinary, enough = Ordinary(house), asyncio.Event()
        telling = asyncio.create_task(ordinary.run(enough), name="ordinary")
        stack.push_async_callback(_ended, telling)
        await _all_served(ordinary)
        device = Child("device", python("tests.bench.hostile.device", folder, seed, *deeds), folder)
        stack.push_async_callback(device.kill)
        quiet = await _quiet(ordinary, quiet_s)
        await device.start()
        begun = asyncio.get_running_loop().time()
        await asyncio.sleep(hostile_s)
        ended = asyncio.get_running_loop().time()
        enough.set()
        await asyncio.wait([telling], timeout=CONFIRM_S)
        beside = _stretch(ordinary, begun, ended)
        unconfirmed = ordinary.unconfirmed
        await device.finish(CONFIRM_S)
        done = json.loads(await asyncio.to_thread(_last_line, device.log))
        return Outcome(quiet, beside, unconfirmed, done, gateway.starts)


async def _all_served(ordinary: Ordinary) -> None:
    async with asyncio.timeout(START_S):
        while not ordinary.served:  # noqa: ASYNC110 - what was noted are plain lists
            await asyncio.sleep(0.1)
    await asyncio.sleep(SETTLE_S)


async def _quiet(ordinary: Ordinary, seconds: float) -> Stretch:
    begin = asyncio.get_running_loop().time()
    await asyncio.sleep(seconds)
    return _stretch(ordinary, begin, asyncio.get_running_loop().time())


def _stretch(ordinary: Ordinary, begin: float, end: float) -> Stretch:
    return Stretch(
        {name: spread(beats.between(begin, end)) for name, beats in ordinary.polled.items()},
        {name: spread(told.waits.between(begin, end)) for name, told in ordinary.told.items()},
    )


def _last_line(log: Path) -> str:
    return log.read_text("utf-8").splitlines()[-1]


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
