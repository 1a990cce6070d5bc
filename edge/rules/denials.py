"""Somebody is refused at one gate again and again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import Field

from edge.duration import format_duration
from edge.model import Access, AlarmRaised, Cause, Lane, Record, Text
from edge.rules.explain import Explained, Latest
from edge.rules.lasting import ends
from edge.rules.rule import BuiltIn, Step
from edge.schema import Duration, Strict
from edge.site import Site

MOST: Final = 100
"""Denials that are remembered; whoever asks for more to be counted means another thing."""

_TEXT: Final = Text("门禁多次拒绝通行", "Refused at the gate again and again")


class DenialsOptions(Strict):
    """How many denials at one gate need somebody."""

    enabled: bool = True
    count: Annotated[int, Field(ge=2, le=MOST)] = Field(5, description="So many denials …")
    within: Duration = Field(timedelta(minutes=2), description="… within this time.")
    clear_for: Duration = Field(
        timedelta(minutes=5), description="Without a further denial it is over after this time."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """One denial: when it was told, and when it was by the gate's clock."""

    told: datetime
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DenialsState:
    """The latest denials; `last` is that of an alarm that is on."""

    recent: tuple[Denial, ...] = ()
    last: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DenialsRule:
    """Counts the denials of one gate, whoever was refused.

    They have to lie close together by the gateway's clock and by the gate's: a gate that comes
    back and tells what it had stored for hours is no rush, and a gate whose clock is wrong is
    judged like any other.
    """

    device: str
    count: int
    within: timedelta
    clear_for: timedelta

    @property
    def id(self) -> str:
        """One of each gate."""
        return f"{self.device}/.denials"

    @property
    def points(self) -> tuple[str, ...]:
        """No point matters."""
        return ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The gate's denials."""
        return (f"{self.device}/access.denied",)

    @property
    def raises(self) -> tuple[str, ...]:
        """The gate's one."""
        return (self._key,)

    def explain(self, state: DenialsState, now: datetime, latest: Latest) -> Explained:
        """Say how many were refused lately, and when an alarm that is on will be over."""
        del latest
        lately = [denial for denial in state.recent if now - denial.told <= self.within]
        within = format_duration(self.within)
        crowd = Explained(
            words=Text(
                f"{within} 内至少 {self.count} 次拒绝通行",
                f"at least {self.count} were refused within {within}",
            ),
            truth=self._crowded(tuple(lately)),
            value=len(lately),
            since=lately[0].told if lately else None,
        )
        until = state.last + self.clear_for if state.last else None
        again = Explained(
            words=Text(
                f"{format_duration(self.clear_for)} 内又有拒绝",
                f"somebody was refused in the last {format_duration(self.clear_for)}",
            ),
            truth=state.last is not None,
            since=state.last,
            until=until,
        )
        parts = (crowd, again) if state.last else (crowd,)
        return Explained(words=_TEXT, truth=state.last is not None, until=until, parts=parts)

    def start(self) -> DenialsState:
        """Begin with nobody refused."""
        return DenialsState()

    def step(self, state: DenialsState, record: Record | None, now: datetime) -> Step[DenialsState]:
        """Count a denial, or end the alarm when there was none for a while."""
        cleared = ends(state.last, self.clear_for, self._key, now)
        if cleared:
            state = DenialsState()
        raised: tuple[AlarmRaised, ...] = ()
        if isinstance(record, Access):
            recent = (*state.recent, Denial(told=now, at=record.at))[-self.count :]
            if state.last is None and self._crowded(recent):
                raised = (self._raised(now),)
            state = replace(state, recent=recent, last=now if state.last or raised else None)
        wake = state.last + self.clear_for if state.last else None
        return Step(state, (*((cleared,) if cleared else ()), *raised), wake)

    @property
    def _key(self) -> str:
        return f"{self.device}/repeated_denials"

    def _crowded(self, recent: tuple[Denial, ...]) -> bool:
        if len(recent) < self.count:
            return False
        told, at = [denial.told for denial in recent], [denial.at for denial in recent]
        return max(max(told) - min(told), max(at) - min(at)) <= self.within

    def _raised(self, now: datetime) -> AlarmRaised:
        return AlarmRaised(
            alarm=self._key,
            device=self.device,
            rule="denials",
            category="access.repeated_denials",
            severity=450,
            lane=Lane.SECURITY,
            text=_TEXT,
            cause=Cause(point=self.device, value=self.count, limit=self.count),
            at=now,
        )


def _build(site: Site, options: DenialsOptions) -> Iterable[DenialsRule]:
    return tuple(
        DenialsRule(
            device=device.id,
            count=options.count,
            within=options.within,
            clear_for=options.clear_for,
        )
        for device in site.devices.values()
        if options.enabled and device.kind == "gate"
    )


BUILT_IN: Final = BuiltIn("denials", DenialsOptions, _build)
