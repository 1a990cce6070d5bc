"""How long a lift's door takes from beginning to open until it is closed, from day to day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from edge.model import Quality, Reading, Record, Text, Value
from edge.rules.anomaly.daily import CourseRule, CourseState
from edge.rules.anomaly.watched import midnight_after
from edge.rules.quiet import Quiet
from edge.rules.rule import Step

LONGEST: Final = 45.0
"""Seconds; a door that is open for longer is held, and tells nothing of its drive."""

FEWEST: Final = 20
"""Cycles of a day that make a figure."""

MOST: Final = 128
"""Cycles of a day that are remembered; of more every second, fourth, eighth ... one."""


@dataclass(frozen=True, kw_only=True)
class CycleRule(CourseRule):
    """The mean of the shorter half of a day's cycles: those in which nobody was in the way."""

    opens: Callable[[Value], bool]

    @property
    def unit(self) -> str:
        """Seconds, whatever the point says."""
        return "s"

    @property
    def meant(self) -> Text:
        """A door's shorter cycles."""
        return Text("开关门一次用时", "a door cycle takes")

    def quiet(self, state: CourseState) -> Quiet | None:
        """A door that is as it was."""
        opens, is_open, bad = self.opens, state.opened is not None, Quality.BAD

        def quiet(reading: Reading) -> bool:
            value = reading.value
            return value is not None and reading.quality is not bad and opens(value) is is_open

        return self._hushed(quiet)

    def step(self, state: CourseState, record: Record | None, now: datetime) -> Step[CourseState]:
        """Measure a cycle; at midnight judge the day."""
        state, out = self.renewed(state, now)
        local = now.astimezone(self.zone)
        day = local.toordinal()
        if state.day != day:
            if state.day >= 0 and len(state.samples) * state.stride >= FEWEST:
                shorter = sorted(state.samples)[: (len(state.samples) + 1) // 2]
                state, said = self.day_over(state, sum(shorter) / len(shorter), now)
                out += said
            state = replace(state, day=day, samples=(), stride=1, skipped=0)
        if record is not None:
            state = self._told_by(state, record)
        return Step(state, out, midnight_after(local))

    def _told_by(self, state: CourseState, record: Record) -> CourseState:
        if not isinstance(record, Reading) or (record.point != self.ref and not self._lost(record)):
            return state
        if record.point != self.ref or record.quality is Quality.BAD or record.value is None:
            return replace(state, opened=None) if state.opened else state
        is_open = self.opens(record.value)
        if is_open is (state.opened is not None):
            return state
        if is_open or state.opened is None:
            return replace(state, opened=record.at)
        lasted = (record.at - state.opened).total_seconds()
        state = replace(state, opened=None)
        return self._measured(state, lasted) if 0 < lasted <= LONGEST else state

    def _measured(self, state: CourseState, lasted: float) -> CourseState:
        if state.skipped + 1 < state.stride:
            return replace(state, skipped=state.skipped + 1)
        samples = (*state.samples, lasted)
        if len(samples) < MOST:
            return replace(state, samples=samples, skipped=0)
        return replace(state, samples=samples[::2], stride=state.stride * 2, skipped=0)
