"""The sorted readings of a history's file: those of a point packed, a hundred or so together."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final, TypeAlias

import apsw
import msgspec

from edge.history.packing import marks, pack, steps, unpack
from edge.history.rows import BAD, Plain, Row
from edge.history.schema import UnknownFile
from edge.history.tracks import Track

LONG: Final = 256
"""Readings of a chunk at most."""

SHORT: Final = 64
"""A chunk of so many at most is taken up by the next, so that a point that seldom speaks has few of
them."""

LASTING: Final = 6 * 3_600 * 10**6
"""Microseconds that share chunks: what is forgotten goes by chunks."""

Ask: TypeAlias = Callable[[str, Sequence[object] | Mapping[str, object]], Iterable[Any]]

_decode: Final = msgspec.msgpack.Decoder(tuple[list[int], list[Plain], bytes]).decode

# Those of a point follow each other: only the last that begins up to an instant may reach beyond.
_SPAN: Final = """
FROM chunk WHERE point = :point AND at <= :until AND last > :after AND at >= coalesce(
  (SELECT max(at) FROM chunk WHERE point = :point AND at <= :after), :after)
"""

_FORTH: Final = f"SELECT body {_SPAN} ORDER BY at"
_LOUD: Final = f"""
SELECT body {_SPAN} AND (low >= :low AND high <= :high) IS NOT TRUE ORDER BY at
"""
_COUNTS: Final = f"SELECT at, last, count, body {_SPAN} ORDER BY at"
_COUNT: Final = f"SELECT coalesce(sum(count), 0) FROM (SELECT count {_SPAN} LIMIT :limit)"  # noqa: S608 - ours
_BACK: Final = "SELECT body FROM chunk WHERE point = ? AND at <= ? ORDER BY at DESC"

_NEAR: Final = """
SELECT id, body FROM chunk WHERE point = :point AND at <= :last AND at >= coalesce(
  (SELECT max(at) FROM chunk WHERE point = :point AND at <= :first), :first)
AND (last >= :first OR (count <= :short AND at >= :since)) ORDER BY at
"""

_PUT: Final = """
INSERT INTO chunk (point, at, last, count, low, high, body) VALUES (?,?,?,?,?,?,?)
"""


class Chunks:
    """What the file holds of one point; instants are microseconds since 1970.

    A span of time begins after `after` and ends with `until`. Raises `UnknownFile` for what was
    never packed so.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def forth(self, point: int, after: int, until: int) -> Iterator[Track]:
        """Give its readings in this time, some at a time."""
        span = {"point": point, "after": after, "until": until}
        return _within(self._ask(_FORTH, span), after, until)

    def loud(self, point: int, after: int, until: int, low: float, high: float) -> Iterator[Track]:
        """Give the same, but for chunks of nothing but numbers from `low` to `high`."""
        span = {"point": point, "after": after, "until": until, "low": low, "high": high}
        return _within(self._ask(_LOUD, span), after, until)

    def back(self, point: int, until: int) -> Iterator[Track]:
        """Give its readings up to an instant, some at a time, the last ones first."""
        for (body,) in self._ask(_BACK, (point, until)):
            track = unpacked(body)
            yield track.part(0, bisect_right(track.ats, until))

    def rows(self, point: int, after: int, until: int) -> Iterator[Row]:
        """Give its readings in this time, one by one."""
        for track in self.forth(point, after, until):
            yield from track.rows()

    def last(self, point: int, until: int) -> Row | None:
        """Return what it read last up to an instant."""
        return next((t.row(len(t) - 1) for t in self.back(point, until) if t), None)

    def count(self, point: int, after: int, until: int) -> int:
        """Return how many readings there are in this time."""
        count = 0
        span = {"point": point, "after": after, "until": until}
        for at, last, whole, body in self._ask(_COUNTS, span):
            if after < at and last <= until:
                count += whole
            else:
                ats = unpacked(body).ats
                count += bisect_right(ats, until) - bisect_right(ats, after)
        return count

    def are_few(self, point: int, after: int, until: int, few: int) -> bool:
        """Whether there are so many readings in this time, or less; by the chunks that it meets."""
        span = {"point": point, "after": after, "until": until, "limit": few}
        [(count,)] = self._ask(_COUNT, span)
        return bool(count <= few)


def put(db: apsw.Connection, point: int, track: Track) -> None:
    """Sort readings of a point in; of one instant the last counts."""
    first, last = min(track.ats), max(track.ats)
    span = {"point": point, "first": first, "last": last, "short": SHORT}
    near = list(db.execute(_NEAR, span | {"since": first // LASTING * LASTING}))
    db.executemany("DELETE FROM chunk WHERE id = ?", ((number,) for number, _ in near))
    append(db, point, Track.of_all([*(unpacked(body) for _, body in near), track]))


def append(db: apsw.Connection, point: int, track: Track) -> None:
    """The same for readings, in order, that are known to be later than all that is there."""
    db.executemany(_PUT, [(point, *_row(part)) for part in _parts(track)])


def _parts(track: Track) -> Iterator[Track]:
    for begin, end in track.stretches(LASTING):
        pieces = -(-(end - begin) // LONG)
        size = -(-(end - begin) // pieces)
        for first in range(begin, end, size):
            yield track.part(first, min(first + size, end))


def packed(track: Track) -> bytes:
    """Return the readings of a track, at least one, as a chunk holds them."""
    return pack(steps(track.ats), [*track.values], marks(track.marks))


def unpacked(body: bytes) -> Track:
    """Return what was packed; `UnknownFile` for anything else."""
    track = Track()
    gaps, track.values, how = unpack(_decode, body, "a chunk of readings")
    try:
        track.ats = array("q", accumulate(gaps))
    except OverflowError as error:
        raise UnknownFile(f"a chunk of readings: {error}") from error
    track.marks = bytearray(how or len(gaps))
    if not len(track.ats) == len(track.values) == len(track.marks) > 0:
        raise UnknownFile("a chunk of readings: its columns are not of one length")
    return track


def _within(found: Iterable[tuple[bytes]], after: int, until: int) -> Iterator[Track]:
    for (body,) in found:
        track = unpacked(body)
        ats = track.ats
        if ats[0] <= after or ats[-1] > until:
            track = track.part(bisect_right(ats, after), bisect_right(ats, until))
        if track:
            yield track


def _row(track: Track) -> tuple[object, ...]:
    low = high = None
    if track.are_numbers() and (not any(track.marks) or max(track.marks) < BAD):
        low, high = min(track.values), max(track.values)  # type: ignore[type-var] # all are numbers
    return track.ats[0], track.ats[-1], len(track), low, high, packed(track)
