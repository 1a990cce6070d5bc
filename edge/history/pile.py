"""What is in the file but not sorted yet, once more in memory, so that a look finds it at once."""

from __future__ import annotations

from array import array
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import chain
from threading import Lock
from typing import Final

from edge.history.batches import Columns, Shape, opened
from edge.history.rows import Plain
from edge.history.tracks import Track, Values, with_more

MOST_SHAPES: Final = 8_000
"""Sets of points that are held together, some 5 MB; what is read with ever other points is held
point by point."""


class Pile:
    """Rows in the order in which they came, as they were packed; put together when somebody asks.

    One thread adds, others look meanwhile. Packed a row takes a few bytes, put together some
    ten, or forty of what is no number. `names` are those of the points.
    """

    def __init__(self, names: Mapping[int, str]) -> None:
        self._names = names
        self._runs: dict[Shape, _Run] = {}
        self._where: defaultdict[str, list[tuple[_Run, int]]] = defaultdict(list)
        self._bodies: deque[bytes] = deque()
        self._turn = Lock()
        self._entries = 0
        self.count = 0
        self.points: set[int] = set()

    def add(self, body: bytes, count: int, shapes: Iterable[Iterable[int]]) -> None:
        """Take so many rows, of points that have these numbers in the file."""
        with self._turn:
            self._bodies.append(body)
            self.count += count
            self.points.update(chain.from_iterable(shapes))

    def put_together(self, most: int) -> int:
        """Put so many rows together, or a few more; return how many those were."""
        with self._turn:
            return self._put_together(most)

    def __contains__(self, name: object) -> bool:
        with self._turn:
            self._put_together()
            return name in self._where

    def names(self) -> list[str]:
        """The points that have a row here."""
        with self._turn:
            self._put_together()
            return list(self._where)

    def track(self, name: str) -> Track:
        """Return the rows of a point, be it none; `UnknownFile` where they were never packed."""
        with self._turn:
            self._put_together()
            parts = [(run.order[:], run.track(place)) for run, place in self._where.get(name, ())]
        match parts:
            case []:
                return Track()
            case [(_, track)]:
                return track
        in_order = merge(*(zip(order, track.rows(), strict=True) for order, track in parts))
        return Track.of(row for _, row in in_order)

    def _put_together(self, most: int | None = None) -> int:
        """Put together what has come since somebody asked."""
        count = 0
        while self._bodies and (most is None or count <= most):
            part = Columns.of(opened(self._bodies[0]), self._names)
            self._bodies.popleft()
            for run, width, at, begin in self._runs_of(part):
                end = begin + width
                run.add(self._entries, at, part.values[begin:end], part.marks[begin:end])
                self._entries += 1
            count += len(part)
        return count

    def _runs_of(self, part: Columns) -> Iterator[tuple[_Run, int, int, int]]:
        """Give where each entry goes, how many values it has, its instant, and where they begin."""
        shapes = list(part.shapes)
        runs = [self._together(shape) for shape in shapes]
        for which, at, begin, end in part.entries():
            if (run := runs[which]) is not None:
                yield run, end - begin, at, begin
            else:
                for place, point in enumerate(shapes[which], begin):
                    yield self._run((point,)), 1, at, place

    def _together(self, shape: Shape) -> _Run | None:
        """Return where these points are held together, as far as there is room for that."""
        if shape not in self._runs and len(self._runs) >= MOST_SHAPES:
            return None
        return self._run(shape)

    def _run(self, shape: Shape) -> _Run:
        run = self._runs.get(shape)
        if run is None:
            run = self._runs[shape] = _Run(len(shape))
            for place, point in enumerate(shape):
                self._where[point].append((run, place))
        return run


class _Run:
    """What points that are read together have read: their values one after the other."""

    __slots__ = ("_ats", "_marks", "_values", "_width", "order")

    def __init__(self, width: int) -> None:
        self._width = width
        self._ats = array("q")
        self._values: Values = []
        self._marks = bytearray()
        self.order = array("q")

    def add(self, number: int, at: int, values: list[Plain], marks: bytearray) -> None:
        """Take what they read at an instant."""
        self.order.append(number)
        self._ats.append(at)
        self._values = with_more(self._values, values)
        self._marks += marks

    def track(self, place: int) -> Track:
        """Return what one of them read."""
        track = Track()
        track.ats.extend(self._ats)
        track.values = self._values[place :: self._width]
        track.marks = self._marks[place :: self._width]
        return track
