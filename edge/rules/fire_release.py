"""The gates of a building in a confirmed fire: told to open, watched, told again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from edge.model import (
    AlarmCleared,
    AlarmRaised,
    AlarmUpdated,
    Cause,
    Command,
    CommandResult,
    Lane,
    Location,
    Quality,
    Reading,
    Record,
    SuppressionBegan,
    SuppressionEnded,
    Text,
)
from edge.rules.explain import Explained, Latest
from edge.rules.fire_account import opening
from edge.rules.fire_confirmed import CONFIRMED, STORM
from edge.rules.fire_doors import left_alone, pushed
from edge.rules.fire_gates import Gate, Way, shut_alarm
from edge.rules.lasting import earliest
from edge.rules.reasons import active
from edge.rules.rule import Step

EXPIRES: Final = timedelta(seconds=60)
"""A command that is older would open a gate for nobody knows what; it is given again anyway."""

_TEXT: Final = Text(
    "火灾已确认，门未打开，请到现场打开",
    "A fire is confirmed and this gate has not opened: open it by hand",
)

Said: TypeAlias = AlarmRaised | AlarmCleared | SuppressionBegan | SuppressionEnded | Command


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseState:
    """The fires that are on, by their building, and the gates that they concern.

    `aside` are fires that somebody has put out of service, `ajar` the gates that stood open when
    they were last heard of, fire or not.
    """

    fires: dict[str, str] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)
    ajar: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRule:
    """Releases the gates of a building where a fire is confirmed, and those of no building.

    A gate that knows no release, which stays, is opened again and again for as long as the fire
    lasts. A gate is asked anew when it comes back, and while it is not open. Where the profile
    says how an opening is seen, nothing else is believed; elsewhere the gate's own word is. A
    fire of which nobody knows where it is concerns every gate.

    Nothing is ever locked here, also not when the fire is over: that a person does, on the spot,
    reminded by the alarm that the door stands open, which calls nobody before.
    """

    ways: Mapping[str, Way]
    opens_within: timedelta
    again: timedelta
    hold: timedelta
    locate: Callable[[AlarmRaised], Location]

    @property
    def id(self) -> str:
        """One for the whole site: a gate of the perimeter has one state in two fires."""
        return ".fire_release"

    @property
    def points(self) -> tuple[str, ...]:
        """Whether gates can be heard, and whether they are open."""
        seen = (way.seen.point for way in self.ways.values() if way.seen)
        return (*(f"{gate}/online" for gate in self.ways), *seen)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What begins and ends fires, and what gates answer."""
        answers = (f"{gate}/command.result" for gate in self.ways)
        return ("alarm.raised", "alarm.cleared", "alarm.updated", *answers)

    @property
    def raises(self) -> tuple[str, ...]:
        """One of each gate."""
        return tuple(shut_alarm(gate) for gate in self.ways)

    def account(self, alarm: str, state: ReleaseState, now: datetime, latest: Latest) -> Explained:
        """Say whether it burns where the gate stands, what it was told, and what it did."""
        del now
        name = alarm.partition("/")[0]
        gate, way = state.gates.get(name), self.ways[name]
        fires = [key for key, where in state.fires.items() if way.concerned(where)]
        burns = Explained(
            words=Text("本处火灾已确认", "a fire is confirmed that concerns it"),
            truth=bool(fires),
            parts=active(fires),
        )
        seen = way.seen
        contact = (
            None
            if seen is None
            else Explained(
                words=Text(f"{seen.point} 显示打开", f"{seen.point} says open"),
                truth=name in state.ajar,
                value=latest[seen.point].value if seen.point in latest else None,
            )
        )
        told = opening(gate, way, contact, self._again(way, gate) if gate else None)
        return Explained(words=_TEXT, truth=bool(gate and gate.shut), parts=(burns, *told))

    def start(self) -> ReleaseState:
        """Begin without a fire."""
        return ReleaseState()

    def step(self, state: ReleaseState, record: Record | None, now: datetime) -> Step[ReleaseState]:
        """Follow a fire, a gate's answer, its contact, or the time."""
        first: tuple[Said, ...] = ()
        match record:
            case AlarmRaised(alarm=key, category=what) if (
                what == CONFIRMED and record.rule != STORM
            ):
                where = self.locate(record).building
                state = replace(state, aside={**state.aside, key: where})
                if "out_of_service" not in record.suppressed:
                    state = _burns(state, key)
            case AlarmUpdated(alarm=key, why="unsuppressed") if key in state.aside:
                state = _burns(state, key)
            case AlarmCleared(alarm=key):
                state = _over(state, key)
            case Reading() if record.quality is not Quality.BAD:
                state, first = self._read(state, record)
            case CommandResult(device=name, command=number) if name in state.gates:
                own = record.issued_by == self.id  # others may well take ids like ours
                if own and number.startswith(f"{self.id}/{name}/{state.gates[name].stamp}/"):
                    state, first = self._answered(state, record, now)
        if not state.fires and not state.gates:
            return Step(state)
        return self._pressed(state, first, now)

    def _concerned(self, state: ReleaseState, way: Way) -> bool:
        return any(way.concerned(where) for where in state.fires.values())

    def _read(self, state: ReleaseState, reading: Reading) -> tuple[ReleaseState, tuple[Said, ...]]:
        name, _, point = reading.point.partition("/")
        seen = self.ways[name].seen
        if seen is not None and reading.point == seen.point:
            is_open = reading.value == seen.equals
            ajar = _without(state.ajar, name)
            state = replace(state, ajar=(*ajar, name) if is_open else ajar)
            if is_open and name in state.gates:
                return _opened(state, name, reading.at)
        elif point == "online" and reading.value is True and name in state.gates:
            gate = replace(state.gates[name], asked=None, open=False)
            return replace(state, gates={**state.gates, name: gate}), ()
        return state, ()

    def _answered(
        self, state: ReleaseState, result: CommandResult, now: datetime
    ) -> tuple[ReleaseState, tuple[Said, ...]]:
        """Believe what was seen before what was said."""
        name = result.device
        if result.observed == "yes":
            return _opened(state, name, now)
        if result.outcome != "done" or result.observed == "no":
            return self._failed(state, name, result.detail or "did not open", now)
        if self.ways[name].seen is None or name in state.ajar:
            return _opened(state, name, now)
        return state, ()

    def _pressed(
        self, state: ReleaseState, first: tuple[Said, ...], now: datetime
    ) -> Step[ReleaseState]:
        """Tell of the gates that are late, and ask every gate that has to be asked now."""
        state, out = self._let_go(state, now)
        wakes: list[datetime | None] = []
        for name, way in self.ways.items():
            if not self._concerned(state, way):
                continue
            gate = state.gates.get(name) or Gate(stamp=now.isoformat())
            if gate.due and gate.due <= now:
                state, late = self._failed(state, name, "not seen to open", now)
                gate, out = state.gates[name], (*out, *late)
            again = self._again(way, gate)
            if gate.asked is None or (again and again <= now):
                new = pushed(name, self.id, now) if not gate.tries else ()
                gate = self._ask(gate, now)
                state = replace(state, gates={**state.gates, name: gate})
                number = f"{gate.stamp}/{gate.tries}"
                out = (*out, self._command(name, way.action, number, now), *new)
                again = self._again(way, gate)
            wakes += [again, gate.due]
        return Step(state, (*first, *out), earliest(*wakes))

    def _let_go(self, state: ReleaseState, now: datetime) -> tuple[ReleaseState, tuple[Said, ...]]:
        """Forget the gates that no fire concerns any more, or that are in the site file no more."""
        gone = {
            name: gate
            for name, gate in state.gates.items()
            if name not in self.ways or not self._concerned(state, self.ways[name])
        }
        if not gone:
            return state, ()
        left = {name: gate for name, gate in state.gates.items() if name not in gone}
        return replace(state, gates=left), (*_ended(gone, now), *left_alone(gone, now))

    def _again(self, way: Way, gate: Gate) -> datetime | None:
        """When the gate is asked once more; none when it is open to stay."""
        if gate.asked is None or (way.stays and gate.open):
            return None
        return gate.asked + (self.again if way.stays else self.hold)

    def _ask(self, gate: Gate, now: datetime) -> Gate:
        due = None if gate.open or gate.shut else gate.due or now + self.opens_within
        return replace(gate, tries=gate.tries + 1, asked=now, due=due)

    def _command(self, name: str, action: str, number: str, now: datetime) -> Command:
        """A command to a device; its number is the same whenever this moment is lived again."""
        return Command(
            id=f"{self.id}/{name}/{number}",
            device=name,
            action=action,
            issuer="rule",
            issued_by=self.id,
            expires_at=now + EXPIRES,
        )

    def _failed(
        self, state: ReleaseState, name: str, why: str, now: datetime
    ) -> tuple[ReleaseState, tuple[Said, ...]]:
        gate = state.gates[name]
        failed = replace(gate, open=False, shut=True, due=None)
        state = replace(state, gates={**state.gates, name: failed})
        if gate.shut:
            return state, ()
        seen = self.ways[name].seen
        raised = AlarmRaised(
            alarm=shut_alarm(name),
            device=name,
            rule="fire_release",
            category="fire.gate_shut",
            severity=950,
            lane=Lane.LIFE_SAFETY,
            text=_TEXT,
            cause=Cause(point=seen.point if seen else "", value=None, about=why),
            at=now,
        )
        return state, (raised,)


def _without(keys: tuple[str, ...], key: str) -> tuple[str, ...]:
    return tuple(each for each in keys if each != key)


def _over(state: ReleaseState, key: str) -> ReleaseState:
    """Forget one fire, on or put aside."""
    fires = {each: where for each, where in state.fires.items() if each != key}
    aside = {each: where for each, where in state.aside.items() if each != key}
    return replace(state, fires=fires, aside=aside)


def _burns(state: ReleaseState, key: str) -> ReleaseState:
    """What was put aside, if only until here, is a fire from now on."""
    where = state.aside[key]
    state = _over(state, key)
    return replace(state, fires={**state.fires, key: where})


def _opened(state: ReleaseState, name: str, now: datetime) -> tuple[ReleaseState, tuple[Said, ...]]:
    gate = state.gates[name]
    opened = replace(gate, open=True, shut=False, due=None)
    return replace(state, gates={**state.gates, name: opened}), _ended({name: gate}, now)


def _ended(gates: Mapping[str, Gate], now: datetime) -> tuple[Said, ...]:
    return tuple(
        AlarmCleared(alarm=shut_alarm(name), at=now) for name, gate in gates.items() if gate.shut
    )
