"""A value that stands still for longer, or leaps further, than it has on any day of four weeks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from edge.duration import format_duration
from edge.model import AlarmCleared, AlarmRaised, Reading, Record, Text
from edge.rules.anomaly.slots import number_of
from edge.rules.anomaly.watched import ANY, Watched, midnight_after, plain
from edge.rules.explain import Explained, Latest
from edge.rules.lasting import earliest
from edge.rules.quiet import Quiet, Within
from edge.rules.rule import Step

KEPT: Final = 28
"""Days whose largest figures are known."""

TIMES: Final = {"flat": 3.0, "jump": 2.0}
"""So many times the second largest of them is an anomaly: one odd day decides nothing."""

SHORTEST: Final = 2 * 3600.0
"""Seconds; what stands still for less is nobody's matter."""

SHARE: Final = 0.02
"""A leap of less than this part of the value itself is nobody's matter."""

LASTS: Final = timedelta(hours=1)
"""A leap is told until there has been none for so long."""

LONG: Final = 5 * 3600.0

NEAR: Final = 0.5
"""A change of less than this part of the usual largest one is nothing new."""

NAP: Final = timedelta(minutes=5)
"""After a change so much time is let pass before a standstill can begin."""

Said: TypeAlias = tuple[AlarmRaised | AlarmCleared, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtremeState:
    """The largest figure of each day, and whether the alarm is on; today's is lost.

    `usual` is the second largest of them, in seconds or the point's unit. `changed` is since when
    the value has been what it is, `until` when a leap is over, `midnight` when today is; until the
    end of a `nap` nothing is listened to.
    """

    largest: tuple[float, ...] = ()
    usual: float = 0.0
    active: bool = False
    anew: str = ""
    midnight: datetime | None = field(default=None, compare=False)
    most: float = field(default=0.0, compare=False)
    value: float | None = field(default=None, compare=False)
    changed: datetime | None = field(default=None, compare=False)
    until: datetime | None = field(default=None, compare=False)
    nap: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class ExtremeRule(Watched):
    """Knows the longest standstill (`flat`) or the widest leap (`jump`) of each of 28 days.

    What is an anomaly, and all of the day that ends while the alarm is on, is not among them.
    A leap is from one reading to the next. A value stands still from a reading on, until another
    comes or its device cannot be heard; after a change some time passes before that begins.
    """

    def start(self) -> ExtremeState:
        """Begin with nothing learnt."""
        return ExtremeState(anew=self.anew)

    def quiet(self, state: ExtremeState) -> Quiet | None:
        """The same value; for leaps, one that is hardly different."""
        value = state.value
        if state.nap:
            return self._hushed(ANY)
        if value is None:
            return None
        near = 0.0
        if self.watch == "jump":
            near = max(self.point.deadband / 2, NEAR * (state.usual or state.most))
        return self._hushed(Within(value - near, value + near))

    def step(self, state: ExtremeState, record: Record | None, now: datetime) -> Step[ExtremeState]:
        """Follow a reading, or the time that passes."""
        out: Said = ()
        if state.anew != self.anew:
            out = (self._cleared(now),) if state.active else ()
            state = self.start()
        if state.midnight is None or now >= state.midnight:
            state = self._day_over(state, now)
        if state.nap and now >= state.nap:
            state = replace(state, nap=None)
        if state.nap:
            return Step(state, out, earliest(state.nap, state.midnight))
        if isinstance(record, Reading) and record.point == self.ref:
            state, said = self._read(state, number_of(record), now)
            out += said
        elif self._lost(record):
            state = replace(state, value=None, changed=None)
        state, said, wake = (self._stands if self.watch == "flat" else self._ends)(state, now)
        return Step(state, out + said, earliest(wake, state.midnight, state.nap))

    def limit(self, state: ExtremeState, value: float) -> float | None:
        """What is an anomaly, in seconds or in the point's unit; none while learning."""
        if len(state.largest) < self.learn_days:
            return None
        times = TIMES[self.watch]
        if self.watch == "flat":
            return max(SHORTEST, times * state.usual)
        return max(times * state.usual, times * self.point.deadband, SHARE * abs(value))

    def _day_over(self, state: ExtremeState, now: datetime) -> ExtremeState:
        """Keep the largest figure of the day that is over."""
        midnight = midnight_after(now.astimezone(self.zone))
        heard = state.value is not None or state.most
        if state.midnight is None or state.active or not heard:
            return replace(state, midnight=midnight, most=0.0)
        most = state.most
        if self.watch == "flat" and state.changed:
            most = max(most, (now - state.changed).total_seconds())
        largest = (*state.largest, float(f"{most:.6g}"))[-KEPT:]
        usual = sorted(largest)[-2] if len(largest) > 1 else most
        return replace(state, midnight=midnight, most=0.0, largest=largest, usual=usual)

    def _read(
        self, state: ExtremeState, value: float | None, now: datetime
    ) -> tuple[ExtremeState, Said]:
        """Take a value that may be another."""
        before, changed = state.value, state.changed
        if value is None:
            return replace(state, value=None, changed=None), ()
        if value == before:
            return state, ()
        if before is None or changed is None:
            return replace(state, value=value, changed=now), ()
        if self.watch == "jump":
            return self._leapt(replace(state, value=value, changed=now), value, before, now)
        most = state.most if state.active else max(state.most, (now - changed).total_seconds())
        out = (self._cleared(now),) if state.active else ()
        rested = replace(state, value=None, changed=None, nap=now + NAP, most=most)
        return replace(rested, active=False), out

    def _stands(
        self, state: ExtremeState, now: datetime
    ) -> tuple[ExtremeState, Said, datetime | None]:
        """Whether it has stood still for too long, or when it will have."""
        value, changed = state.value, state.changed
        limit = self.limit(state, 0.0)
        if state.active or value is None or changed is None or limit is None:
            return state, (), None
        due = changed + timedelta(seconds=limit)
        if now < due:
            return state, (), due
        said = self._stood(value, (now - changed).total_seconds(), state.usual, now)
        return replace(state, active=True), (said,), None

    def _ends(
        self, state: ExtremeState, now: datetime
    ) -> tuple[ExtremeState, Said, datetime | None]:
        """Whether a leap is over, or when it will be."""
        if not state.active:
            return state, (), None
        until = state.until or now + LASTS
        if now < until:
            return replace(state, until=until), (), until
        return replace(state, active=False, until=None), (self._cleared(now),), None

    def _leapt(
        self, state: ExtremeState, value: float, before: float, now: datetime
    ) -> tuple[ExtremeState, Said]:
        leap, limit = abs(value - before), self.limit(state, value)
        if limit is None or leap <= limit:
            return (replace(state, most=leap) if leap > state.most else state), ()
        state, was = replace(state, active=True, until=now + LASTS), state.active
        if was:
            return state, ()
        shown, from_, most = (plain(each, limit) for each in (value, before, state.usual))
        words = Text(
            f"从 {from_} 跳到 {shown} {self.unit}，平时每次变化不超过 {most}",
            f"leapt from {from_} to {shown} {self.unit}, usually by {most} at most",
        )
        return state, (self._raised(words, value, now, float(f"{limit:.6g}")),)

    def _stood(self, value: float, stood: float, usual: float, now: datetime) -> AlarmRaised:
        for_, most = _told(stood), _told(usual)
        words = Text(
            f"停在 {value:.6g} {self.unit} 已 {for_}，平时最长 {most}",
            f"has stood at {value:.6g} {self.unit} for {for_}, usually {most} at most",
        )
        return self._raised(words, value, now, None)

    def explain(self, state: ExtremeState, now: datetime, latest: Latest) -> Explained:
        """Say how far it has learnt, what the largest was, and what it is now."""
        del latest
        limit = self.limit(state, state.value or 0.0)
        learnt = self._learnt(len(state.largest))
        if self.watch == "flat":
            stood = (now - state.changed).total_seconds() if state.changed else 0.0
            longest = "–" if limit is None else _told(limit)
            words = Text(f"停在一个值超过 {longest}", f"stands still for more than {longest}")
            truth = None if limit is None else state.active or stood > limit
            part = Explained(words=words, truth=truth, value=state.value, unit=self.point.unit)
            part = replace(part, since=state.changed)
        else:
            widest = "–" if limit is None else plain(limit, limit)
            words = Text(
                f"一次变化超过 {widest} {self.point.unit}",
                f"leaps by more than {widest} {self.point.unit} from one reading to the next",
            )
            truth = None if limit is None else state.active
            part = Explained(words=words, truth=truth, value=state.value, unit=self.point.unit)
            part = replace(part, until=state.until)
        return self._account(words, (learnt, part), active=state.active)


def _told(seconds: float) -> str:
    """A duration to the minute, a long one to half an hour."""
    if seconds >= LONG:
        return f"{round(seconds / 1800) / 2:g}h"
    return format_duration(timedelta(minutes=max(1, round(seconds / 60))))
