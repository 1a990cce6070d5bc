"""Face gates behind a broker: who speaks, who is answered, what is kept before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from edge.broker import BrokerSection
from edge.driver import Now, Report
from edge.drivers.mqtt_gate import codec
from edge.drivers.mqtt_gate.codec import Answer, Passage, Said, Sign, Stranger, Unreadable
from edge.drivers.mqtt_gate.describe import describe
from edge.drivers.mqtt_gate.gate import Gate, PlacedGate
from edge.drivers.mqtt_gate.profile import GateAction
from edge.drivers.mqtt_gate.routes import Routes
from edge.drivers.mqtt_gate.scribe import Scribe
from edge.errors import CommandRejected, LinkDown
from edge.model import Command, DeviceChanged, Record
from edge.mqtt import Message, Session, connect
from edge.trace import Frame, Part, Trace

TICK: Final = timedelta(seconds=1)
ANSWER_SECONDS: Final = 5.0
"""A gate answers within one second; a command that is not answered by then failed."""
OUTBOX: Final = 1_000
"""Confirmations under way to gates; when full one is left out, and the gate asks again."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is sent to a gate without anybody waiting for it."""

    gate: Gate
    body: bytes


class GateDriver:
    """One session with the broker."""

    def __init__(
        self, session: Session, routes: Routes, gates: dict[str, Gate], now: Now, trace: Trace
    ) -> None:
        self._session = session
        self._scribe = Scribe(trace, routes)
        self._signs = trace.signs
        self._routes = routes
        self._gates = gates
        self._now = now
        self._ticked = now()
        self._outbox: asyncio.Queue[_Letter] = asyncio.Queue(OUTBOX)
        self._faults: list[Record] = []
        self._asked: dict[tuple[str, str], dict[str, asyncio.Future[Answer]]] = {}

    async def reports(self) -> AsyncGenerator[Report, None]:
        """Yield one report for each message that says something, and for each silence."""
        while True:
            self._signs.give(TICK.total_seconds())
            message = await self._session.receive(TICK.total_seconds())
            for report in self._take(message) if message is not None else ():
                yield report
            due = self._tick()
            if due:
                yield Report(due)

    async def execute(self, command: Command) -> None:
        """Send the command and wait for the gate's own answer."""
        gate = self._gates[command.device]
        action = gate.placed.profile.actions.get(command.action)
        if action is None:
            raise CommandRejected(f"{command.device} has no action {command.action}")
        if gate.lost:
            raise LinkDown(f"{command.device} is offline")
        waiting = self._asked.setdefault((command.device, action.operator), {})
        number = f"{command.issuer}/{command.id}"  # ids of rules can be guessed by others
        if number in waiting:
            raise CommandRejected(f"{command.device} has not answered {command.id} yet")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        waiting[number] = answer
        try:
            said = await self._ask(gate, action, number, answer)
        finally:
            del waiting[number]
        if not said.done:
            raise CommandRejected(f"{command.device} refused: {said.detail}")

    async def send(self) -> None:
        """Send what `kept` left in the outbox; a gate that may not be told harms no other."""
        while True:
            letter = await self._outbox.get()
            self._scribe.went(letter.gate, down(letter.gate), letter.body)
            try:
                await self._session.publish(down(letter.gate), letter.body)
            except LinkDown as refused:
                if self._session.lost:
                    return
                self._faults += letter.gate.misheard(str(refused), self._now())

    async def _ask(
        self, gate: Gate, action: GateAction, number: str, answer: asyncio.Future[Answer]
    ) -> Answer:
        if action.opens:
            gate.will_open(self._now())
        body = codec.command(gate.placed.address.device_id, number, action)
        name = gate.placed.device.id
        seconds = int(ANSWER_SECONDS)
        self._scribe.went(gate, down(gate), body)
        began = asyncio.get_running_loop().time()
        sent = await self._session.publish(down(gate), body, expires_in=seconds)
        if sent.no_subscriber:
            self._scribe.failed(gate, "not connected to the broker")
            raise LinkDown(f"{name} is not connected to the broker")
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                said = await answer
        except TimeoutError:
            self._scribe.failed(gate, "no answer")
            raise LinkDown(f"{name} did not answer {action.operator} in {seconds} s") from None
        self._scribe.answered(gate, said, asyncio.get_running_loop().time() - began)
        return said

    def _take(self, message: Message) -> tuple[Report, ...]:
        """Turn a message into reports, or acknowledge it where nothing has to be kept."""
        gate, channel = self._routes.find(message.topic)
        seen = False
        try:
            if channel is None:
                self._scribe.stranger(message.topic, message.body)
            else:
                envelope = codec.open_envelope(channel, message.body)
                if gate is None:
                    gate = self._routes.named(envelope)
                self._scribe.came(gate, channel, message.topic, envelope)
                seen = True
                if gate is not None:
                    said = codec.read(channel, envelope, gate.placed.profile)
                    return self._heard(gate, said, message)
        except Unreadable as error:
            self._scribe.unreadable(gate, message.topic, 0 if seen else len(message.body))
            if gate is not None and (told := gate.misheard(str(error), self._now())):
                return (Report(told, message.ack),)
        message.ack()
        return ()

    def _heard(self, gate: Gate, said: Said, message: Message) -> tuple[Report, ...]:
        if isinstance(said, Sign) and message.retained:
            message.ack()  # how the gate was long ago
            return ()
        if isinstance(said, Answer):
            self._answered(gate, said)
        else:
            self._scribe.understood(gate)
        records = gate.hear(said, self._now())
        letter = _confirmation(gate, said)
        if not records and letter is None:
            message.ack()
            return ()
        # Apart, so that a copy of a known record does not hide that its gate has come back.
        changes = tuple(each for each in records if isinstance(each, DeviceChanged))
        rest = tuple(each for each in records if not isinstance(each, DeviceChanged))
        last = Report(rest, self._keeping(gate, letter, message.ack))
        return (Report(changes), last) if changes else (last,)

    def _keeping(
        self, gate: Gate, letter: bytes | None, ack: Callable[[], None]
    ) -> Callable[[], None]:
        """What to do when it is on disk; the message itself, with its picture, is let go before."""

        def kept() -> None:
            ack()
            if letter is not None and not self._outbox.full():
                self._outbox.put_nowait(_Letter(gate, letter))

        return kept

    def _answered(self, gate: Gate, said: Answer) -> None:
        """Take an answer; one without a number is to what was asked first."""
        waiting = self._asked.get((gate.placed.device.id, said.operator), {})
        number = said.message_id or next(iter(waiting), "")
        answer = waiting.get(number)
        if answer is not None and not answer.done():
            answer.set_result(said)

    def _tick(self) -> tuple[Record, ...]:
        now = self._now()
        if not timedelta(0) <= now - self._ticked < TICK:
            self._ticked = now
            self._faults += (record for gate in self._gates.values() for record in gate.tick(now))
        due, self._faults = tuple(self._faults), []
        return due


class GateLink:
    """The gates that the site file puts behind one broker."""

    def __init__(self, section: BrokerSection, devices: Sequence[PlacedGate]) -> None:
        self._section = section
        zone = ZoneInfo(section.timezone)
        self._gates = {placed.device.id: Gate(placed, zone) for placed in devices}
        self._routes = Routes(tuple(self._gates.values()))

    @property
    def id(self) -> str:
        """The link's name in the site file."""
        return self._section.id

    @property
    def kind(self) -> str:
        """The driver's name."""
        return "mqtt_gate"

    @asynccontextmanager
    async def open(self, now: Now, trace: Trace) -> AsyncIterator[GateDriver]:
        """Connect and subscribe; what was not acknowledged in an earlier session comes again."""
        async with connect(
            self._section.broker,
            client_id=self._section.name_at_broker,
            subscriptions=self._routes.subscriptions,
            clean=not self._gates,  # without any, nothing is to be kept for us at the broker
        ) as session:
            for gate in self._gates.values():
                gate.resume(now())
            driver = GateDriver(session, self._routes, self._gates, now, trace)
            sending = asyncio.create_task(driver.send(), name=f"mqtt-gate-send-{self.id}")
            try:
                yield driver
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)

    def describe(self, frame: Frame, before: Sequence[Frame]) -> tuple[Part, ...]:
        """Tell what a message means, field by field; what was left out of the trace stays out."""
        del before
        gate = self._gates.get(frame.device)
        return describe(frame, gate.placed.profile if gate is not None else None)


class GateSection(BrokerSection):
    """Face gates behind one broker; their clocks show the local time of `timezone`."""

    driver: Literal["mqtt_gate"]

    def bind(self, devices: Sequence[PlacedGate]) -> GateLink:
        """Return the link with its gates; no I/O."""
        return GateLink(self, devices)


def down(gate: Gate) -> str:
    """The topic on which a gate listens."""
    return gate.placed.profile.topics.down.replace("{id}", gate.placed.address.device_id)


def _confirmation(gate: Gate, said: Said) -> bytes | None:
    """What the gate waits for before it forgets its record."""
    number = gate.placed.address.device_id
    match said:
        case Passage(record=record) if record:
            return codec.push_ack(number, record, "record")
        case Stranger(record=record) if record:
            return codec.push_ack(number, record, "stranger")
        case Sign("online") if gate.placed.profile.acknowledge_online:
            return codec.online_ack(number)
        case _:
            return None
