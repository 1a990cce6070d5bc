"""Conditions on more than the last record: statistics, counts, expressions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from edge.model import Reading, Record, Value
from edge.rules import windows
from edge.rules.comparing import Beyond, good_value
from edge.rules.events import Filter
from edge.rules.expression import Expression
from edge.rules.memory import Fresh, Past, Verdict
from edge.rules.units import PointType
from edge.rules.windows import ENOUGH, Tally, Window

WRITTEN_EVERY: Final = timedelta(minutes=1)
"""The parts of a short window end each second; to write each would wear the disk out."""


@dataclass(frozen=True, slots=True)
class StatisticTerm:
    """A statistic over the values a point had, compared."""

    point: str
    type: PointType
    window: Window
    comparison: Beyond
    kinds: tuple[str, ...] = ()

    @property
    def points(self) -> tuple[str, ...]:
        """The one point."""
        return (self.point,)

    def take(self, past: Past, record: Record, now: datetime) -> Past:
        """Put the value into the window; a bad one ends what the last one was."""
        if not isinstance(record, Reading) or record.point != self.point:
            return past
        value = good_value(record, self.type)
        number = value if isinstance(value, int | float) else None
        seen = self.window.observe(_window(past, now), number, now)
        memory, fresh = _with(past, seen, _turn(seen, now))
        return memory, fresh if fresh.at else replace(fresh, at=now)

    def judge(self, past: Past, now: datetime) -> Verdict:
        """Compare what the window answers now; after a restart stay till enough can be known."""
        if past[0].at is None:
            return Verdict(past, None)
        seen = self.window.advance(_window(past, now), now)
        figure = self.window.answer(seen, now)
        memory, fresh = _with(past, seen, _turn(seen, now))
        truth = memory.truth if self._fills(fresh, now) else None
        if figure is not None:
            truth = self.comparison.holds(figure, before=memory.truth is True)
        if truth is not memory.truth:
            memory = replace(memory, truth=truth)
        return Verdict((memory, fresh), truth, self.window.wake(seen))

    def _fills(self, fresh: Fresh, now: datetime) -> bool:
        """Whether too little can be known yet, as the gateway has just started."""
        if fresh.at is None:
            return True
        return fresh.open.value is not None and now < fresh.at + ENOUGH * self.window.length

    def figure(self, past: Past, now: datetime) -> float | None:
        """What the window answers now, for a person to read."""
        if past[0].at is None:
            return None
        return self.window.answer(self.window.advance(_window(past, now), now), now)


@dataclass(frozen=True, slots=True)
class CountTerm:
    """How many events came within a time, compared."""

    event: Filter
    tally: Tally
    comparison: Beyond
    points: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of the events."""
        return self.event.kinds

    def take(self, past: Past, record: Record, now: datetime) -> Past:
        """Count it."""
        if not self.event.matches(record):
            return past
        return _with(past, self.tally.add(_window(past, now), now), past[0].turn + 1)

    def judge(self, past: Past, now: datetime) -> Verdict:
        """Compare how many there are by now."""
        if past[0].at is None:
            return Verdict(past, self.comparison.holds(0, before=False))
        seen = self.tally.advance(_window(past, now), now)
        memory, fresh = _with(past, seen, past[0].turn)
        truth = self.comparison.holds(self.tally.answer(seen), before=False)
        return Verdict((memory, fresh), truth, self.tally.wake(seen))

    def figure(self, past: Past, now: datetime) -> float | None:
        """How many there are now."""
        if past[0].at is None:
            return 0
        return self.tally.answer(self.tally.advance(_window(past, now), now))


@dataclass(frozen=True, slots=True)
class ExpressionTerm:
    """A formula over several points.

    `points` and `types` stand in the order of the expression's names. After a restart it stays
    what it was until every number has been heard again.
    """

    expression: Expression
    points: tuple[str, ...]
    types: tuple[PointType, ...]
    kinds: tuple[str, ...] = ()

    def take(self, past: Past, record: Record, now: datetime) -> Past:
        """Put the value in its place and compute."""
        del now
        memory, fresh = past
        if not isinstance(record, Reading) or record.point not in self.points:
            return past
        value = good_value(record, self.types[self.points.index(record.point)])
        count = len(self.points)
        values: list[Value | None] = list(fresh.values or memory.values or (None,) * count)
        heard = fresh.heard or self._durable(values)
        for at, point in enumerate(self.points):
            if point == record.point:
                values[at] = value
                heard |= 1 << at
        complete = heard == (1 << count) - 1
        truth = self.expression.truth(values) if complete else memory.truth
        kept = tuple(each if isinstance(each, bool | str) else None for each in values)
        if truth is not memory.truth or kept != memory.values:
            memory = replace(memory, truth=truth, values=kept)
        if heard != fresh.heard or (*values,) != fresh.values:
            fresh = replace(fresh, values=tuple(values), heard=heard)
        return memory, fresh

    def judge(self, past: Past, now: datetime) -> Verdict:
        """What the last reading made it."""
        del now
        return Verdict(past, past[0].truth)

    def _durable(self, values: list[Value | None]) -> int:
        """Which of the values were kept through a restart."""
        return sum(1 << at for at, value in enumerate(values) if value is not None)


def _window(past: Past, now: datetime) -> windows.Past:
    memory, fresh = past
    return windows.Past(memory.at or now, memory.closed, fresh.open)


def _turn(seen: windows.Past, now: datetime) -> int:
    return (now - seen.origin) // WRITTEN_EVERY


def _with(past: Past, seen: windows.Past, turn: int) -> Past:
    """The past with its window moved on; built by hand, as this is done for every reading."""
    memory, fresh = past
    if memory.closed is not seen.closed or memory.at is None:
        memory = replace(memory, at=seen.origin, closed=seen.closed, turn=turn)
    if fresh.open is not seen.open:
        fresh = Fresh(
            value=fresh.value,
            at=fresh.at,
            values=fresh.values,
            heard=fresh.heard,
            open=seen.open,
        )
    return memory, fresh
