"""Simulated face gates on one broker: they send each record until it is confirmed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Final, Literal, NoReturn

from edge.errors import LinkDown
from edge.model import Value
from edge.mqtt import Broker, Message, Session, connect
from simulators.face_gate import GARBAGE, NAMES, FaceGate, Fault, Pending
from simulators.simulator import Told

BEAT_SECONDS: Final = 30.0
RESEND_SECONDS: Final = 10.0
"""How long a gate waits for the confirmation of a record before it sends it again."""
OPEN_SECONDS: Final = 3.0
RETRY_SECONDS: Final = 0.5
CHINA: Final = timezone(timedelta(hours=8))

_PEOPLE: Final[Mapping[str, tuple[int, Literal["swing", "open", "stay"]]]] = {
    "pass": (1, "swing"),
    "deny": (3, "stay"),
    "duress": (24, "swing"),
    "hold_door": (1, "open"),
}
"""VerifyStatus of what a person may do there, and what the door does then."""
_STATES: Final = ("silent", "speak", "clock_off", "misspell")
_FAULTS: Final[Mapping[str, Fault]] = {
    "stuck": "stuck",
    "refuse": "refuse",
    "slow": "slow",
    "mend": "",
}
SLOW_SECONDS: Final = 2.0
_DEEDS: Final = ("stranger", "force_door", "close_door", "garbage")


@dataclass(frozen=True, slots=True)
class Obeyed:
    """A command that a gate was given: which, as it came, when."""

    device: str
    operator: str
    body: bytes
    at: datetime


class FaceGates:
    """All gates of a link; one session with the broker, opened again as often as it takes.

    `gates` gives each device of the site its number in the topics.
    """

    def __init__(  # noqa: PLR0913 - a world with its paces
        self,
        link: str,
        broker: Broker,
        gates: Mapping[str, str],
        *,
        zone: tzinfo = CHINA,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        beat_seconds: float = BEAT_SECONDS,
        resend_seconds: float = RESEND_SECONDS,
        open_seconds: float = OPEN_SECONDS,
    ) -> None:
        self._link = link
        self._broker = broker
        self._gates = {device: FaceGate(device, number, zone) for device, number in gates.items()}
        self._now = now
        self._beat_seconds = beat_seconds
        self._resend_seconds = resend_seconds
        self._open_seconds = open_seconds
        self._told: list[Told] = []
        self._obeyed: list[Obeyed] = []
        self._session: Session | None = None
        self._swinging: set[asyncio.Task[None]] = set()

    @property
    def id(self) -> str:
        """The link in the site file that these gates stand behind."""
        return self._link

    @property
    def obeyed(self) -> list[Obeyed]:
        """Every command that has come, oldest first, whatever became of it."""
        return self._obeyed

    @property
    def told(self) -> list[Told]:
        """Every record, oldest first."""
        return self._told

    async def run(self) -> NoReturn:
        """Live until cancelled; a broker that goes is waited for."""
        try:
            while True:
                try:
                    await self._live()
                except* (LinkDown, OSError):
                    await asyncio.sleep(RETRY_SECONDS)
        finally:
            for task in self._swinging:
                task.cancel()
            await asyncio.gather(*self._swinging, return_exceptions=True)

    async def act(self, device: str, verb: str, args: dict[str, Value]) -> None:
        """Do what a scenario asks; `ValueError` names a verb or gate that there is not."""
        gate = self._gates.get(device)
        if gate is None:
            raise ValueError(f"no gate {device}")
        if verb in _PEOPLE:
            await self._person(
                gate, verb, str(args.get("person", "" if verb == "deny" else "1001"))
            )
        elif verb in _DEEDS:
            await self._deed(gate, verb)
        elif verb in _STATES:
            await self._state(gate, verb, args)
        elif verb in _FAULTS:
            gate.fault = _FAULTS[verb]
        else:
            verbs = (*_PEOPLE, *_DEEDS, *_STATES, *_FAULTS)
            raise ValueError(f"no verb {verb}: {', '.join(verbs)}")

    async def _person(self, gate: FaceGate, verb: str, person: str) -> None:
        status, door = _PEOPLE[verb]
        if verb == "deny" and person:
            status = 2
        await self._keep(gate, gate.passage(verb, status, person, self._now()))
        if door == "swing":
            self._swing(gate)
        elif door == "open":
            await self._move(gate, "open")

    async def _deed(self, gate: FaceGate, verb: str) -> None:
        match verb:
            case "stranger":
                await self._keep(gate, gate.stranger(self._now()))
            case "force_door":
                await self._move(gate, "open")
            case "close_door":
                await self._move(gate, "closed")
            case _:
                for body in GARBAGE:
                    await self._say(gate, f"{gate.down}/Rec", body)

    async def _state(self, gate: FaceGate, verb: str, args: Mapping[str, Value]) -> None:
        match verb:
            case "silent":
                gate.silent = True
            case "speak":
                gate.silent = False
                await self._say(gate, "mqtt/face/basic", gate.sign("Online", self._now()))
            case "clock_off":
                gate.clock = timedelta(days=365 * float(args.get("years", -20)))
            case _:
                gate.spelling = (gate.spelling + 1) % len(NAMES)

    async def _live(self) -> None:
        topics = [gate.down for gate in self._gates.values()]
        async with connect(
            self._broker, client_id=f"gates-{self._link}", subscriptions=topics
        ) as session:
            self._session = session
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._listen(session), name=f"{self._link}-listen")
                    group.create_task(self._beat(), name=f"{self._link}-beat")
                    group.create_task(self._resend(), name=f"{self._link}-resend")
            finally:
                self._session = None

    async def _listen(self, session: Session) -> None:
        while True:
            message = await session.receive(None)
            if message is not None:
                message.ack()
                await self._obey(message)

    async def _beat(self) -> None:
        for gate in self._gates.values():
            await self._say(gate, "mqtt/face/basic", gate.sign("Online", self._now()))
            await self._say(gate, f"{gate.down}/Alarm", gate.contact())
        while True:
            await asyncio.sleep(self._beat_seconds)
            for gate in self._gates.values():
                await self._say(gate, "mqtt/face/heartbeat", gate.sign("HeartBeat", self._now()))

    async def _resend(self) -> None:
        while True:
            for gate in self._gates.values():
                for pending in tuple(gate.pending.values()):
                    await self._send(gate, pending)
            await asyncio.sleep(self._resend_seconds / 10)

    async def _send(self, gate: FaceGate, pending: Pending) -> None:
        clock = asyncio.get_running_loop().time()
        waited = pending.sent is None or clock - pending.sent >= self._resend_seconds
        if self._session is not None and waited and not gate.silent:
            pending.sent = clock
            await self._say(gate, pending.topic, pending.body)

    async def _keep(self, gate: FaceGate, pending: Pending) -> None:
        self._told.append(pending.told)
        await self._send(gate, pending)

    async def _obey(self, message: Message) -> None:
        """Do what came down; `PushAck` lets a record be forgotten."""
        gate = next(each for each in self._gates.values() if each.down == message.topic)
        said = json.loads(message.body)
        operator: str = said["operator"]
        if gate.silent or operator.endswith("-Ack"):
            return
        if operator == "PushAck":
            gate.confirm(said["info"])
        else:
            self._obeyed.append(Obeyed(gate.device, operator, message.body, self._now()))
        if gate.fault == "slow" and operator != "PushAck":
            self._later(gate, self._do(gate, said, SLOW_SECONDS))
        else:
            await self._do(gate, said, 0)

    async def _do(self, gate: FaceGate, said: Mapping[str, Any], after: float) -> None:
        """Do what was said, or not, and answer."""
        if after:
            await asyncio.sleep(after)
        operator: str = said["operator"]
        takes = gate.takes(operator, said.get("info", {}))
        if takes and gate.fault != "stuck":
            if operator == "OpenDoor":
                self._swing(gate)
            elif operator == "SetDoorState":
                await self._move(gate, gate.hold(said["info"]))
        answer = gate.answer(operator, said.get("messageId", ""), known=takes)
        await self._say(gate, f"{gate.down}/Ack", answer)
        if operator == "RebootDevice" and takes:
            await self._say(gate, "mqtt/face/basic", gate.sign("Online", self._now()))

    async def _say(self, gate: FaceGate, topic: str, body: bytes) -> None:
        if self._session is not None and not gate.silent:
            try:
                await self._session.publish(topic, body)
            except LinkDown:
                return  # what counts is sent again

    async def _move(self, gate: FaceGate, to: Literal["open", "closed"]) -> None:
        gate.door_open = to == "open"
        await self._say(gate, f"{gate.down}/Alarm", gate.contact())

    def _swing(self, gate: FaceGate) -> None:
        """Open, and close by itself."""

        async def swing() -> None:
            await self._move(gate, "open")
            await asyncio.sleep(self._open_seconds)
            if gate.held != "stay_open":
                await self._move(gate, "closed")

        self._later(gate, swing())

    def _later(self, gate: FaceGate, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=f"{gate.device}-swing")
        self._swinging.add(task)
        task.add_done_callback(self._swinging.discard)
