"""What a reading costs from its register to the history, stage by stage, beside bare frames."""

from __future__ import annotations

import asyncio
import json
import resource
import struct
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, Final, TypeAlias, cast

import structlog

from edge.alarms import Alarms
from edge.clock import Clock
from edge.driver import Report
from edge.drivers.modbus.link import ModbusLink
from edge.drivers.modbus.profile import ModbusProfile
from edge.history import History
from edge.keeper import Keeper
from edge.loop import new_loop
from edge.model import Block, Event
from edge.pipeline import Pipeline
from edge.rules.engine import Engine
from edge.rules.rule import Rule
from tests.bench.bench_rules import written
from tests.fakes.modbus import made, placed, section
from tests.fakes.pipeline import FakeJournal
from tests.fakes.site import bare_site

Stage: TypeAlias = Callable[[int], Coroutine[Any, Any, float]]
Take: TypeAlias = Callable[[Report], Awaitable[None]]

DEVICES: Final = 200
REGISTERS: Final = 10
RULES: Final = 20
ROUNDS: Final = 3
SECONDS: Final = 1.5
WARM: Final = 5 * DEVICES * REGISTERS
"""Readings until it counts: every device is connected, and was read several times."""

CHANGING: Final = (0, 2, 10)
"""How many of the ten registers have another value at each read."""

ASK: Final = struct.Struct(">HHHBBHH").pack(1, 0, 6, 1, 3, 0, REGISTERS)
ANSWER: Final = struct.Struct(f">9x{REGISTERS}H")
BUSY: Final = made({f"p{n}": {"register": n, "every": "1ms"} for n in range(REGISTERS)})
USUAL: Final = made({f"p{n}": {"register": n, "every": "1s"} for n in range(REGISTERS)})

MANY: Final = 5_000
"""Devices in one process, each read once a second: 50,000 points."""

SETTLED: Final = 15 * MANY * REGISTERS
"""Readings until all is there that is held of a point: its traces are full."""


@contextmanager
def devices(changing: int) -> Iterator[int]:
    """The devices, in a process of their own; yields their port."""
    command = [sys.executable, "-m", "tests.bench.spine_server", str(changing)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.communicate()


class Bare(asyncio.Protocol):
    """The reference: the next frame when the last one is answered, its registers in a list."""

    count = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(ASK)

    def data_received(self, data: bytes) -> None:
        """Take the values and ask again."""
        Bare.count += len(ANSWER.unpack(data))
        self._transport.write(ASK)


def link(number: int, port: int, profile: ModbusProfile) -> ModbusLink:
    """One device behind its own socket."""
    tcp = section({"type": "tcp", "host": "127.0.0.1", "port": port})
    return tcp.bind([placed(f"d{number}", 1, profile)])


async def reached(taken: Callable[[], int], readings: int) -> None:
    """Wait until so many have come."""
    while taken() < readings:  # noqa: ASYNC110 - an event for each reading would be measured too
        await asyncio.sleep(0.05)


async def cost(taken: Callable[[], int]) -> float:
    """µs of the processor for each reading, while everything runs as fast as it can."""
    await reached(taken, WARM)
    before, began = taken(), process_time()
    await asyncio.sleep(SECONDS)
    return (process_time() - began) / max(taken() - before, 1) * 1e6


async def bare(port: int) -> float:
    """The reference."""
    loop = asyncio.get_running_loop()
    begun = Bare.count
    opened = [await loop.create_connection(Bare, "127.0.0.1", port) for _ in range(DEVICES)]
    try:
        return await cost(lambda: Bare.count - begun)
    finally:
        for transport, _ in opened:
            transport.abort()


@asynccontextmanager
async def kept_open(
    port: int, take: Take, count: int = DEVICES, profile: ModbusProfile = BUSY
) -> AsyncIterator[None]:
    """Every device behind a keeper."""
    clock = Clock()

    async def tell(event: Event) -> None:
        await take(Report((event,)))

    links = [link(n, port, profile) for n in range(count)]
    keepers = [Keeper(each, take, tell, clock.now, count) for each in links]
    tasks = [asyncio.create_task(each.run(), name=each.id) for each in keepers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def driver(port: int) -> float:
    """Drivers and keepers; what they say is only counted."""
    count = 0

    async def take(report: Report) -> None:
        nonlocal count
        count += sum(len(each.values) for each in report.records if isinstance(each, Block))

    async with kept_open(port, take):
        return await cost(lambda: count)


def rules() -> list[Rule[Any]]:
    """Limits that nothing reaches."""
    return [
        written(f"d{n}", n, {"point": f"d{n}/p{n % REGISTERS}", "above": 60_000})
        for n in range(RULES)
    ]


@asynccontextmanager
async def running(*, ruled: bool, store: Path | None) -> AsyncIterator[Pipeline]:
    """A pipeline at work, with or without rules and history."""
    clock = Clock()
    history = History(store, clock.now) if store else None
    pipeline = Pipeline(
        lambda through: Engine(rules() if ruled else (), through=through),
        Alarms(bare_site()),
        FakeJournal(),
        lambda _: None,
        clock,
        next_number=1,
        trusted=lambda: True,
        note=history.add if history else lambda _: None,
    )
    tasks = [asyncio.create_task(pipeline.run(), name="pipeline")]
    if history is not None:
        tasks.append(asyncio.create_task(history.run(), name="history"))
    try:
        yield pipeline
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if history is not None:
            await history.close()


async def spine(port: int, *, ruled: bool, store: Path | None) -> float:
    """All of the way up."""
    async with running(ruled=ruled, store=store) as pipeline, kept_open(port, pipeline.take):
        return await cost(lambda: pipeline.state.reading_count)


def resident() -> int:
    """Bytes of memory that this process has."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


async def held(port: int, store: Path) -> str:
    """What many points that are read once a second hold in memory, and cost."""
    before = resident()
    async with (
        running(ruled=True, store=store) as pipeline,
        kept_open(port, pipeline.take, MANY, USUAL),
    ):
        state = pipeline.state
        await reached(lambda: state.reading_count, SETTLED)
        count, began, worked = state.reading_count, perf_counter(), process_time()
        await asyncio.sleep(10)
        took, core = perf_counter() - began, process_time() - worked
        points = MANY * REGISTERS
        told = {
            "name": f"spine.held.{points}_points",
            "mb": round(resident() / 1e6, 1),
            "bytes_a_point": round((resident() - before) / points),
            "readings_a_second": round((state.reading_count - count) / took),
            "core": round(core / took, 2),
        }
    return json.dumps(told)


def measured(changing: int, stages: dict[str, Stage]) -> Iterator[str]:
    """Every stage in turn, several times over, so that each has the same neighbours."""
    seen: dict[str, list[float]] = {name: [] for name in stages}
    with devices(changing) as port:
        for _ in range(ROUNDS):
            for name, stage in stages.items():
                with asyncio.Runner(loop_factory=new_loop) as runner:
                    seen[name].append(runner.run(stage(port)))
    reference = median(seen["bare"])
    for name, costs in seen.items():
        us = median(costs)
        yield json.dumps(
            {
                "name": f"spine.{name}.{changing}_of_{REGISTERS}_change",
                "us": round(us, 3),
                "reference": "bare frames",
                "reference_us": round(reference, 3),
                "ratio": round(us / reference, 2),
                "values_a_second": round(1e6 / us),
            }
        )


def tell(line: str) -> None:
    """Say it at once: the rest takes a while."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print one JSON object for each stage, everything before it included, and one for memory."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    for changing in CHANGING:
        with tempfile.TemporaryDirectory() as folder:
            stages: dict[str, Stage] = {
                "bare": bare,
                "driver": driver,
                "pipeline": lambda port: spine(port, ruled=False, store=None),
                "rules": lambda port: spine(port, ruled=True, store=None),
                "history": lambda port, folder=folder: spine(port, ruled=True, store=Path(folder)),  # type: ignore[misc]
            }
            for line in measured(changing, stages):
                tell(line)
    with (
        tempfile.TemporaryDirectory() as folder,
        devices(CHANGING[1]) as port,
        asyncio.Runner(loop_factory=new_loop) as runner,
    ):
        tell(runner.run(held(port, Path(folder))))


if __name__ == "__main__":
    main()
