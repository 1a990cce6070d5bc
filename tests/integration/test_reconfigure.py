"""A gateway under load goes on with another configuration: nothing lost, little reconnected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, cast

import apsw
import pytest

from edge.config import Configuration, load
from edge.gateway import Gateway
from simulators.community import simulators_of
from simulators.fire_panel import FirePanel
from simulators.lift import LiftSimulator
from simulators.ports import free_port

pytestmark = pytest.mark.integration

PATIENCE_S: Final = 30.0

SITE = """
site: {{id: s, name: {{zh: 测试, en: Test}}}}
gateway: {{id: gw, store: var}}
page: {{serve: 'off'}}
links:
  - {{id: one, driver: modbus, transport: {{type: tcp, host: 127.0.0.1, port: {one}}}}}
  - {{id: other, driver: modbus, transport: {{type: tcp, host: 127.0.0.1, port: {other}}}}}
  - {{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {fire}}}}}
devices:
  - id: lift-1
    link: one
    profile: lifts/ba_box
    name: {{zh: 一, en: One}}
    address: {{unit: 2}}
  - id: lift-2
    link: other
    profile: lifts/ba_box
    name: {{zh: 二, en: {name}}}
    address: {{unit: 3}}
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {{zh: 消防, en: Fire}}
    address: {{address: 7}}
"""
MORE = """
  - id: lift-3
    link: other
    profile: lifts/ba_box
    name: {{zh: 三, en: Three}}
    address: {{unit: 4}}
"""


class Scene:
    """A gateway that runs, its devices, and the ways in which its file may be changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in ("one", "other", "fire")}
        self.write("Two", MORE)  # the simulators stand in for all that will ever be there
        self.simulators = simulators_of(self.site_file)
        self.write("Two")
        self.gateway = Gateway(self.load())

    @property
    def site_file(self) -> Path:
        """Where it is."""
        return self.folder / "site.yaml"

    def write(self, name: str, more: str = "") -> None:
        """Write the site file, with this name of a lift, and perhaps one lift more."""
        text = (SITE + more).format(name=name, **self.ports)
        self.site_file.write_text(text, encoding="utf-8")

    def load(self) -> Configuration:
        """Read it."""
        return load(self.site_file, language="en")

    async def change(self, name: str, more: str = "") -> None:
        """Go on with another file."""
        await asyncio.to_thread(self.write, name, more)
        await self.gateway.reconfigure(await asyncio.to_thread(self.load))

    def connections(self, device: str) -> int:
        """How often the gateway has connected to the lift's server."""
        return cast("LiftSimulator", self.simulators[device]).server.connections

    @property
    def panel(self) -> FirePanel:
        """The transmission device."""
        return cast("FirePanel", self.simulators["fire-1"])

    def online(self, device: str) -> bool:
        """Whether it can be heard."""
        reading = self.gateway.running.state.readings.get(f"{device}/online")
        return reading is not None and reading.value is True


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Scene]:
    """Everything alive, every device heard."""
    scene = await asyncio.to_thread(Scene, folder)
    stop = asyncio.Event()
    tasks = [
        asyncio.create_task(each.run(), name=f"simulator {each.id}")
        for each in dict.fromkeys(scene.simulators.values())
    ]
    gateway = asyncio.create_task(scene.gateway.run(stop), name="gateway")
    try:
        await until(lambda: all(scene.online(d) for d in ("lift-1", "lift-2", "fire-1")))
        yield scene
    finally:
        stop.set()
        await gateway
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(holds: Callable[[], bool]) -> None:
    """Return when it holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - the world outside the loop has no events
            await asyncio.sleep(0.02)


def kept(folder: Path) -> tuple[set[str], list[str]]:
    """The devices' own identities that are on disk, and the kinds of all events of the panel."""
    db = apsw.Connection(str(folder / "var" / "journal.db"))
    try:
        origins = {str(row[0]) for row in db.execute("SELECT origin FROM origin")}
        about = db.execute("SELECT kind FROM event WHERE subject = 'fire-1' ORDER BY number")
        return origins, [str(row[0]) for row in about]
    finally:
        db.close()


def test_a_change_under_load_drops_nothing_and_reconnects_only_what_changed(tmp_path: Path) -> None:
    """While five hundred faults come in, a lift is added to one of two buses, and taken away."""

    async def story() -> None:
        async with running(tmp_path) as scene:
            await scene.panel.act("fire-1", "storm", {"count": 500})
            await scene.change("Two", MORE)
            await until(lambda: scene.online("lift-3") and scene.online("lift-2"))
            await scene.change("Two")
            await until(lambda: scene.online("lift-2"))
            assert "lift-3/online" not in scene.gateway.running.state.readings
            await until(lambda: all(told.confirmed for told in scene.panel.told))
            assert scene.connections("lift-1") == 1
            assert scene.connections("lift-2") == 3
            told = {each.origin for each in scene.panel.told}
        assert len(told) == 500
        origins, kinds = await asyncio.to_thread(kept, tmp_path)
        assert told <= origins
        assert kinds.count("device.online") == 1
        assert "device.offline" not in kinds

    asyncio.run(story())


def test_a_new_name_reconnects_nothing(tmp_path: Path) -> None:
    """What is only for people to read changes while every connection goes on."""

    async def story() -> None:
        async with running(tmp_path) as scene:
            await scene.change("Second")
            site = scene.gateway.running.configuration.site
            assert site.devices["lift-2"].name.en == "Second"
            assert (scene.connections("lift-1"), scene.connections("lift-2")) == (1, 1)

    asyncio.run(story())


def test_an_alarm_goes_on_through_a_change(tmp_path: Path) -> None:
    """A lift whose passengers are trapped is not found trapped a second time."""

    async def story() -> None:
        async with running(tmp_path) as scene:
            await scene.simulators["lift-1"].act("lift-1", "trap", {"floor": 5})
            alarms = scene.gateway.running.alarms
            await until(lambda: "lift-1/entrapment" in alarms.active)
            number = alarms.active["lift-1/entrapment"].number
            await scene.change("Two", MORE)
            await until(lambda: scene.online("lift-3"))
            assert scene.gateway.running.alarms.active["lift-1/entrapment"].number == number

    asyncio.run(story())
