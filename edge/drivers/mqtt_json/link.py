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
from edge.drivers.mqtt_json import strangers
from edge.drivers.mqtt_json.codec import Unreadable
from edge.drivers.mqtt_json.describe import describe
from edge.drivers.mqtt_json.listening import Listened, listen
from edge.drivers.mqtt_json.redact import redacted
from edge.drivers.mqtt_json.routes import Routes
from edge.drivers.mqtt_json.sensor import PlacedSensor, Sensor
from edge.errors import CommandRejected
from edge.model import Command, DeviceChanged, Record
from edge.mqtt import Message, Session, connect
from edge.trace import Frame, Part, Trace

TICK: Final = timedelta(seconds=1)
STRANGERS: Final = 100
"""Unknown sensors that are told by name; of further ones nothing is said."""

log = structlog.get_logger()


class SensorDriver:
    """One session with the broker."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a session is made of
        self,
        session: Session,
        routes: Routes,
        sensors: Sequence[Sensor],
        now: Now,
        trace: Trace,
        section: BrokerSection,
    ) -> None:
        self._session = session
        self._trace = trace
        self._section = section
        self._listening = False
        self._routes = routes
        self._sensors = sensors
        self._now = now
        self._ticked = now()
        self._strangers: set[str] = set()

    async def reports(self) -> AsyncGenerator[Report, None]:
        """Yield a report for each message that says something, and for each silence."""
        while True:
            self._trace.signs.give(TICK.total_seconds())
            message = await self._session.receive(TICK.total_seconds())
            for report in self._take(message) if message is not None else ():
                yield report
            if due := self._tick():
                yield Report(due)

    async def execute(self, command: Command) -> None:
        """Refuse: sensors are only listened to."""
        raise CommandRejected(f"{command.device} is a sensor and takes no commands")

    async def listen_for(self, seconds: float) -> Listened:
        """Hear all of the broker for so long, ten minutes at most, and remember whom nobody knows.

        It turns itself off, sooner when it has heard enough; `LinkDown` when the broker refuses.
        Only one listens at a time.
        """
        if self._listening:
            return Listened(messages=0, size=0, ended="busy")
        self._listening = True
        try:
            return await listen(self._section, seconds, self._overhear)
        finally:
            self._listening = False

    def _overhear(self, message: Message) -> None:
        if self._routes.find(message.topic)[0] is None:
            self._remember(message)

    def _take(self, message: Message) -> tuple[Report, ...]:
        sensor, availability = self._routes.find(message.topic)
        if sensor is None:
            seen = self._remember(message)
            self._trace.frame("in", "", seen, message.topic)
            self._unknown(message.topic)
            message.ack()
            return ()
        now, device = self._now(), sensor.placed.device.id
        self._trace.frame("in", device, message.body, message.topic)
        try:
            if availability:
                records = sensor.available(message.body, now)
            else:
                records = sensor.hear(message.body, now, retained=message.retained)
            self._trace.good(device)
        except Unreadable as error:
            self._trace.failed(device, "unreadable")
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

    def _remember(self, message: Message) -> bytes:
        """Take note of one that nobody knows; return what of its message may be looked at."""
        seen = redacted(message.body)
        number = self._routes.number(message.topic)
        self._trace.strangers.heard(
            number or message.topic,
            strangers.said(seen, len(message.body)),
            address=strangers.address_of(number),
            topic=message.topic,
            sample=seen,
        )
        return seen

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

    @property
    def kind(self) -> str:
        """The driver's name."""
        return "mqtt_json"

    @asynccontextmanager
    async def open(self, now: Now, trace: Trace) -> AsyncIterator[SensorDriver]:
        """Connect and subscribe; what was not acknowledged in an earlier session comes again."""
        async with connect(
            self._section.broker,
            client_id=self._section.name_at_broker,
            subscriptions=self._routes.subscriptions,
            clean=not self._sensors,  # without any, nothing is to be kept for us at the broker
        ) as session:
            for sensor in self._sensors:
                sensor.presence.resume(now())
            yield SensorDriver(session, self._routes, self._sensors, now, trace, self._section)

    def describe(self, frame: Frame, before: Sequence[Frame]) -> tuple[Part, ...]:
        """Tell what a message means, value by value."""
        del before
        own = (each.placed for each in self._sensors if each.placed.device.id == frame.device)
        placed = next(own, None)
        return describe(frame, placed.profile if placed is not None else None)


class SensorSection(BrokerSection):
    """JSON sensors behind one broker, in the site file."""

    driver: Literal["mqtt_json"]

    def bind(self, devices: Sequence[PlacedSensor]) -> SensorLink:
        """Return the link with its sensors; no I/O."""
        return SensorLink(self, devices)
