"""Sensors behind a broker; a message is acknowledged when what follows from it is kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

import structlog

from edge.broker import BrokerSection
from edge.driver import Now, Report
from edge.drivers.mqtt_json.codec import Unreadable
from edge.drivers.mqtt_json.routes import Routes
from edge.drivers.mqtt_json.sensor import PlacedSensor, Sensor
from edge.errors import CommandRejected
from edge.model import Command, DeviceChanged, Record
from edge.mqtt import Message, Session, connect

TICK: Final = timedelta(seconds=1)
STRANGERS: Final = 100
"""Unknown sensors that are told by name; of further ones nothing is said."""

log = structlog.get_logger()


class SensorDriver:
    """One session with the broker."""

    def __init__(
        self, session: Session, routes: Routes, sensors: Sequence[Sensor], now: Now
    ) -> None:
        self._session = session
        self._routes = routes
        self._sensors = sensors
        self._now = now
        self._ticked = now()
        self._strangers: set[str] = set()

    async def reports(self) -> AsyncGenerator[Report, None]:
        """Yield a report for each message that says something, and for each silence."""
        while True:
            message = await self._session.receive(TICK.total_seconds())
            for report in self._take(message) if message is not None else ():
                yield report
            if due := self._tick():
                yield Report(due)

    async def execute(self, command: Command) -> None:
        """Refuse: sensors are only listened to."""
        raise CommandRejected(f"{command.device} is a sensor and takes no commands")

    def _take(self, message: Message) -> tuple[Report, ...]:
        sensor, availability = self._routes.find(message.topic)
        if sensor is None:
            self._unknown(message.topic)
            message.ack()
            return ()
        now = self._now()
        try:
            if availability:
                records = sensor.available(message.body, now)
            else:
                records = sensor.hear(message.body, now, retained=message.retained)
        except Unreadable as error:
            records = sensor.presence.misheard(str(error), now)
        # Apart, so that a copy of a known message does not hide that its sensor has come back.
        changes = tuple(each for each in records if isinstance(each, DeviceChanged))
        rest = tuple(each for each in records if not isinstance(each, DeviceChanged))
        reports = (Report(changes),) if changes else ()
        return (*reports, Report(rest, message.ack))

    def _tick(self) -> tuple[Record, ...]:
        now = self._now()
        if timedelta(0) <= now - self._ticked < TICK:
            return ()
        self._ticked = now
        return tuple(change for sensor in self._sensors for change in sensor.presence.tick(now))

    def _unknown(self, topic: str) -> None:
        topic = topic[:100]
        if topic not in self._strangers and len(self._strangers) < STRANGERS:
            self._strangers.add(topic)
            log.warning("sensor.unknown", topic=topic)


class SensorLink:
    """The sensors that the site file puts behind one broker."""

    def __init__(self, section: BrokerSection, devices: Sequence[PlacedSensor]) -> None:
        self._section = section
        zone = ZoneInfo(section.timezone)
        self._sensors = tuple(Sensor(placed, zone) for placed in devices)
        self._routes = Routes(self._sensors)

    @property
    def id(self) -> str:
        """The link's name in the site file."""
        return self._section.id

    @asynccontextmanager
    async def open(self, now: Now) -> AsyncIterator[SensorDriver]:
        """Connect and subscribe; what was not acknowledged in an earlier session comes again."""
        async with connect(
            self._section.broker,
            client_id=self._section.name_at_broker,
            subscriptions=self._routes.subscriptions,
            clean=False,
        ) as session:
            for sensor in self._sensors:
                sensor.presence.resume(now())
            yield SensorDriver(session, self._routes, self._sensors, now)


class SensorSection(BrokerSection):
    """JSON sensors behind one broker, in the site file."""

    driver: Literal["mqtt_json"]

    def bind(self, devices: Sequence[PlacedSensor]) -> SensorLink:
        """Return the link with its sensors; no I/O."""
        return SensorLink(self, devices)
