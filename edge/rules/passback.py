"""The same person let in twice without having gone out: a card or a face that two share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from pydantic import Field

from edge.model import (
    Access,
    AlarmCleared,
    AlarmRaised,
    Cause,
    Device,
    Direction,
    Lane,
    Quality,
    Reading,
    Record,
    Text,
)
from edge.rules.explain import Explained, Latest
from edge.rules.lasting import earliest, ends
from edge.rules.reasons import unreached
from edge.rules.rule import BuiltIn, Step
from edge.schema import Duration, Strict
from edge.site import Site

MOST: Final = 5_000
"""Persons inside that are remembered; of more the one who came first is forgotten."""

STORED: Final = timedelta(minutes=2)
"""A record older than this was stored by its gate: what others told since does not fit it."""

_TEXT: Final = Text("同一人未出又进", "Let in again without having gone out")


class PassbackOptions(Strict):
    """When a second way in without a way out is told; nobody is ever refused for it."""

    enabled: bool = True
    forget_after: Duration = Field(
        timedelta(hours=12), description="Who came in longer ago may have left unseen."
    )
    repeat: Duration = Field(
        timedelta(seconds=10), description="Twice at one gate within this time is one way in."
    )
    clear_for: Duration = Field(timedelta(minutes=1), description="It is over after this time.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Where and when somebody was let in."""

    gate: str
    told: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PassbackState:
    """Whose alarm is on, by gate, and who is inside.

    Who is inside never lies on a disk: it begins anew after a restart, and so does whether
    each of the gates and their links can be heard.
    """

    told: dict[str, datetime] = field(default_factory=dict)
    inside: dict[str, Entry] = field(default_factory=dict, compare=False)
    lost: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassbackRule:
    """Pairs the gates that lead in with those that lead out of one place; reports, no more.

    It would rather say nothing than accuse: while a gate or its link is lost nobody is followed,
    what a gate had stored only makes that person unknown, and where people can leave unseen the
    rule has no place: it needs a `direction` on every gate. Of a person it knows the gate's id.
    """

    place: str
    gates: Mapping[str, Direction]
    links: tuple[str, ...]
    forget_after: timedelta
    repeat: timedelta
    clear_for: timedelta

    @property
    def id(self) -> str:
        """One of each building, or of the site's perimeter."""
        return f".passback/{self.place}"

    @property
    def points(self) -> tuple[str, ...]:
        """Whether gates and links can be heard."""
        return tuple(f"{each}/online" for each in (*self.gates, *self.links))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Whoever is let pass, also under duress."""
        return tuple(
            f"{gate}/access.{word}" for gate in self.gates for word in ("granted", "duress")
        )

    @property
    def raises(self) -> tuple[str, ...]:
        """One of each gate that leads in."""
        return tuple(_key(gate) for gate, way in self.gates.items() if way != "out")

    def account(self, alarm: str, state: PassbackState, now: datetime, latest: Latest) -> Explained:
        """Say whether somebody came twice, and whether anybody can be followed at all."""
        del now, latest
        last = state.told.get(alarm.partition("/")[0])
        until = last + self.clear_for if last else None
        twice = Explained(
            words=Text("有人在此未出又进", "somebody was let in here without having gone out"),
            truth=last is not None,
            since=last,
            until=until,
        )
        inside = Explained(
            words=Text("有人已记为在内", "somebody is known to be inside"),
            truth=bool(state.inside),
            value=len(state.inside),
        )
        heard = Explained(
            words=Text(
                "此处门禁及链路都在线，否则不跟踪",
                "every gate here is heard, or nobody is followed",
            ),
            truth=not state.lost,
            parts=tuple(unreached(name, lost=True) for name in state.lost),
        )
        parts = (twice, inside, heard)
        return Explained(words=_TEXT, truth=last is not None, until=until, parts=parts)

    def start(self) -> PassbackState:
        """Begin with nobody inside."""
        return PassbackState()

    def step(
        self, state: PassbackState, record: Record | None, now: datetime
    ) -> Step[PassbackState]:
        """Follow a passage, a gate that is lost or back, or the end of an alarm."""
        over = [
            cleared
            for gate, last in state.told.items()
            if (cleared := ends(last, self.clear_for, _key(gate), now))
        ]
        if over:
            keys = {cleared.alarm for cleared in over}
            kept = {gate: last for gate, last in state.told.items() if _key(gate) not in keys}
            state = replace(state, told=kept)
        further: tuple[AlarmCleared | AlarmRaised, ...] = ()
        match record:
            case Reading():
                state = _heard(state, record)
            case Access(person=person) if person.strip() and not state.lost:
                state, further = self._passed(state, record, now)
        wake = earliest(*state.told.values())
        return Step(state, (*over, *further), wake + self.clear_for if wake else None)

    def _passed(
        self, state: PassbackState, access: Access, now: datetime
    ) -> tuple[PassbackState, tuple[AlarmCleared | AlarmRaised, ...]]:
        person = access.person.split()[0]
        before = state.inside.get(person)
        others = {each: entry for each, entry in state.inside.items() if each != person}
        if now - access.at > STORED or self.gates[access.device] == "out":
            return replace(state, inside=others), ()
        while len(others) >= MOST:
            others.pop(next(iter(others)))
        entry = Entry(gate=access.device, told=now)
        state = replace(state, inside={**others, person: entry})
        if before is None or now - before.told > self.forget_after:
            return state, ()
        if before.gate == access.device and now - before.told <= self.repeat:
            return state, ()
        cleared = AlarmCleared(alarm=_key(access.device), at=now)
        replaced = (cleared,) if access.device in state.told else ()
        state = replace(state, told={**state.told, access.device: now})
        return state, (*replaced, self._raised(access.device, person, before, now))

    def _raised(self, gate: str, person: str, before: Entry, now: datetime) -> AlarmRaised:
        return AlarmRaised(
            alarm=_key(gate),
            device=gate,
            rule="passback",
            category="access.passback",
            severity=350,
            lane=Lane.SECURITY,
            text=_TEXT,
            cause=Cause(point=gate, value=person, about=before.gate),
            at=now,
        )


def _key(gate: str) -> str:
    return f"{gate}/passback"


def _heard(state: PassbackState, reading: Reading) -> PassbackState:
    """Forget everybody when a gate is lost: who goes out there is not told, or told later."""
    name = reading.point.partition("/")[0]
    if reading.value is True and reading.quality is not Quality.BAD:
        return replace(state, lost=tuple(each for each in state.lost if each != name))
    if name in state.lost:
        return state
    return replace(state, inside={}, lost=(*state.lost, name))


def _build(site: Site, options: PassbackOptions) -> Iterable[PassbackRule]:
    gates = [device for device in site.devices.values() if device.kind == "gate"]
    for place in dict.fromkeys(gate.location.building for gate in gates):
        here = [gate for gate in gates if gate.location.building == place]
        if options.enabled and _paired(here):
            yield PassbackRule(
                place=place or site.id,
                gates={gate.id: gate.direction for gate in here},
                links=tuple(dict.fromkeys(gate.link for gate in here)),
                forget_after=options.forget_after,
                repeat=options.repeat,
                clear_for=options.clear_for,
            )


def _paired(gates: list[Device]) -> bool:
    """Whether each way in and out is known; a gate for both would be taken for neither."""
    directions = {gate.direction for gate in gates}
    return directions == {"in", "out"}


BUILT_IN: Final = BuiltIn("passback", PassbackOptions, _build)
