"""Readings of a time, straight from the history's file: those that matter, the rest counted."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import apsw

from edge.all_or_nothing import release
from edge.history.chunks import Chunks
from edge.history.history_file import unsorted
from edge.history.rolls import FOREVER
from edge.history.rows import BAD, Row
from edge.history.schema import APPLICATION, VERSION, UnknownFile
from edge.history.tracks import Track
from edge.schema_steps import goes_on

BUSY_MS: Final = 5_000
"""How long to wait while the gateway makes or ends its file."""


class Span(NamedTuple):
    """The good numbers that are passed over, both ends included."""

    low: float
    high: float


NOTHING: Final = Span(math.inf, -math.inf)
"""No number lies in it: nothing is passed over."""


class Reel:
    """A connection that only reads, be there a gateway that writes or not; every call blocks.

    Instants are microseconds since 1970; a span of time begins after `after` and ends with `until`.
    Nothing is held between two calls: the gateway can tidy its file as ever. Raises `UnknownFile`
    for what is no history, and `apsw.Error`, as every call may.
    """

    def __init__(self, path: Path) -> None:
        self._db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        self._db.set_busy_timeout(BUSY_MS)
        self._chunks = Chunks(self._db.execute)
        self._late: dict[int, Track] = {}
        try:
            self._begin()
        except (apsw.Error, UnknownFile):
            release(self._db)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        release(self._db)

    @property
    def since(self) -> int:
        """From when on nothing has been forgotten."""
        [(since,)] = self._db.execute("SELECT since FROM kept")
        return int(since)

    def points(self) -> Mapping[int, str]:
        """The points that the file knows: each id with its name."""
        return dict(self._db.execute("SELECT id, name FROM point ORDER BY id"))

    def rows(self, point: int, after: int, until: int, limit: int, span: Span) -> list[Row]:
        """Return the next rows of a point in order, at most so many, but for those in the span."""
        loud: list[Row] = []
        for track in self._loud(point, after, until, span):
            loud += _outside(track, span)
            if len(loud) >= limit:
                break
        return loud[:limit]

    def count(self, point: int, after: int, until: int, span: Span) -> tuple[int, int | None]:
        """Return how many rows there are, and when the first comes that is not in the span."""
        late = self._late_within(point, after, until)
        if late is None:
            count = self._chunks.count(point, after, until)
        else:
            tracks = self._chunks.forth(point, after, until)
            count = sum(map(len, _with_late(tracks, late)))
        first = self.rows(point, after, until, 1, span)
        return count, first[0].at if first else None

    def before(self, point: int, until: int) -> Row | None:
        """Return what a point read last up to an instant."""
        last = self._chunks.last(point, until)
        late = self._late_within(point, -FOREVER, until)
        if late is None or (last is not None and last.at > late.ats[-1]):
            return last
        return late.row(-1)

    def _loud(self, point: int, after: int, until: int, span: Span) -> Iterator[Track]:
        """Give what is there, in order; chunks that lie in the span as a whole may be missing."""
        tracks = self._chunks.loud(point, after, until, *span)
        late = self._late_within(point, after, until)
        return tracks if late is None else _with_late(tracks, late)

    def _late_within(self, point: int, after: int, until: int) -> Track | None:
        """What of it may not be sorted yet, if there is any."""
        late = self._late.get(point)
        if late is None or late.ats[0] > until:
            return None
        part = late.part(bisect_right(late.ats, after), bisect_right(late.ats, until))
        return part or None

    def _begin(self) -> None:
        """Read what is not sorted yet."""
        [(application,)] = self._db.execute("PRAGMA application_id")
        [(version,)] = self._db.execute("PRAGMA user_version")
        if application != APPLICATION or not goes_on(self._db, VERSION):
            raise UnknownFile(f"application {application:#x}, schema {version}")
        pile = unsorted(self._db, self.points())
        self._late = {
            point: Track.of_all([pile.track(name)])
            for point, name in self.points().items()
            if name in pile
        }


def _with_late(tracks: Iterator[Track], late: Track) -> Iterator[Track]:
    """Put what came lately between what is sorted; it may be sorted by now, and is told once."""
    for track in tracks:
        end = bisect_right(late.ats, track.ats[-1])
        yield Track.of_all((track, late.part(0, end))) if end else track
        late = late.part(end)
    if late:
        yield late


def _outside(track: Track, span: Span) -> Iterator[Row]:
    """Give the rows but for numbers from the span that are not bad."""
    low, high = span
    return (
        Row(at, value, mark)
        for at, value, mark in zip(track.ats, track.values, track.marks, strict=True)
        if mark >= BAD or isinstance(value, str) or value is None or not low <= value <= high
    )
