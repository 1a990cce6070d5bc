"""One look into the history: what the file holds, and what is in memory beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import cached_property
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import Any, Final

import apsw

from edge.all_or_nothing import release
from edge.history.batches import Columns, opened
from edge.history.courses import Courses
from edge.history.history_file import unsorted
from edge.history.pile import Pile
from edge.history.rolls import Tier
from edge.history.rows import LATEST, Row, reading_of, row_of
from edge.history.samples import Bucket, Stretch, stretch_of, thinned
from edge.history.tail import Batch
from edge.model import Reading, Readings, one_by_one

BUSY_MS: Final = 1_000
"""How long to wait while the file is being made."""

_NAMED: Final = "SELECT id, name FROM point WHERE name IN (SELECT value FROM json_each(?))"
_LIKE: Final = "SELECT id, name FROM point WHERE name GLOB ?"
_NUMBERED: Final = "SELECT id, name FROM point WHERE id IN (SELECT value FROM json_each(?))"
_BATCHES: Final = "SELECT number, count, body FROM batch WHERE number > ? ORDER BY number"


class Look:
    """Answers from the state of one moment; every call blocks. Without a file memory is all.

    Instants are microseconds since 1970; a span of time begins after `since` and ends with `until`.
    """

    def __init__(
        self, db: apsw.Connection | None, waiting: Sequence[Readings], piles: Sequence[Pile] = ()
    ) -> None:
        self._db = db
        self._piles = piles
        self._waiting = waiting
        self._courses = Courses(self._each)

    def names(self, patterns: Sequence[str]) -> Sequence[str]:
        """Return the points of these names that have ever spoken, in order.

        One with a star is a pattern, such as `fire-1/*.fire`.
        """
        return sorted({*self._points(patterns).values(), *self._fitting(patterns)})

    def trend(self, name: str, since: int, until: int, most: int) -> Sequence[Stretch]:
        """Return the course of a point, and before it what it read at `since`."""
        rows = self._in_memory(name)
        before = [row for row in rows if row.at <= since]
        found = [stretch_of(row) for row in rows if since < row.at <= until]
        room = most - 1
        for point in self._points((name,)):
            before += self._courses.before(point, since)
            found += self._courses.stretches(point, since, until, room)
        course = thinned(found, since, until, room)
        if before:
            course.insert(0, stretch_of(max(before, key=_at)._replace(at=since)))
        return course

    def recent(self, name: str, limit: int) -> Sequence[Reading]:
        """Return the last readings of a point, newest first."""
        rows = {row.at: row for row in self._in_memory(name)}
        for point in self._points((name,)):
            rows |= {row.at: row for row in self._courses.latest(point, LATEST, limit)}
        return [reading_of(name, rows[at]) for at in sorted(rows, reverse=True)[:limit]]

    def readings(
        self, names: Sequence[str], since: int, until: int, limit: int
    ) -> Sequence[Reading]:
        """Return the readings of several points in order, and first what each read at `since`."""
        points = self._points(names)
        before = self._before(points, since)
        found: dict[tuple[int, str], Row] = {}
        courses = [self._course(point, name, since, until) for point, name in points.items()]
        for name, row in islice(merge(*courses, key=_at_which), limit):
            found[row.at, name] = row
        for name in self._fitting(names):
            for row in self._in_memory(name):
                if since < row.at <= until:
                    found[row.at, name] = row
                elif row.at <= since:
                    before[name] = max(row, before.get(name, row), key=_at)
        told = [reading_of(name, before[name], since) for name in sorted(before)]
        told += [reading_of(name, found[at, name]) for at, name in sorted(found)[:limit]]
        return told[:limit]

    def rows(self, name: str, since: int, until: int, limit: int) -> Sequence[Row]:
        """Return the first readings of a point in this time, in order."""
        rows: dict[int, Row] = {}
        for point in self._points((name,)):
            course = self._courses.chunks.rows(point, since, until)
            rows |= {row.at: row for row in islice(course, limit)}
        rows |= {row.at: row for row in self._in_memory(name) if since < row.at <= until}
        return [rows[at] for at in sorted(rows)[:limit]]

    def buckets(
        self, name: str, tier: Tier, since: int, until: int, limit: int
    ) -> Sequence[Bucket]:
        """Return the first minutes or hours of a point that begin in this time, as far as made."""
        points = self._points((name,))
        return [
            bucket
            for point in points
            for bucket in self._courses.buckets(point, tier, since, until, limit)
        ]

    def batches(self, number: int, limit: int) -> Sequence[Batch]:
        """Return the batches after this one, of `limit` readings or a little more together."""
        bodies: dict[int, bytes] = {}
        left = limit
        for each, count, body in self._each(_BATCHES, (number,)):
            bodies[each] = body
            left -= count
            if left <= 0:
                break
        found = {number: opened(body) for number, body in bodies.items()}
        wanted = {id_ for each in found.values() for shape in each.shapes for id_ in shape}
        names = dict(self._ask(_NUMBERED, (json.dumps(list(wanted)),)))
        return [
            Batch(number=number, told=[reading_of(*row) for row in Columns.of(each, names).rows()])
            for number, each in found.items()
        ]

    def _points(self, names: Sequence[str]) -> dict[int, str]:
        """Return the points that have such a name, or one that fits a pattern with a star."""
        plain = json.dumps([name for name in names if "*" not in name])
        found = self._ask(_NAMED, (plain,))
        for name in names:
            if "*" in name:
                found += self._ask(_LIKE, (name,))
        return dict(found)

    def _course(self, point: int, name: str, since: int, until: int) -> Iterator[tuple[str, Row]]:
        return ((name, row) for row in self._courses.chunks.rows(point, since, until))

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Reading]]:
        """What waits for the disk, by its point."""
        by_name: dict[str, list[Reading]] = {}
        for each in one_by_one(self._waiting):
            by_name.setdefault(each.point, []).append(each)
        return by_name

    def _in_memory(self, name: str) -> list[Row]:
        """Return the rows of a point that are not sorted yet, in the order in which they came."""
        rows = [row for pile in self._piles for row in pile.track(name).rows()]
        return rows + [row_of(each) for each in self._by_name.get(name, ())]

    def _fitting(self, names: Sequence[str]) -> set[str]:
        """Return the points that are in memory and have such a name."""
        plain = {name for name in names if "*" not in name}
        patterns = [name for name in names if "*" in name]
        known = {*self._by_name, *(name for pile in self._piles for name in pile.names())}
        found = known & plain
        if patterns:
            found |= {name for name in known if any(fnmatchcase(name, one) for one in patterns)}
        return found

    def _before(self, points: Mapping[int, str], since: int) -> dict[str, Row]:
        """Return what each point read last up to `since`, as far as it is sorted."""
        found = ((name, self._courses.latest(point, since, 1)) for point, name in points.items())
        return {name: rows[0] for name, rows in found if rows}

    def _ask(self, question: str, wanted: Sequence[object] | Mapping[str, object]) -> list[Any]:
        return list(self._each(question, wanted))

    def _each(
        self, question: str, wanted: Sequence[object] | Mapping[str, object]
    ) -> Iterator[Any]:
        return iter(self._db.execute(question, wanted) if self._db else ())


@contextmanager
def looking(
    path: Path, waiting: Sequence[Readings] = (), piles: Sequence[Pile] | None = None
) -> Iterator[Look]:
    """Open the file, if there is one, for one look at one moment's state of it.

    Without `piles` what is not sorted yet is read from the file too.
    """
    if not path.exists():
        yield Look(None, waiting, piles or ())
        return
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        db.set_busy_timeout(BUSY_MS)
        with db:
            names = dict(db.execute("SELECT id, name FROM point")) if piles is None else {}
            yield Look(db, waiting, [unsorted(db, names)] if piles is None else piles)
    finally:
        release(db)


def _at(row: Row) -> int:
    return row.at


def _at_which(named: tuple[str, Row]) -> int:
    _, row = named
    return row.at
