"""Face gates behind a broker: who speaks, who is answered, what is kept before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

import structlog

from edge.broker import BrokerSection
from edge.driver import Now, Report
from edge.drivers.mqtt_gate import codec
from edge.drivers.mqtt_gate.codec import Answer, Passage, Said, Sign, Stranger, Unreadable
from edge.drivers.mqtt_gate.gate import Gate, PlacedGate
from edge.drivers.mqtt_gate.profile import GateAction
from edge.drivers.mqtt_gate.routes import Routes
from edge.errors import CommandRejected, LinkDown
from edge.model import Command, DeviceChanged, Record
from edge.mqtt import Message, Session, connect

TICK: Final = timedelta(seconds=1)
ANSWER_SECONDS: Final = 5.0
"""A gate answers within one second; a command that is not answered by then failed."""
OUTBOX: Final = 1_000
"""Confirmations under way to gates; when full one is left out, and the gate asks again."""
STRANGERS: Final = 100
"""Unknown gates that are told by name; of further ones nothing is said."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is sent to a gate without anybody waiting for it."""

    gate: Gate
    body: bytes


class GateDriver:
    """One session with the broker."""

    def __init__(self, session: Session, routes: Routes, gates: dict[str, Gate], now: Now) -> None:
        self._session = session
        self._routes = routes
        self._gates = gates
        self._now = now
        self._ticked = now()
        self._strangers: set[str] = set()
        self._outbox: asyncio.Queue[_Letter] = asyncio.Queue(OUTBOX)
        self._faults: list[Record] = []
        self._asked: dict[tuple[str, str], dict[str, asyncio.Future[Answer]]] = {}

    async def reports(self) -> AsyncGenerator[Report, None]:
        """Yield one report for each message that says something, and for each silence."""
        while True:
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
            try:
                await self._session.publish(_down(letter.gate), letter.body)
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
        sent = await self._session.publish(_down(gate), body, expires_in=seconds)
        if sent.no_subscriber:
            raise LinkDown(f"{name} is not connected to the broker")
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await answer
        except TimeoutError:
            raise LinkDown(f"{name} did not answer {action.operator} in {seconds} s") from None

    def _take(self, message: Message) -> tuple[Report, ...]:
        """Turn a message into reports, or acknowledge it where nothing has to be kept."""
        gate, channel = self._routes.find(message.topic)
        try:
            if channel is None:
                self._unknown(message.topic)
            elif gate is None:
                return self._shared(channel, message)
            else:
                said = codec.decode(channel, message.body, gate.placed.profile)
                return self._heard(gate, said, message)
        except Unreadable as error:
            if gate is not None and (told := gate.misheard(str(error), self._now())):
                return (Report(told, message.ack),)
            if gate is None:
                self._unknown(message.topic)
        message.ack()
        return ()

    def _shared(self, channel: codec.Channel, message: Message) -> tuple[Report, ...]:
        """Read a topic on which all gates speak: the gate's number is in the message."""
        envelope = codec.open_envelope(channel, message.body)
        gate = self._routes.named(envelope)
        if gate is None:
            self._unknown(f"{message.topic} {self._routes.number(envelope)}")
            message.ack()
            return ()
        try:
            said = codec.read(channel, envelope, gate.placed.profile)
        except Unreadable as error:
            return (Report(gate.misheard(str(error), self._now()), message.ack),)
        return self._heard(gate, said, message)

    def _heard(self, gate: Gate, said: Said, message: Message) -> tuple[Report, ...]:
        if isinstance(said, Sign) and message.retained:
            message.ack()  # how the gate was long ago
            return ()
        if isinstance(said, Answer):
            self._answered(gate, said)
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

    def _unknown(self, whom: str) -> None:
        whom = whom[:100]
        if whom not in self._strangers and len(self._strangers) < STRANGERS:
            self._strangers.add(whom)
            log.warning("gate.unknown", topic=whom)


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

    @asynccontextmanager
    async def open(self, now: Now) -> AsyncIterator[GateDriver]:
        """Connect and subscribe; what was not acknowledged in an earlier session comes again."""
        async with connect(
            self._section.broker,
            client_id=self._section.name_at_broker,
            subscriptions=self._routes.subscriptions,
            clean=False,
        ) as session:
            for gate in self._gates.values():
                gate.resume(now())
            driver = GateDriver(session, self._routes, self._gates, now)
            sending = asyncio.create_task(driver.send(), name=f"mqtt-gate-send-{self.id}")
            try:
                yield driver
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)


class GateSection(BrokerSection):
    """Face gates behind one broker; their clocks show the local time of `timezone`."""

    driver: Literal["mqtt_gate"]

    def bind(self, devices: Sequence[PlacedGate]) -> GateLink:
        """Return the link with its gates; no I/O."""
        return GateLink(self, devices)


def _down(gate: Gate) -> str:
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
