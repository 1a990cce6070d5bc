"""What comes next of each point that is anything new to a rule; the rest is passed over unread."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from edge.history.reel import NOTHING, Reel, Span
from edge.history.rows import Plain, Row, reading_of
from edge.model import Reading
from edge.rules.attentive import AttentiveEngine
from edge.rules.quiet import Quiet, Within

AT_ONCE: Final = 256
"""Rows that are read at most in one go; the first go is one row, as most are quiet again."""

MOST_KNOWN: Final = 64
"""Values of a point that are remembered as quiet: of a point that says more than a few states none
comes twice."""


class Place(NamedTuple):
    """How far a replay has come: at one instant points come in the order of their ids.

    What is not a reading comes before all of them: its place is the point -1.
    """

    at: int
    point: int = -1


@dataclass(slots=True, kw_only=True)
class _View:
    """A point seen ahead, for as long as what is quiet there is the same.

    `rows` are the next that matter, `after` is how far the file was read for them.
    """

    quiet: Quiet | None
    after: int = 0
    rows: deque[Row] = field(default_factory=deque)
    size: int = 1
    known: set[tuple[type, Plain, int]] = field(default_factory=set)


class Ahead:
    """Looks into the history for an engine, a stretch of time after the other."""

    def __init__(self, reel: Reel, engine: AttentiveEngine) -> None:
        self._reel = reel
        self._engine = engine
        names = reel.points()
        self.points = {point: name for point, name in names.items() if engine.hears(name)}
        self._ids = {name: point for point, name in self.points.items()}
        self._views = {
            point: _View(quiet=engine.quiet_at(name)) for point, name in self.points.items()
        }
        self._heap: list[Place] = []
        self._until = 0

    def open(self, after: int, until: int) -> int:
        """Look at the next stretch of time; return how many readings it has, quiet or not."""
        self._until = until
        self._heap.clear()
        for name in self._engine.take_stirred():
            if (known := self._ids.get(name)) is not None:
                self._views[known] = _View(quiet=self._engine.quiet_at(name))
        count = 0
        for point, view in self._views.items():
            own, first = self._reel.count(point, after, until, _span(view.quiet))
            count += own
            view.after, view.size = until, 1
            if first is not None:
                view.after = first - 1
                self._fill(point, view)
        return count

    def follow(self, engine: AttentiveEngine, place: Place) -> None:
        """Look for another engine from here on."""
        self._engine = engine
        for point in self.points:
            self._look(point, place)

    def next(self) -> Place | None:
        """Where the next reading is that matters; none in this stretch of time."""
        while self._heap:
            place = self._heap[0]
            rows = self._views[place.point].rows
            if rows and rows[0].at == place.at:
                return place
            heapq.heappop(self._heap)
        return None

    def take(self, place: Place) -> Reading:
        """Return the reading that `next` has found; what follows it is found by `refresh`."""
        heapq.heappop(self._heap)
        row = self._views[place.point].rows.popleft()
        return reading_of(self.points[place.point], row)

    def refresh(self, place: Place) -> None:
        """Look again at what the last step has changed, and behind the reading that was taken."""
        for name in self._engine.take_stirred():
            point = self._ids.get(name)
            if point is not None and self._engine.quiet_at(name) != self._views[point].quiet:
                self._look(point, place)
        view = self._views.get(place.point)
        if view is not None and not view.rows:
            self._fill(place.point, view)
        elif view is not None:
            heapq.heappush(self._heap, Place(view.rows[0].at, place.point))

    def _look(self, point: int, place: Place) -> None:
        after = place.at - 1 if point > place.point else place.at
        view = _View(quiet=self._engine.quiet_at(self.points[point]), after=after)
        self._views[point] = view
        self._fill(point, view)

    def _fill(self, point: int, view: _View) -> None:
        span = _span(view.quiet)
        while not view.rows and view.after < self._until:
            rows = self._reel.rows(point, view.after, self._until, view.size, span)
            view.after = rows[-1].at if len(rows) == view.size else self._until
            view.size = min(view.size * 4, AT_ONCE)
            view.rows.extend(self._loud(point, view, rows) if span is NOTHING else rows)
        if view.rows:
            heapq.heappush(self._heap, Place(view.rows[0].at, point))

    def _loud(self, point: int, view: _View, rows: Sequence[Row]) -> Iterable[Row]:
        """Leave out what no range tells: the engine's own answer, asked once for each value."""
        quiet, known, name = view.quiet, view.known, self.points[point]
        if quiet is None:
            return rows
        loud: list[Row] = []
        for row in rows:
            value = (type(row.value), row.value, row.mark)
            if value in known:
                continue
            if not quiet(reading_of(name, row)):
                loud.append(row)
            elif len(known) < MOST_KNOWN:
                known.add(value)
        return loud


def _span(quiet: Quiet | None) -> Span:
    return Span(quiet.low, quiet.high) if isinstance(quiet, Within) else NOTHING
