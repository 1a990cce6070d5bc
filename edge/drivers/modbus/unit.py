"""What becomes of a device as its reads are answered, refused or met with silence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal, TypeAlias

from edge.driver import Placed
from edge.drivers.modbus import codec
from edge.drivers.modbus.bus import Question
from edge.drivers.modbus.codec import Data, Outcome, Refusal, Silence
from edge.drivers.modbus.decode import Decoder, compile_read
from edge.drivers.modbus.planner import Read, cheapest, split
from edge.drivers.modbus.profile import ModbusProfile
from edge.drivers.modbus.scheduler import Job, Schedule
from edge.drivers.modbus.section import ModbusAddress
from edge.drivers.modbus.timing import Patience
from edge.model import Block, DeviceChanged, Group, Quality, Reading, Record, Value

MISSES_TILL_OFFLINE = 3
FIRST_PROBE = 1.0  # seconds at most from the first silence to the first look whether it is there
LAST_PROBE = 60.0  # seconds between looks at a unit that stays silent
PROBE_SHARE = 0.01  # of the line's time that waiting for one silent unit may take
PATIENT_PROBE = 4  # each such probe waits as long as is allowed: the unit may have become slow
RECHECK = 600.0  # seconds until what a device refused is asked for again
NAMED_POINTS = 20  # more names than this do not help a technician

_LASTING = frozenset({codec.ILLEGAL_FUNCTION, codec.ILLEGAL_ADDRESS, codec.ILLEGAL_VALUE})

_NO_POINTS = Group.of(())

State: TypeAlias = Literal["online", "offline", "degraded"]
DevicePlaced: TypeAlias = Placed[ModbusProfile, ModbusAddress]


@dataclass(slots=True, eq=False, kw_only=True)
class Turn(Job):
    """A job that asks one unit for one read; a probe only looks whether it is there."""

    unit: Unit
    read: Read
    question: Question
    decoder: Decoder | None = None
    group: Group = field(default_factory=lambda: _NO_POINTS)
    data: bytes = b""
    values: tuple[Value | None, ...] = ()

    @property
    def is_probe(self) -> bool:
        """Whether the answer's values are of no interest."""
        return self.decoder is None


@dataclass(slots=True)
class Said:
    """What was last told of each device, so that nothing is told twice, on whatever session."""

    last: dict[str, tuple[State, str]] = field(default_factory=dict)

    def change(self, device: str, state: State, reason: str, at: datetime) -> list[DeviceChanged]:
        """The event, unless it is what was told last."""
        if self.last.get(device) == (state, reason):
            return []
        self.last[device] = (state, reason)
        return [DeviceChanged(device=device, state=state, reason=reason, at=at)]


class Unit:
    """One device on an open link."""

    def __init__(
        self, placed: DevicePlaced, schedule: Schedule, patience: Patience, said: Said
    ) -> None:
        self.patience = patience
        self.pause = placed.profile.settings.min_pause.total_seconds()
        self._placed = placed
        self._schedule = schedule
        self._said = said
        self._id = placed.device.id
        self._names = {name: f"{self._id}/{name}" for name in placed.profile.points}
        self._plan = placed.profile.plan
        self._turns: list[Turn] = []
        self._bad: set[str] = set()
        self._suspects: set[Read] = set()
        self._excluded: list[str] = []
        self._misses = 0
        self._probe_every = 0.0
        self._watch: Turn | None = None
        self._steady = False

    @cached_property
    def period(self) -> float:
        """Seconds between the most frequent reads."""
        return min(read.every for read in self._plan)

    def start(self, due: float) -> None:
        """Put all reads on the schedule; each is suspect until it is answered."""
        self._misses = 0
        self._steady = False
        self._excluded.clear()
        self._suspects = set(self._plan)
        self._cancel()
        for read in self._plan:
            self._add(read, due)

    def within(self, turn: Turn) -> float:
        """Seconds to wait for this answer: little for a unit that is probably not there."""
        if turn.decoder is not None or self._misses % PATIENT_PROBE == 0:
            return self.patience.within
        return min(max(self._probe_every * PROBE_SHARE, self.patience.brief), self.patience.ceiling)

    @property
    def rests(self) -> float:
        """Seconds that it will be left in peace if it does not answer now."""
        first = min(FIRST_PROBE, self.period)
        return float(min(first * 2.0**self._misses, LAST_PROBE))

    def settle(
        self, turn: Turn, outcome: Outcome, now: float, at: datetime
    ) -> Sequence[Record | Block]:
        """Take what came of a turn: what to report, and the next turn on the schedule."""
        if self._steady and type(outcome) is Data and turn.decoder is not None:
            self._schedule.again(turn, now)
            return (self._block(turn, turn.decoder, outcome.data, at),)
        records = self._told(turn, outcome, now, at)
        self._steady = not self._misses and not self._suspects and self._state != "offline"
        return records

    def _told(
        self, turn: Turn, outcome: Outcome, now: float, at: datetime
    ) -> Sequence[Record | Block]:
        """The same, where an answer may tell something of the device itself."""
        if isinstance(outcome, Data) and turn.decoder is not None:
            self._schedule.again(turn, now)
            block = self._block(turn, turn.decoder, outcome.data, at)
            return [*self._online(at), block, *self._cleared(turn.read, now, at)]
        if isinstance(outcome, Refusal) and outcome.code in codec.GATEWAY_CODES:
            return self._missed(turn, codec.NAMES[outcome.code], now, at)
        if isinstance(outcome, Silence):
            reason = "answers are garbled" if outcome.garbled else "no answer"
            return self._missed(turn, reason, now, at)
        if turn.is_probe:
            return self._back(now, at)
        records = self._online(at)
        if isinstance(outcome, Refusal):
            records += self._refused(turn, outcome.code, now, at)
        return records

    def _block(self, turn: Turn, decoder: Decoder, data: bytes, at: datetime) -> Block:
        if data != turn.data:
            turn.values = decoder(data)
            turn.data = data
        if self._bad:
            self._bad.difference_update(decoder.names)
        return Block(group=turn.group, values=turn.values, at=at)

    def _worthless(self, names: Iterable[str], at: datetime) -> list[Record]:
        """Bad quality for those points that have not got it yet."""
        fresh = [name for name in names if name not in self._bad]
        self._bad.update(fresh)
        return [
            Reading(point=self._names[name], value=None, at=at, quality=Quality.BAD)
            for name in fresh
        ]

    def _online(self, at: datetime) -> list[Record]:
        self._misses = 0
        if self._state != "offline":
            return []
        return [*self._said.change(self._id, "online", "answers", at)]

    def _missed(self, turn: Turn, reason: str, now: float, at: datetime) -> list[Record]:
        """Silence: stop asking for everything, look now and then whether it is back."""
        self._probe_every = self.rests
        self._misses += 1
        self.patience.missed()
        records = self._worthless((place.name for place in turn.read.places), at)
        self._cancel()
        self._probe(self._probe_every, now)
        if self._misses >= MISSES_TILL_OFFLINE:
            records += self._worthless(self._names, at)
            if not self._told_offline:
                records += self._said.change(self._id, "offline", reason, at)
        return records

    def _cancel(self) -> None:
        for turn in (*self._turns, self._watch):
            if turn is not None:
                turn.cancelled = True
        self._turns.clear()
        self._watch = None

    def _probe(self, seconds: float, now: float) -> None:
        read = cheapest(self._plan)
        request = codec.read_request(self._placed.address.unit, read, self._id)
        question = Question(self, request)
        self._watch = Turn(every=self.period, unit=self, read=read, question=question)
        self._schedule.put(self._watch, now + seconds)

    def _back(self, now: float, at: datetime) -> list[Record]:
        """It answers again: read everything, and find out anew what it refuses."""
        self.start(now)
        return self._online(at)

    def _refused(self, turn: Turn, code: int, now: float, at: datetime) -> list[Record]:
        """Halve a read until the register that it refuses stands alone."""
        names = [place.name for place in turn.read.places]
        self._suspects.discard(turn.read)
        if code not in _LASTING:
            self._schedule.again(turn, now)
            return self._worthless(names, at) + self._verdict(now, at)
        self._turns.remove(turn)
        halves = None if code == codec.ILLEGAL_FUNCTION else split(turn.read)
        if halves is None:
            self._excluded += names
            return self._worthless(names, at) + self._verdict(now, at)
        self._suspects.update(halves)
        for half in halves:
            self._add(half, now)
        return []

    def _cleared(self, read: Read, now: float, at: datetime) -> list[Record]:
        """A read that is answered is no suspect any more."""
        if not self._suspects:
            return []
        self._suspects.discard(read)
        return self._verdict(now, at)

    def _verdict(self, now: float, at: datetime) -> list[Record]:
        """Tell once, when every read has been tried, what the device refuses."""
        if self._suspects:
            return []
        if self._excluded:
            if self._watch is None:
                self._probe(RECHECK, now)
            reason = f"refuses {_listed(self._excluded)}"
            return [*self._said.change(self._id, "degraded", reason, at)]
        if self._state == "degraded":
            return [*self._said.change(self._id, "online", "answers", at)]
        return []

    @property
    def _state(self) -> State:
        state, _ = self._said.last.get(self._id, ("offline", ""))
        return state

    @property
    def _told_offline(self) -> bool:
        return self._id in self._said.last and self._state == "offline"

    def _add(self, read: Read, due: float) -> None:
        profile = self._placed.profile
        decoder = self._plan.get(read) or compile_read(read, profile.points, profile.settings)
        turn = Turn(
            every=read.every,
            unit=self,
            read=read,
            question=Question(self, codec.read_request(self._placed.address.unit, read, self._id)),
            decoder=decoder,
            group=Group.of(tuple(self._names[name] for name in decoder.names)),
        )
        self._turns.append(turn)
        self._schedule.put(turn, due)


def _listed(names: Sequence[str]) -> str:
    names = sorted(names)
    more = f" and {len(names) - NAMED_POINTS} more" if len(names) > NAMED_POINTS else ""
    return ", ".join(names[:NAMED_POINTS]) + more
