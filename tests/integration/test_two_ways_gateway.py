"""A whole gateway whose platform is reached two ways: how each is told, and changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import cast

import apsw
import pytest

from edge.broker import Broker
from edge.config import Configuration, load
from edge.gateway import Gateway
from edge.gateway.serving import amiss_after
from simulators.broker import Mosquitto, RunningBroker, broker
from simulators.community import simulators_of
from simulators.fire_panel import FirePanel
from simulators.platform import Platform
from simulators.platform.door import Door
from simulators.ports import free_port
from tests.fakes.authority import Authority

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]

PATIENCE_S = 20.0
A_LITTLE_S = 2.0
"""For the panel, the pipeline, the disk, TLS and a busy machine."""

TOKEN = "s3cret-of-gw-1"  # noqa: S105 - a test's own
SITE = """
site: {{id: s, name: {{zh: 测试, en: Test}}}}
gateway: {{id: gw, store: var}}
page: {{serve: 'off'}}
links:
  - {{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {fire}}}}}
devices:
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {{zh: 消防, en: Fire}}
    address: {{address: 7}}
uplinks:
  - id: city
    type: mqtt
    broker: {{host: 127.0.0.1, port: {port}}}
"""
SECOND = """
    https:
      url: https://127.0.0.1:{door}/ingest
      token_file: {token}
      tls: {{ca_file: authority.crt}}
"""


class Scene:
    """A broker, a platform, and a gateway that may be changed."""

    def __init__(self, folder: Path, running: RunningBroker) -> None:
        self.folder = folder
        self.running = running
        signed = Authority(folder).sign("server")
        self.door = Door(signed.cert_file, signed.key_file, TOKEN, free_port())
        place = Broker(host="127.0.0.1", port=running.port)
        self.platform = Platform(folder / "platform.db", place, door=self.door)
        for name, words in (("right", TOKEN), ("wrong", "another")):
            (folder / name).write_text(words, encoding="ascii")
        self.fire_port = free_port()
        self.gateway = Gateway(self.written("right"))
        self.panel = cast("FirePanel", simulators_of(folder / "site.yaml")["fire-1"])

    def written(self, token: str | None) -> Configuration:
        """A site file whose second way has this token; without one there is no second way."""
        text = SITE + (SECOND if token else "")
        ports = {"port": self.running.port, "door": self.door.port, "fire": self.fire_port}
        filled = text.format(token=token, **ports)
        (self.folder / "site.yaml").write_text(filled, encoding="utf-8")
        return load(self.folder / "site.yaml", language="en")

    async def change(self, token: str | None) -> Callable[[], tuple[str, ...]]:
        """Go on with another file; what is amiss with it is asked by calling what is returned."""
        configuration = await asyncio.to_thread(self.written, token)
        amiss = amiss_after(lambda: self.gateway.running, configuration, "links")
        await self.gateway.reconfigure(configuration)
        return lambda: tuple(each.en for each in amiss())

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait until it is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not wanted():  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.02)

    def up(self) -> dict[str, bool]:
        """The ways, and whether each is up."""
        return {name: up for name, (up, _) in self.gateway.running.uplinks().items()}

    async def ways(self) -> list[tuple[str, bool, bool]]:
        """The ways as they are told: over what, whether up, whether in use."""
        [uplink] = (await self.gateway.running.standing()).uplinks
        return [(way.over, way.up, way.used) for way in uplink.ways]


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """Everything runs."""
    async with broker() as running:
        played = await asyncio.to_thread(Scene, folder, running)
        living = asyncio.create_task(played.platform.run(), name="platform")
        panel = asyncio.create_task(played.panel.run(), name="panel")
        await played.platform.ready.wait()
        await played.platform.connected.wait()
        gateway = asyncio.create_task(played.gateway.run(asyncio.Event()), name="gateway")
        try:
            yield played
        finally:
            for task in (panel, gateway, living):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


def play(folder: Path, story: Callable[[Scene], Awaitable[None]]) -> None:
    """Tell a story while everything runs."""

    async def main() -> None:
        async with asyncio.timeout(50), scene(folder) as played:
            await story(played)

    asyncio.run(main())


def _alarms(db: apsw.Connection) -> list[str]:
    """Which alarms of life safety the platform knows."""
    rows = db.execute("SELECT type FROM events WHERE lane = 'life_safety' ORDER BY arrival")
    return [str(kind) for (kind,) in rows]


def test_a_fire_while_the_broker_hangs(tmp_path: Path) -> None:
    """From the panel to the platform in three seconds and a little."""

    async def story(played: Scene) -> None:
        await played.until(lambda: played.up() == {"city": True, "city.https": True})
        state = played.gateway.running.state
        await played.until(lambda: "fire-1/online" in state.readings)
        assert isinstance(played.running, Mosquitto)
        played.running.freeze()
        loop = asyncio.get_running_loop()
        began = loop.time()
        await played.panel.act("fire-1", "fire", {})
        while "community.alarm.raised.v1" not in await played.platform.ask(_alarms):
            assert loop.time() - began < 3 + A_LITTLE_S
            await asyncio.sleep(0.02)

    play(tmp_path, story)


def test_both_ways_are_told(tmp_path: Path) -> None:
    """Which is up, which is in use; to the platform, too; and what happens goes the other way."""

    async def story(played: Scene) -> None:
        await played.until(lambda: played.up() == {"city": True, "city.https": True})
        assert await played.ways() == [("mqtt", True, True), ("https", True, False)]
        status = await played.gateway._status()
        assert [(each.id, each.up) for each in status.uplinks] == [
            ("city", True),
            ("city.https", True),
        ]
        await played.running.kill()
        await played.until(lambda: not played.up()["city"])
        await played.gateway._tell("stopping", "a test")
        await played.until(lambda: played.gateway._uplinks.used == {"city.https"})
        await played.until(lambda: not any(played.gateway._journal.depths.values()))
        assert await played.ways() == [("mqtt", False, False), ("https", True, True)]
        [uplink] = (await played.gateway.running.standing()).uplinks
        assert (uplink.up, uplink.reason) == (True, "connected")

    play(tmp_path, story)


def test_a_second_way_is_changed_while_it_runs(tmp_path: Path) -> None:
    """One that does not serve is amiss on trial; one that is taken away is told no more."""

    async def story(played: Scene) -> None:
        await played.until(lambda: played.up() == {"city": True, "city.https": True})
        amiss = await played.change("wrong")
        await played.until(lambda: played.up() == {"city": True, "city.https": False})
        [reason] = amiss()
        assert reason.startswith("the uplink city.https is not up: the platform does not know")
        amiss = await played.change("right")
        await played.until(lambda: not amiss())
        assert played.up() == {"city": True, "city.https": True}
        amiss = await played.change(None)
        await played.until(lambda: not amiss())
        assert played.up() == {"city": True}
        assert await played.ways() == [("mqtt", True, True)]

    play(tmp_path, story)
