"""Many are lost at once: what they have in common is told, once, before each speaks for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil

from edge.duration import format_duration
from edge.model import AlarmCleared, AlarmRaised, Cause, Quality, Reading, Record, Text
from edge.rules.alarm import Words
from edge.rules.explain import Explained, Latest
from edge.rules.reasons import reached, unreached
from edge.rules.rule import Step

FEWEST = 2
"""One that is lost is its own trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseState:
    """Whom nobody hears, since when members are lost, and those that the alarm is about.

    `since` is since when the cause has been suspected.
    """

    unheard: tuple[str, ...] = ()
    lost: dict[str, datetime] = field(default_factory=dict)
    since: datetime | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonCause:
    """Raises when nearly all members were lost within a short time; clears when they come back.

    A member is lost when it is offline, or all of its `parts` are. One that was lost long before
    has a trouble of its own and neither counts nor hinders. While `unless` is offline nothing
    is said: that is the cause then, and has an alarm of its own.

    It waits for `delay`, which is shorter than the members' own alarms wait, so that the cause
    is told before its consequences.
    """

    id: str
    alarm: str
    members: Mapping[str, tuple[str, ...]]
    unless: str
    share: float
    window: timedelta
    delay: timedelta
    words: Words

    @property
    def points(self) -> tuple[str, ...]:
        """Whether each can be heard."""
        return tuple(f"{name}/online" for name in self._names)

    @property
    def kinds(self) -> tuple[str, ...]:
        """No event matters: each becomes such a reading."""
        return ()

    @property
    def raises(self) -> tuple[str, ...]:
        """The one of what they have in common."""
        return (self.alarm,)

    def explain(self, state: CauseState, now: datetime, latest: Latest) -> Explained:
        """Say who is lost since when, how many it takes, and until when it is waited for."""
        del now, latest
        within = format_duration(self.window)
        enough = Explained(
            words=Text(
                f"{len(self.members)} 个中至少 {self._enough(len(self.members))} 个"
                f"在 {within} 内失联",
                f"of {len(self.members)} at least {self._enough(len(self.members))}"
                f" were lost within {within}",
            ),
            truth=bool(state.about or self._together(state)),
            since=state.since,
            parts=tuple(
                unreached(member, lost=member in state.lost, since=state.lost.get(member))
                for member in self.members
            ),
        )
        own = (reached(self.unless, lost=self.unless in state.unheard),)
        return Explained(
            words=self.words.text,
            truth=bool(state.about),
            until=state.since + self.delay if state.since else None,
            parts=(enough, *(own if self.unless else ())),
        )

    def start(self) -> CauseState:
        """Begin with everybody well."""
        return CauseState()

    def step(self, state: CauseState, record: Record | None, now: datetime) -> Step[CauseState]:
        """Follow who is heard, and the time."""
        unheard = tuple(name for name in state.unheard if name in self._names)
        if isinstance(record, Reading) and record.quality is not Quality.BAD:
            name = record.point.partition("/")[0]
            others = tuple(each for each in unheard if each != name)
            unheard = others if record.value is True else (*others, name)
        lost = {
            member: state.lost.get(member, now)
            for member, parts in self.members.items()
            if member in unheard or (parts and all(part in unheard for part in parts))
        }
        if unheard != state.unheard or lost != state.lost:
            state = replace(state, unheard=unheard, lost=lost)
        return self._told(state, now) if state.about else self._suspected(state, now)

    @property
    def _names(self) -> tuple[str, ...]:
        parts = (part for parts in self.members.values() for part in parts)
        own = (self.unless,) if self.unless else ()
        return tuple(dict.fromkeys((*own, *self.members, *parts)))

    def _suspected(self, state: CauseState, now: datetime) -> Step[CauseState]:
        together = self._together(state)
        if not together:
            return Step(replace(state, since=None) if state.since else state)
        since = state.since or now
        if now < since + self.delay:
            return Step(replace(state, since=since), wake=since + self.delay)
        raised = self._raised(together, since + self.delay)
        return Step(replace(state, since=None, about=together), (raised,))

    def _told(self, state: CauseState, now: datetime) -> Step[CauseState]:
        still = sum(1 for member in state.about if member in state.lost)
        if still >= self._enough(len(state.about)) and self.unless not in state.unheard:
            return Step(state)
        return Step(replace(state, about=()), (AlarmCleared(alarm=self.alarm, at=now),))

    def _together(self, state: CauseState) -> tuple[str, ...]:
        """Those that were lost together; none when too many are well, or it is known why."""
        if self.unless in state.unheard or not state.lost:
            return ()
        newest = max(state.lost.values())
        together = tuple(m for m, since in state.lost.items() if newest - since <= self.window)
        before = len(state.lost) - len(together)
        enough = len(together) >= self._enough(len(self.members) - before)
        return together if enough else ()

    def _enough(self, of: int) -> int:
        return max(FEWEST, ceil(self.share * of))

    def _raised(self, together: tuple[str, ...], at: datetime) -> AlarmRaised:
        holder = self.alarm.partition("/")[0]
        behind = dict.fromkeys(
            name for member in together for name in (member, *self.members[member])
        )
        return AlarmRaised(
            alarm=self.alarm,
            device=holder,
            rule=self.alarm.partition("/")[2],
            category=self.words.category,
            severity=self.words.severity,
            lane=self.words.lane,
            text=self.words.text,
            cause=Cause(point="", value=len(together), limit=self._enough(len(self.members))),
            at=at,
            group=self.words.group,
            behind=tuple(behind),
        )
