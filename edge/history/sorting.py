"""Sorts what has come into the tables of the history's file, in parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import apsw

from edge.all_or_nothing import whole
from edge.history.chunks import SHORT, append, put
from edge.history.pile import Pile
from edge.history.rolling import Courses, Rolling
from edge.history.tracks import Track

PARTS: Final = 32
AT_ONCE: Final = 20_000
"""Into so many goes it is sorted at least, and so many rows at once at most: writing never waits
long, nor does the loop for Python's lock."""


class Points(NamedTuple):
    """What is known of points from one pile to the next.

    `ids` are their numbers; `courses` where the minute and hour of each stand; `new` those of which
    the file has nothing sorted.
    """

    ids: Mapping[str, int]
    courses: Courses
    new: set[int]


class Sorting:
    """Sorts a pile in: its readings point by point, then the minutes and hours that follow.

    `through` are the number of the last batch in the pile, and the sums up to it. What a step has
    not written, as the file is full, the next one writes.
    """

    def __init__(
        self, db: apsw.Connection, pile: Pile, points: Points, through: tuple[int, int, int]
    ) -> None:
        self._db = db
        self.pile = pile
        self._ids = points.ids
        self._new = points.new
        self._through = through
        self._rolling = Rolling(db, points.courses)
        self._names: list[str] | None = None
        self._least = min(pile.count // PARTS, AT_ONCE)
        self._put_together = self._sorted_in = 0

    @property
    def done(self) -> int:
        """How many readings have been sorted so far; one that is only unpacked counts half."""
        return (self._put_together + self._sorted_in) // 2

    def step(self, since: int) -> bool:
        """Sort the next part in; return whether it was the last. Readings go back to `since`."""
        if self._names is None:
            count = self.pile.put_together(self._least)
            self._put_together += count
            if not count:  # all of it is, be it that somebody has asked
                self._put_together = self.pile.count
                self._names = sorted(self.pile.names(), key=self._ids.__getitem__, reverse=True)
            return False
        if self._names:
            self._sort_readings(self._names, since)
            return False
        with whole(self._db):
            over = self._rolling.write(self._least)
            if over:
                told = "UPDATE kept SET number = ?, total = ?, weight = ?"
                self._db.execute(told, self._through)
        self._rolling.written()
        return over

    def _sort_readings(self, waiting: list[str], since: int) -> None:
        sorted_in: list[str] = []
        spoken: list[tuple[int, int]] = []
        count = 0
        with whole(self._db):
            while count <= self._least and len(sorted_in) < len(waiting):
                name = waiting[-1 - len(sorted_in)]
                sorted_in.append(name)
                point, track = self._ids[name], self.pile.track(name)
                self._sort_in(point, track, since)
                spoken.append((max(track.ats), point))
                count += len(track)
            self._db.executemany("UPDATE point SET spoken = ? WHERE id = ?", spoken)
        self._new.difference_update(point for _, point in spoken)
        del waiting[-len(sorted_in) :]
        self._sorted_in += count

    def _sort_in(self, point: int, track: Track, since: int) -> None:
        if point in self._new:
            track = Track.of_all([track])
            append(self._db, point, track)
            self._rolling.begin(point)
        elif len(track) > SHORT and self._rolling.follows(point, track, since):
            append(self._db, point, track)
        else:
            put(self._db, point, track)
        self._rolling.take(point, track, since)
