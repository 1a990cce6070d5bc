"""A session with a broker in memory, for one driver: what it is told, what it says."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing, suppress
from typing import Any, cast
from zoneinfo import ZoneInfo

from edge.driver import Driver, Report
from edge.drivers.mqtt_gate.gate import Gate, PlacedGate
from edge.drivers.mqtt_gate.link import GateDriver
from edge.drivers.mqtt_gate.routes import Routes as GateRoutes
from edge.drivers.mqtt_json.link import SensorDriver, SensorSection
from edge.drivers.mqtt_json.routes import Routes as SensorRoutes
from edge.drivers.mqtt_json.sensor import PlacedSensor, Sensor
from edge.mqtt import Broker, Message, Published
from edge.trace import Trace
from tests.fakes.time import now

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Line:
    """As `edge.mqtt.Session` has it; `acked` counts what was acknowledged."""

    def __init__(self) -> None:
        self.lost = False
        self.said: list[tuple[str, bytes]] = []
        self.acked = 0
        self.nobody = False
        self._inbox: asyncio.Queue[Message] = asyncio.Queue(1000)

    def bring(self, topic: str, body: bytes, *, retained: bool = False) -> None:
        """Let a message come."""
        self._inbox.put_nowait(Message(topic, body, retained, self._ack))

    async def receive(self, seconds: float | None) -> Message | None:
        """Return the next message."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await self._inbox.get()
        return None

    async def publish(
        self, topic: str, body: bytes, *, retain: bool = False, expires_in: int = 0
    ) -> Published:
        """Take what is sent."""
        del retain, expires_in
        self.said.append((topic, body))
        return Published(no_subscriber=self.nobody)

    def _ack(self) -> None:
        self.acked += 1


def gates(line: Line, trace: Trace, placed: Sequence[PlacedGate]) -> GateDriver:
    """The open link to these gates."""
    known = {each.device.id: Gate(each, SHANGHAI) for each in placed}
    routes = GateRoutes(tuple(known.values()))
    return GateDriver(cast("Any", line), routes, known, now, trace)


def sensors(line: Line, trace: Trace, placed: Sequence[PlacedSensor]) -> SensorDriver:
    """The open link to these sensors."""
    known = tuple(Sensor(each, SHANGHAI) for each in placed)
    section = SensorSection(id="sensors", driver="mqtt_json", broker=Broker(host="x"))
    return SensorDriver(cast("Any", line), SensorRoutes(known), known, now, trace, section)


async def follow(driver: Driver, seconds: float) -> list[Report]:
    """All reports of so many seconds, each kept at once."""
    reports: list[Report] = []
    async with aclosing(driver.reports()) as coming:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for report in coming:
                    reports.append(report)
                    if report.kept is not None:
                        report.kept()
    return reports
