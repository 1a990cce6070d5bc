"""The JSON sensor driver with simulated sensors over a real broker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge.driver import Report
from edge.drivers.mqtt_json.link import SensorDriver, SensorLink, SensorSection
from edge.errors import CommandRejected
from edge.model import Command, DeviceChanged, DeviceReported, Quality, Reading, Record, Value
from edge.mqtt import Broker
from edge.trace import Trace
from simulators.broker import Mosquitto, broker
from simulators.ports import free_port
from simulators.sensors import JsonSensors, Kind
from tests.fakes import mqtt
from tests.fakes.records import apart

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]

SENSORS: dict[str, tuple[str, Kind]] = {
    "call-1": ("cb01", "call_button"),
    "smoke-1": ("sd01", "smoke"),
    "bin-1": ("bn01", "bin"),
    "space-1": ("pk01", "parking"),
    "hydrant-1": ("hp01", "pressure"),
}
PROFILES: dict[Kind, str] = {
    "call_button": "call_button",
    "smoke": "smoke_detector",
    "bin": "bin",
    "parking": "fire_lane",
    "pressure": "hydrant_pressure",
}


def now() -> datetime:
    """The real instant."""
    return datetime.now(UTC)


@dataclass
class Scene:
    """A broker with sensors, and what the driver reported so far."""

    broker: Mosquitto
    sensors: JsonSensors
    link: SensorLink
    driver: SensorDriver
    confirming: bool
    reports: list[Report] = field(default_factory=list)

    @property
    def records(self) -> list[Record]:
        """Everything reported, oldest first."""
        return [record for report in self.reports for record in apart(report.records)]

    def last(self, point: str) -> Value | None:
        """The last value of a point."""
        values = [
            each.value for each in self.records if isinstance(each, Reading) and each.point == point
        ]
        return values[-1] if values else None

    def origins(self) -> list[str]:
        """The origins of all messages, in order."""
        return [each.origin for each in self.records if isinstance(each, DeviceReported)]

    def states(self, device: str) -> list[str]:
        """How the device changed, in order."""
        return [
            each.state
            for each in self.records
            if isinstance(each, DeviceChanged) and each.device == device
        ]

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait until it is so."""
        async with asyncio.timeout(8):
            while not wanted():  # noqa: ASYNC110 - also asks ledgers, which have no event
                await asyncio.sleep(0.01)

    async def follow(self) -> None:
        """Do what keeper and pipeline do, with a journal that is always quick."""
        async with aclosing(self.driver.reports()) as reports:
            async for report in reports:
                self.reports.append(report)
                if self.confirming and report.kept is not None:
                    report.kept()


@asynccontextmanager
async def serving(
    running: Mosquitto, sensors: JsonSensors, link: SensorLink, *, confirming: bool = True
) -> AsyncIterator[Scene]:
    """The driver's session with the broker."""
    async with link.open(now, Trace(now)) as driver:
        scene = Scene(running, sensors, link, driver, confirming)
        following = asyncio.create_task(scene.follow(), name="follow")
        try:
            yield scene
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


def play(
    story: Callable[[Scene], Awaitable[None]],
    *,
    confirming: bool = True,
    every_seconds: float = 60,
    **changes: Any,
) -> None:
    """Run a story with broker, five sensors and the driver, all of them ready."""
    port = free_port()
    place = Broker(host="127.0.0.1", port=port)
    sensors = JsonSensors("sensors", place, SENSORS, every_seconds=every_seconds)
    link = SensorSection(id="sensors", driver="mqtt_json", broker=place).bind(
        [
            mqtt.sensor(PROFILES[kind], device, number, **changes)
            for device, (number, kind) in SENSORS.items()
        ]
    )

    async def bounded() -> None:
        async with asyncio.timeout(20), broker(port) as running:
            assert isinstance(running, Mosquitto)
            async with serving(running, sensors, link, confirming=confirming) as scene:
                living = asyncio.create_task(sensors.run(), name="sensors")
                try:
                    await scene.until(lambda: len(scene.origins()) >= len(SENSORS))
                    await story(scene)
                finally:
                    living.cancel()
                    await asyncio.gather(living, return_exceptions=True)

    asyncio.run(bounded())


def test_every_verb_arrives_as_its_point() -> None:
    """Buttons, smoke, levels, spaces, pressure and battery become readings in profile units."""

    async def story(scene: Scene) -> None:
        deeds: list[tuple[str, str, dict[str, Value], str, Value]] = [
            ("call-1", "press", {}, "pressed", True),
            ("call-1", "release", {}, "pressed", False),
            ("smoke-1", "smoke", {}, "smoke", True),
            ("smoke-1", "clear", {}, "smoke", False),
            ("bin-1", "fill", {"percent": 91.5}, "fill_percent", 91.5),
            ("space-1", "occupy", {}, "occupied", True),
            ("hydrant-1", "pressure", {"kpa": 90.0}, "pressure", 90.0),
            ("hydrant-1", "battery", {"percent": 7.0}, "battery_percent", 7.0),
            ("bin-1", "tamper", {}, "tamper", True),
        ]
        for device, verb, args, point, value in deeds:
            await scene.sensors.act(device, verb, args)
            await scene.until(lambda p=f"{device}/{point}", v=value: scene.last(p) == v)  # type: ignore[misc]
        assert [told.origin for told in scene.sensors.told] == scene.origins()[len(SENSORS) :]
        with pytest.raises(ValueError, match="has no verb press"):
            await scene.sensors.act("bin-1", "press", {})
        with pytest.raises(CommandRejected):
            await scene.driver.execute(
                Command(id="1", device="bin-1", action="x", issued_by="t", expires_at=now())
            )

    play(story)


def test_a_press_that_was_not_kept_comes_again() -> None:
    """Nothing is acknowledged to the broker before `kept`: the next session gets it again."""

    async def story(scene: Scene) -> None:
        await scene.sensors.act("call-1", "press", {})
        origin = scene.sensors.told[0].origin
        await scene.until(lambda: origin in scene.origins())

    async def both(scene: Scene) -> None:
        await story(scene)
        async with serving(scene.broker, scene.sensors, scene.link) as again:
            await again.until(lambda: scene.sensors.told[0].origin in again.origins())
            assert again.last("call-1/pressed") is True

    play(both, confirming=False)


def test_a_broker_that_dies_loses_no_press() -> None:
    """The sensor keeps what the broker did not take, and sends it when it is back."""

    async def story(scene: Scene) -> None:
        await scene.broker.kill()
        await scene.sensors.act("call-1", "press", {})
        await scene.broker.start()
        async with serving(scene.broker, scene.sensors, scene.link) as again:
            await again.until(lambda: scene.sensors.told[0].origin in again.origins())

    play(story)


def test_a_silent_sensor_is_told_and_so_is_its_return() -> None:
    """`offline_after` without a message is offline; the next message is online."""

    async def story(scene: Scene) -> None:
        await scene.sensors.act("bin-1", "silent", {})
        await scene.until(lambda: scene.states("bin-1") == ["online", "offline"])
        await scene.sensors.act("bin-1", "speak", {})
        await scene.until(lambda: scene.states("bin-1") == ["online", "offline", "online"])
        assert scene.states("call-1") == ["online"]

    play(story, every_seconds=0.3, offline_after="1500ms", availability=None)


def test_garbage_is_dropped_told_once_and_stops_nobody() -> None:
    """Four unreadable messages make one degraded event; the sensor goes on."""

    async def story(scene: Scene) -> None:
        await scene.sensors.act("call-1", "garbage", {})
        await scene.sensors.act("call-1", "press", {})
        await scene.sensors.act("smoke-1", "smoke", {})
        await scene.until(lambda: scene.last("call-1/pressed") is True)
        await scene.until(lambda: scene.last("smoke-1/smoke") is True)
        assert scene.states("call-1") == ["online", "degraded"]
        assert scene.states("smoke-1") == ["online"]
        bad = [each for each in scene.records if isinstance(each, Reading)]
        assert all(each.quality is Quality.GOOD for each in bad)
        assert all(abs(each.at - now()) < timedelta(seconds=10) for each in bad)

    play(story)
