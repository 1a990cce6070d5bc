"""Sorts what has come into the tables of the history's file, in parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import apsw

from edge.all_or_nothing import whole
from edge.history.chunks import SHORT, append, put
from edge.history.pile import Pile
from edge.history.rolling import Courses, Rolling
from edge.history.tracks import Track

PARTS: Final = 32
"""Into so many goes it is sorted, so that writing never waits long."""


class Sorting:
    """Sorts a pile in: its readings point by point, then the minutes and hours that follow.

    `through` are the number of the last batch in the pile, and the sums up to it; `courses` are
    where each point's minute and hour stand, from one pile to the next. What a step has
    not written, as the file is full, the next one writes. `done` are the readings sorted in so far.
    """

    def __init__(
        self,
        db: apsw.Connection,
        pile: Pile,
        ids: Mapping[str, int],
        through: tuple[int, int, int],
        courses: Courses,
    ) -> None:
        self._db = db
        self.pile = pile
        self._ids = ids
        self._through = through
        self._rolling = Rolling(db, courses)
        self._names = sorted(pile.names(), key=ids.__getitem__, reverse=True)
        self._least = pile.count // PARTS
        self.done = 0

    def step(self, since: int) -> bool:
        """Sort the next part in; return whether it was the last. Readings go back to `since`."""
        if self._names:
            self._sort_readings(since)
            return False
        with whole(self._db):
            over = self._rolling.write(self._least)
            if over:
                told = "UPDATE kept SET number = ?, total = ?, weight = ?"
                self._db.execute(told, self._through)
        self._rolling.written()
        return over

    def _sort_readings(self, since: int) -> None:
        names: list[str] = []
        spoken: list[tuple[int, int]] = []
        count = 0
        with whole(self._db):
            while count <= self._least and len(names) < len(self._names):
                name = self._names[-1 - len(names)]
                names.append(name)
                point, track = self._ids[name], self.pile.track(name)
                self._sort_in(point, track, since)
                spoken.append((max(track.ats), point))
                count += len(track)
            self._db.executemany("UPDATE point SET spoken = ? WHERE id = ?", spoken)
        del self._names[-len(names) :]
        self.done += count

    def _sort_in(self, point: int, track: Track, since: int) -> None:
        if len(track) > SHORT and self._rolling.follows(point, track, since):
            append(self._db, point, track)
        else:
            put(self._db, point, track)
        self._rolling.take(point, track, since)
