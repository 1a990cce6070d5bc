"""A resident who agreed to be watched over has not passed their gates for days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from edge.choices import choose
from edge.duration import format_duration
from edge.errors import refusal
from edge.model import (
    Access,
    AlarmCleared,
    AlarmRaised,
    Cause,
    Lane,
    Location,
    Quality,
    Reading,
    Record,
    Text,
)
from edge.rules.explain import Explained, Latest
from edge.rules.reasons import reached
from edge.rules.rule import BuiltIn, Step
from edge.schema import Duration, Id, Strict
from edge.site import Site

FOLD: Final = timedelta(hours=1)
"""How often the time without a sign is written down; a restart forgets no more than this."""

ZERO: Final = timedelta(0)


class Resident(Strict):
    """One person, by the id that the gates have, who agreed in writing."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = Field(
        description="The person's id at the gates, never a name."
    )
    gates: Annotated[tuple[Id, ...], Field(min_length=1)]
    after: Annotated[Duration, Field(ge=timedelta(hours=12))] = timedelta(days=3)
    agreed: Annotated[str, StringConstraints(min_length=1)] = Field(
        description="When and how the person agreed; it stays in this file."
    )
    device: Id = Field(description="Whose place is the flat, such as the call button.")


class NobodyPassedOptions(Strict):
    """Nobody is watched over unless they are written down here."""

    residents: tuple[Resident, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyPassedState:
    """How long there has been no sign, counted up to `since`; what can be heard begins anew."""

    quiet: timedelta = ZERO
    active: bool = False
    since: datetime | None = field(default=None, compare=False)
    online: tuple[str, ...] = field(default=(), compare=False)
    down: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyPassedRule:
    """Counts the time without a sign while at least one of the gates could have told of one.

    A gate that is lost, itself or by its link, tells nothing, and neither does a gateway that is
    off: their silence is not the person's. One gate that works is enough, so that another which
    is broken for weeks does not end the watch. Refused at a gate is a sign too. A record that
    its gate had stored counts from when it was made.
    """

    person: str
    device: str
    place: Location
    gates: Mapping[str, str]
    after: timedelta

    @property
    def id(self) -> str:
        """One of each resident."""
        return f"{self.device}/.nobody_passed/{self.person}"

    @property
    def points(self) -> tuple[str, ...]:
        """Whether gates and links can be heard."""
        return tuple(f"{each}/online" for each in dict.fromkeys((*self.gates, *self._links)))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Whatever a gate decided about somebody."""
        words = ("granted", "denied", "duress")
        return tuple(f"{gate}/access.{word}" for gate in self.gates for word in words)

    @property
    def raises(self) -> tuple[str, ...]:
        """The resident's one."""
        return (self._key,)

    def explain(self, state: NobodyPassedState, now: datetime, latest: Latest) -> Explained:
        """Say how long there was no sign, and whether the gates could have told of one."""
        del latest
        ran = now - state.since if state.since else ZERO
        quiet, after = state.quiet + ran, format_duration(self.after)
        counts = state.since is not None and not state.active
        silence = Explained(
            words=Text(
                f"没有通行已满 {after}（只计门禁在线的时间）",
                f"no sign for {after}, while a gate could have told",
            ),
            truth=quiet >= self.after,
            value=round(quiet / timedelta(hours=1), 1),
            unit="h",
            until=now + max(self.after - quiet, ZERO) if counts else None,
        )
        told = Explained(
            words=Text("正在计时：至少一个门禁在线", "it counts now: a gate at least is heard"),
            truth=state.since is not None,
            parts=tuple(self._heard_of(state, gate) for gate in self.gates),
        )
        return Explained(words=self._text, truth=state.active, parts=(silence, told))

    def _heard_of(self, state: NobodyPassedState, gate: str) -> Explained:
        lost = self.gates[gate] in state.down or gate not in state.online
        return reached(gate, lost=lost)

    def start(self) -> NobodyPassedState:
        """Begin as if a sign had just come."""
        return NobodyPassedState()

    def step(
        self, state: NobodyPassedState, record: Record | None, now: datetime
    ) -> Step[NobodyPassedState]:
        """Count on; take a sign of the person, or a gate that is lost or back."""
        out: tuple[AlarmRaised | AlarmCleared, ...] = ()
        if state.since is not None and now >= self._due(state, state.since):
            state = replace(state, quiet=state.quiet + (now - state.since), since=now)
        match record:
            case Reading(quality=quality) if quality is not Quality.BAD:
                state = self._heard(state, record, now)
            case Access() if self._is_sign(record):
                ran = now - state.since if state.since else ZERO
                quiet = min(state.quiet + ran, max(now - record.at, ZERO))
                state = replace(state, quiet=quiet, since=now if state.since else None)
        if state.active and state.quiet < self.after:
            state = replace(state, active=False)
            out = (AlarmCleared(alarm=self._key, at=now),)
        elif not state.active and state.quiet >= self.after:
            state = replace(state, active=True)
            out = (self._raised(now),)
        return Step(state, out, self._wake(state))

    @property
    def _key(self) -> str:
        return f"{self.device}/{self.person}/nobody_passed"

    @property
    def _links(self) -> tuple[str, ...]:
        return tuple(self.gates.values())

    def _is_sign(self, access: Access) -> bool:
        return access.person.split()[:1] == [self.person]

    def _due(self, state: NobodyPassedState, since: datetime) -> datetime:
        """When the time has to be written down, or is up."""
        return since + min(FOLD, max(self.after - state.quiet, ZERO))

    def _wake(self, state: NobodyPassedState) -> datetime | None:
        if state.since is None or state.active:
            return None
        return self._due(state, state.since)

    def _heard(
        self, state: NobodyPassedState, reading: Reading, now: datetime
    ) -> NobodyPassedState:
        name = reading.point.partition("/")[0]
        up, online, down = reading.value is True, state.online, state.down
        if name in self.gates:
            online = tuple(each for each in online if each != name) + ((name,) if up else ())
        if name in self._links:
            down = tuple(each for each in down if each != name) + (() if up else (name,))
        can_tell = any(self.gates[gate] not in down for gate in online)
        state = replace(state, online=online, down=down)
        if can_tell is (state.since is not None):
            return state
        ran = now - state.since if state.since else ZERO
        return replace(state, quiet=state.quiet + ran, since=now if can_tell else None)

    @property
    def _text(self) -> Text:
        days, hours = self.after // timedelta(days=1), self.after // timedelta(hours=1)
        whole = days * 24 == hours
        zh, en = (f"{days} 天", f"{days} days") if whole else (f"{hours} 小时", f"{hours} hours")
        return Text(
            f"住户 {self.person} 已 {zh} 没有通行记录，请上门看望",
            f"Resident {self.person} has not passed a gate for {en}: pay a visit",
        )

    def _raised(self, now: datetime) -> AlarmRaised:
        return AlarmRaised(
            alarm=self._key,
            device=self.device,
            rule="nobody_passed",
            category="elder.nobody_passed",
            severity=700,
            lane=Lane.LIFE_SAFETY,
            text=self._text,
            cause=Cause(point=self.device, value=None, limit=self.after.total_seconds(), unit="s"),
            at=now,
            location=self.place,
        )


def _build(site: Site, options: NobodyPassedOptions) -> Iterable[NobodyPassedRule]:
    for resident in options.residents:
        for name in (*resident.gates, resident.device):
            if name not in site.devices:
                raise refusal(
                    Text(f"没有设备 {name}", f"there is no device {name}"),
                    choose(name, sorted(site.devices)),
                )
        yield NobodyPassedRule(
            person=resident.id,
            device=resident.device,
            place=site.locate(resident.device),
            gates={name: site.devices[name].link for name in resident.gates},
            after=resident.after,
        )


BUILT_IN: Final = BuiltIn("nobody_passed", NobodyPassedOptions, _build)
