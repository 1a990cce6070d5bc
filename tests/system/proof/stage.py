"""Everybody who takes part in a run, on free ports, in one folder."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from simulators.broker import Mosquitto, mosquitto
from simulators.chaos_proxy import ChaosProxy
from simulators.ports import free_port
from tests.fakes.authority import Authority
from tests.system.proof.false_clock import FalseClock
from tests.system.proof.loop_disk import LoopDisk
from tests.system.proof.processes import Child, Daemon, python
from tests.system.proof.sabotage import SABOTAGES, WRAPPERS
from tests.system.proof.world import EXPIRED, GOOD, TOKEN, TOKEN_FILE, World

ALLOWED: Final = "user gateway\ntopic readwrite #\n\nuser platform\ntopic readwrite #\n"
DENIED: Final = "user gateway\ntopic read #\n\nuser platform\ntopic readwrite #\n"
QUEUED: Final = "max_queued_messages 0"
CLOCK: Final = "clock"
ON_A_DISK: Final = {"disk_full", "disk_read_only", "power_cut"}
"""Faults for which the store needs a disk of its own."""
FINISH_S: Final = 60.0
"""What a device is owed once every fault is over: the longest pause between two tries, and some."""


@dataclass(slots=True)
class Stage:
    """Who is there; `ways` are the proxies before the gateway's port and before its broker.

    `dials` are connections that nobody else looks after.
    """

    folder: Path
    world: World
    cloud: Mosquitto
    field_broker: Mosquitto
    ways: dict[str, ChaosProxy]
    daemon: Daemon
    platform: Child
    devices: Child
    clock: FalseClock | None = None
    disk: LoopDisk | None = None
    dials: list[asyncio.StreamWriter] = field(default_factory=list)

    def allow(self, *, gateway: bool) -> None:
        """Let the gateway write to its broker, or not; the broker has to reread it."""
        (self.folder / "acl").write_text(ALLOWED if gateway else DENIED, "ascii")

    def port(self, way: str) -> int:
        """Return the port that somebody dials for a way."""
        return self.world.cloud_way if way == "cloud" else self.world.panel_way

    async def all_said(self) -> None:
        """Let the devices end when what they have said is confirmed."""
        await self.devices.finish(FINISH_S)


def a_world(panels: int, gates: int) -> World:
    """Return a world on free ports."""
    return World(
        page_port=free_port(),
        panel_port=free_port(),
        panel_way=free_port(),
        cloud_port=free_port(),
        cloud_way=free_port(),
        door_port=free_port(),
        field_port=free_port(),
        panels={f"fire-{number}": 10 + number for number in range(1, panels + 1)},
        flooder=("flood-1", 99),
        gates={f"gate-{number}": f"{1000 + number}" for number in range(1, gates + 1)},
    )


@asynccontextmanager
async def stage(
    folder: Path, world: World, sabotage: str, kinds: Collection[str]
) -> AsyncIterator[Stage]:
    """Start everybody; end everybody when the block ends.

    The gateway breaks the promise where a `sabotage` is named. `kinds` are the faults to come.
    """
    program = mosquitto()
    assert program is not None, "mosquitto is not installed"
    world.save(folder)
    (folder / "site.yaml").write_text(world.site(folder), "utf-8")
    _sign(folder)
    false_clock = FalseClock(folder / CLOCK) if "clock" in kinds else None
    on_disk = not ON_A_DISK.isdisjoint(kinds)
    loop_disk = LoopDisk(folder / "disk.img", folder / "var") if on_disk else None
    acl = folder / "acl"
    site = str(folder / "site.yaml")
    here = Stage(
        folder=folder,
        world=world,
        cloud=Mosquitto(program, world.cloud_port, [f"acl_file {acl}", QUEUED]),
        field_broker=Mosquitto(program, world.field_port, [QUEUED]),
        ways={
            "panels": ChaosProxy(world.panel_way, world.panel_port),
            "cloud": ChaosProxy(world.cloud_way, world.cloud_port),
        },
        daemon=Daemon(
            folder,
            [*_launch(folder, sabotage, kinds), "run", site, "--log", "json"],
        ),
        platform=Child("platform", python("tests.system.proof.receiver", folder), folder),
        devices=Child("devices", python("tests.system.proof.devices", folder), folder),
        clock=false_clock,
        disk=loop_disk,
    )
    here.allow(gateway=True)
    async with AsyncExitStack() as stack:
        await _raise_curtain(here, stack)
        yield here


def _launch(folder: Path, sabotage: str, kinds: Collection[str]) -> list[str]:
    """Return what runs the gateway: as anybody would, unless something is to be about it."""
    words = ["--clock", str(folder / CLOCK)] if "clock" in kinds else []
    words += ["--torn", str(folder / "var")] if "power_torn" in kinds else []
    words += ["--sabotage", sabotage] if sabotage in SABOTAGES else []
    before = list(WRAPPERS.get(sabotage, ()))
    return before + (python("tests.system.proof.launcher", *words) if words else python("edge"))


def _sign(folder: Path) -> None:
    """Let the platform have a certificate that is good, and one that is over."""
    authority = Authority(folder)
    authority.sign(GOOD)
    authority.sign(EXPIRED, -timedelta(hours=1))
    (folder / TOKEN_FILE).write_text(TOKEN, "ascii")


async def _raise_curtain(here: Stage, stack: AsyncExitStack) -> None:
    if here.disk is not None:
        stack.push_async_callback(here.disk.remove)
        await here.disk.make()
    for broker in (here.cloud, here.field_broker):
        stack.push_async_callback(broker.kill)
        await broker.start()
    for way in here.ways.values():
        stack.push_async_callback(way.close)
        await way.start()
    stack.push_async_callback(here.platform.kill)
    await here.platform.start()
    keeping = asyncio.create_task(here.daemon.keep_alive(), name="service")
    stack.push_async_callback(here.daemon.kill)
    stack.push_async_callback(_ended, keeping)
    stack.push_async_callback(here.devices.kill)
    await here.devices.start()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
