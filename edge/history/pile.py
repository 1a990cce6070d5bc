"""What is in the file but not sorted yet, once more in memory, so that a look finds it at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import chain
from operator import itemgetter
from threading import Lock
from typing import Final

from edge.history.batches import Columns
from edge.history.tracks import Track

AT_ONCE: Final = 50_000
"""Rows that are put together in one go, or a few more: unpacked, each takes a hundred bytes."""


class Pile:
    """Rows in the order in which they came, as they were packed; put together when somebody asks.

    One thread adds, others look meanwhile. Packed a row takes a few bytes, and put together many
    at a time it costs a third of what it costs one by one. `names` are those of the points.
    """

    def __init__(self, names: Mapping[int, str]) -> None:
        self._names = names
        self._tracks: defaultdict[str, Track] = defaultdict(Track)
        self._bodies: list[bytes] = []
        self._turn = Lock()
        self.count = 0

    def add(self, body: bytes, count: int) -> None:
        """Take so many rows."""
        with self._turn:
            self._bodies.append(body)
            self.count += count

    def __contains__(self, name: object) -> bool:
        return name in self._by_point()

    def names(self) -> list[str]:
        """The points that have a row here."""
        return list(self._by_point())

    def track(self, name: str) -> Track:
        """Return the rows of a point, be it none; `UnknownFile` where they were never packed."""
        track = self._by_point().get(name)
        if track is None:
            return Track()
        with self._turn:
            return track.part(0)

    def _by_point(self) -> defaultdict[str, Track]:
        """Put together what has come since somebody asked."""
        with self._turn:
            bodies, self._bodies = self._bodies, []
            parts, count = list[Columns](), 0
            for n, body in enumerate(bodies, 1):
                parts.append(Columns.unpacked(body, self._names))
                count += len(parts[-1])
                if count >= AT_ONCE or n == len(bodies):
                    self._put_together(parts)
                    parts, count = [], 0
        return self._tracks

    def _put_together(self, parts: list[Columns]) -> None:
        ats = list(chain.from_iterable(part.ats for part in parts))
        values = list(chain.from_iterable(part.values for part in parts))
        marks = b"".join(part.marks for part in parts)
        where: defaultdict[str, list[int]] = defaultdict(list)
        for n, point in enumerate(chain.from_iterable(part.points for part in parts)):
            where[point].append(n)
        for point, places in where.items():
            track = self._tracks[point]
            if len(places) == 1:
                [place] = places
                track.ats.append(ats[place])
                track.values.append(values[place])
                track.marks.append(marks[place])
            else:
                taken = itemgetter(*places)
                track.ats.extend(taken(ats))
                track.values.extend(taken(values))
                track.marks.extend(taken(marks))
