"""The conditions that rules consist of: each takes records in, and says what is so at a moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from edge.model import Reading, Record
from edge.rules.comparing import Comparison, good_value, same
from edge.rules.events import Filter, follow_alarm
from edge.rules.memory import Past, Verdict
from edge.rules.quiet import Quiet
from edge.rules.schedule import Schedule
from edge.rules.units import PointType


class Term(Protocol):
    """One condition; pure, with a past that is bounded."""

    @property
    def points(self) -> tuple[str, ...]:
        """The points whose readings it takes."""
        ...

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of events that it takes."""
        ...

    def take(self, past: Past, record: Record, now: datetime) -> Past:
        """Take a record in; the same past when the record says nothing new to it."""
        ...

    def judge(self, past: Past, now: datetime) -> Verdict:
        """Say what is so now."""
        ...


@dataclass(frozen=True, slots=True)
class PointTerm:
    """A point's last good value, compared."""

    point: str
    type: PointType
    comparison: Comparison
    kinds: tuple[str, ...] = ()

    @property
    def points(self) -> tuple[str, ...]:
        """The one point."""
        return (self.point,)

    def take(self, past: Past, record: Record, now: datetime) -> Past:
        """Compare; a value that changes nothing is not remembered."""
        del now
        memory, fresh = past
        if not isinstance(record, Reading) or record.point != self.point:
            return past
        value = good_value(record, self.type)
        truth = None
        if value is not None:
            truth = self.comparison.holds(value, before=memory.truth is True)
        if truth is memory.truth:
            return past
        return replace(memory, truth=truth), replace(fresh, value=value)

    def judge(self, past: Past, now: datetime) -> Verdict:
        """What the last reading made it."""
        del now
        return Verdict(past, past[0].truth)

    def same(self, past: Past) -> Quiet:
        """Which readings of the point change nothing."""
        return same(self.comparison, self.type, truth=past[0].truth)


@dataclass(frozen=True, slots=True)
class StaleTerm:
    """Nothing good was heard of a point for some time."""

    point: str
    type: PointType
    after: timedelta
    kinds: tuple[str, ...] = ()

    @property
    def points(self) -> tuple[str, ...]:
        """The one point."""
        return (self.point,)

    def take(self, past: Past, record: Record, now: datetime) -> Past:
        """Start the time anew with each good reading."""
        memory, fresh = past
        if not isinstance(record, Reading) or record.point != self.point:
            return past
        if good_value(record, self.type) is None:
            return past
        memory = replace(memory, truth=False) if memory.truth else memory
        return memory, replace(fresh, at=now)

    def judge(self, past: Past, now: datetime) -> Verdict:
        """True from the end of the time to the next good reading, restarts or not."""
        memory, fresh = past
        if memory.truth:
            return Verdict(past, truth=True)
        seen = fresh.at or now
        if fresh.at is None:
            past = memory, replace(fresh, at=seen)
        if now < seen + self.after:
            return Verdict(past, truth=False, wake=seen + self.after)
        return Verdict((replace(memory, truth=True), past[1]), truth=True)


@dataclass(frozen=True, slots=True)
class _Heard:
    """Remembers when an event last came."""

    event: Filter

    @property
    def points(self) -> tuple[str, ...]:
        """No point matters."""
        return ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of the event."""
        return self.event.kinds

    def take(self, past: Past, record: Record, now: datetime) -> Past:
        """Note when it came."""
        return (replace(past[0], at=now), past[1]) if self.event.matches(record) else past


@dataclass(frozen=True, slots=True)
class EventTerm(_Heard):
    """An event came, a while ago at most."""

    lasts: timedelta

    def judge(self, past: Past, now: datetime) -> Verdict:
        """True for its time."""
        at = past[0].at
        if at is None or now >= at + self.lasts:
            return Verdict(past, truth=False)
        return Verdict(past, truth=True, wake=at + self.lasts)


@dataclass(frozen=True, slots=True)
class AbsentTerm(_Heard):
    """No such event came for some time, counted from the first step on."""

    length: timedelta

    def judge(self, past: Past, now: datetime) -> Verdict:
        """True from the end of the time on."""
        memory, fresh = past
        if memory.at is None:
            memory = replace(memory, at=now)
        at = memory.at or now
        if now < at + self.length:
            return Verdict((memory, fresh), truth=False, wake=at + self.length)
        return Verdict((memory, fresh), truth=True)


@dataclass(frozen=True, slots=True)
class AlarmTerm:
    """Another alarm is active; one raised in a test or during work counts once that is over."""

    key: str
    points: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("alarm.raised", "alarm.cleared", "alarm.updated")

    def take(self, past: Past, record: Record, now: datetime) -> Past:
        """Follow the alarm."""
        del now
        memory, fresh = past
        active = follow_alarm(self.key, record)
        if active is None or active is memory.truth:
            return past
        return replace(memory, truth=active), fresh

    def judge(self, past: Past, now: datetime) -> Verdict:
        """What was last heard of it; not active until then."""
        del now
        return Verdict(past, truth=past[0].truth or False)


@dataclass(frozen=True, slots=True)
class DuringTerm:
    """A schedule of the site applies."""

    schedule: Schedule
    points: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def take(self, past: Past, record: Record, now: datetime) -> Past:
        """Records say nothing of the time."""
        del record, now
        return past

    def judge(self, past: Past, now: datetime) -> Verdict:
        """Look at the time of the day; look again soon, as the clock may be set."""
        return Verdict(past, self.schedule.applies(now), self.schedule.wake(now))
