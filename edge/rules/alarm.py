"""Alarm rules: a condition with delays and deadband, after ISA-18.2 / IEC 62682."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from edge.model import (
    AlarmCleared,
    AlarmRaised,
    Cause,
    DeviceReset,
    Event,
    Lane,
    Quality,
    Reading,
    Record,
    Text,
    Value,
)
from edge.rules.comparing import Beyond
from edge.rules.quiet import Quiet, Within
from edge.rules.rule import Step

Holds: TypeAlias = Callable[[Value, bool], bool]
"""Whether a value fulfils the condition; the second argument is whether the alarm is active."""


@dataclass(frozen=True, slots=True)
class AlarmState:
    """Where one alarm stands.

    `since` is when the condition began to differ from `active`; `seen` when the point was
    last heard of.
    """

    active: bool = False
    since: datetime | None = None
    cause: Cause | None = None
    seen: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What an alarm says of itself, whatever its condition is; `condition` says that one."""

    category: str
    severity: int
    lane: Lane
    text: Text
    unit: str = ""
    limit: Value | None = None
    group: str = ""
    latch: bool = False
    realarm: timedelta | None = None
    behind: tuple[str, ...] = ()
    condition: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointAlarm:
    """Raises when a point's value fulfils a condition for a while; clears when it no longer does.

    A reading of bad quality says nothing: the alarm stays as it is. A reset of the device
    clears what it had latched.
    """

    id: str
    device: str
    name: str
    point: str
    words: Words
    holds: Holds
    component: str = ""
    on_delay: timedelta = timedelta(0)
    off_delay: timedelta = timedelta(0)

    @property
    def points(self) -> tuple[str, ...]:
        """The one point this alarm watches."""
        return (self.point,)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Resets of the device."""
        return (f"{self.device}/device.reset",)

    def start(self) -> AlarmState:
        """Begin as not active."""
        return AlarmState()

    def step(self, state: AlarmState, record: Record | None, now: datetime) -> Step[AlarmState]:
        """Follow a reading, a reset, or the end of a delay."""
        at = now
        match record:
            case Reading(value=value, quality=quality, about=about) if value is not None:
                if quality is Quality.BAD:
                    return self._rest(state)
                at = record.at
                cause = Cause(
                    point=self.point,
                    value=value,
                    unit=self.words.unit,
                    limit=self.words.limit,
                    about=about,
                )
                state = self._observe(state, cause, now, holds=self.holds(value, state.active))
            case DeviceReset() if state.active and covers(record.component, self.component):
                return Step(AlarmState(), (AlarmCleared(alarm=self.id, at=record.at),))
        return self._settle(state, at, now)

    def quiet(self, state: AlarmState) -> Quiet:
        """Readings that are bad, or no different from what the alarm knows."""
        holds, active, bad = self.holds, state.active, Quality.BAD
        if (
            state.since is None
            and isinstance(holds, Beyond)
            and (same := holds.between(before=active))
        ):
            return Within(*same)
        expected = active is (state.since is None)

        def quiet(reading: Reading) -> bool:
            value = reading.value
            return value is None or reading.quality is bad or holds(value, active) is expected

        return quiet

    def _observe(
        self, state: AlarmState, cause: Cause, now: datetime, *, holds: bool
    ) -> AlarmState:
        if holds is state.active:
            return replace(state, since=None) if state.since else state
        if state.since:
            return state
        return replace(state, since=now, cause=cause if holds else state.cause)

    def _settle(self, state: AlarmState, at: datetime, now: datetime) -> Step[AlarmState]:
        delay = self.off_delay if state.active else self.on_delay
        if state.since is None or now < state.since + delay:
            return self._rest(state)
        at = state.since + delay if delay else at
        if state.active:
            return Step(AlarmState(), (AlarmCleared(alarm=self.id, at=at),))
        return Step(
            AlarmState(active=True, cause=state.cause),
            (_raised(self, state.cause, at),),
        )

    def _rest(self, state: AlarmState) -> Step[AlarmState]:
        delay = self.off_delay if state.active else self.on_delay
        return Step(state, wake=state.since + delay if state.since else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleAlarm:
    """Raises when nothing good has been heard of a point for too long."""

    id: str
    device: str
    name: str
    point: str
    words: Words
    after: timedelta

    @property
    def points(self) -> tuple[str, ...]:
        """The one point this alarm watches."""
        return (self.point,)

    @property
    def kinds(self) -> tuple[str, ...]:
        """No event matters."""
        return ()

    def start(self) -> AlarmState:
        """Begin as not active, with the time running from the first step."""
        return AlarmState()

    def step(self, state: AlarmState, record: Record | None, now: datetime) -> Step[AlarmState]:
        """Restart the time with each good reading; raise when it has run out."""
        seen = state.seen or now
        if isinstance(record, Reading) and record.quality is not Quality.BAD:
            if state.active:
                cleared = AlarmCleared(alarm=self.id, at=record.at)
                return Step(AlarmState(seen=now), (cleared,), wake=now + self.after)
            seen = now
        state = replace(state, seen=seen)
        if state.active:
            return Step(state)
        if now < seen + self.after:
            return Step(state, wake=seen + self.after)
        cause = Cause(point=self.point, value=None, limit=self.after.total_seconds(), unit="s")
        raised = _raised(self, cause, seen + self.after)
        return Step(replace(state, active=True, cause=cause), (raised,))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAlarm:
    """Raises when a device's event occurs; clears when it has not occurred again for a while.

    It is raised when it is heard: what a gate had stored for an hour needs somebody from now on.
    """

    id: str
    device: str
    name: str
    event: str
    words: Words
    lasts: timedelta

    @property
    def points(self) -> tuple[str, ...]:
        """No point matters."""
        return ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The one event of the one device."""
        return (f"{self.device}/{self.event}",)

    def start(self) -> AlarmState:
        """Begin as not active."""
        return AlarmState()

    def step(self, state: AlarmState, record: Record | None, now: datetime) -> Step[AlarmState]:
        """Raise at the first event, start the time anew at each, clear at its end."""
        if record is not None and not isinstance(record, Reading):
            begun = AlarmState(active=True, since=now)
            if state.active:
                return Step(begun, wake=now + self.lasts)
            raised = _raised(self, _told(record), now)
            return Step(begun, (raised,), wake=now + self.lasts)
        if not state.active or state.since is None:
            return Step(state)
        if now < state.since + self.lasts:
            return Step(state, wake=state.since + self.lasts)
        return Step(AlarmState(), (AlarmCleared(alarm=self.id, at=state.since + self.lasts),))


def _told(event: Event) -> Cause:
    return Cause(
        point=getattr(event, "device", ""), value=event.kind, about=getattr(event, "reason", "")
    )


def covers(reset: str, component: str) -> bool:
    """Whether a reset of a system (`1-1`) covers a component of it (`1-1-10-2`)."""
    return not reset or component == reset or component.startswith(f"{reset}-")


def _raised(
    rule: PointAlarm | StaleAlarm | EventAlarm, cause: Cause | None, at: datetime
) -> AlarmRaised:
    return AlarmRaised(
        alarm=rule.id,
        device=rule.device,
        rule=rule.name,
        category=rule.words.category,
        severity=rule.words.severity,
        lane=rule.words.lane,
        text=rule.words.text,
        cause=cause or Cause(point=rule.device, value=None),
        at=at,
        group=rule.words.group,
        latch=rule.words.latch,
        realarm=rule.words.realarm,
        behind=rule.words.behind,
    )
