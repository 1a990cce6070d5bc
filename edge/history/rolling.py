"""Makes the minutes and hours again that readings have changed, in the history's file."""

from __future__ import annotations

from typing import Final, TypeAlias

import apsw
import msgspec

from edge.history.chunks import Chunks
from edge.history.rolls import FOREVER, HOUR, ROLLED, Rolls, Tier
from edge.history.rows import Plain, Row
from edge.history.samples import Bucket
from edge.history.tracks import Track

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(tuple[Plain, ...]).decode

_COLUMNS: Final = "point, at, count, low, high, mean, last, last_at, mark, uncertain, bad"

_WRITE: Final = {
    tier: f"INSERT OR REPLACE INTO {tier.table} ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608 - ours
    for tier in ROLLED
}

LOW: Final = "iif(count > 1, low, iif(mark & 3 < 2 AND typeof(last) <> 'text', last, NULL))"
HIGH: Final = LOW.replace("low", "high")
"""Of one reading the extremes are not written down."""


DENSE: Final = 60
"""Readings within the hour from which on reading them again costs more than remembering where they
stand: half a kilobyte for each point."""

Courses: TypeAlias = dict[int, Rolls]
"""Of points that speak often the minute and the hour that are not over: they are reckoned on."""


class Rolling:
    """First takes what each point has changed, then writes it, in the order of the tables.

    Written point by point it would touch every page of the time once more for every few points.
    Until it is written it is held packed, some 80 bytes for each minute.
    """

    def __init__(self, db: apsw.Connection, courses: Courses) -> None:
        self._db = db
        self._chunks = Chunks(db.execute)
        self._courses = courses
        self._pending: dict[tuple[Tier, int], list[bytes]] = {}
        self._order: list[tuple[Tier, int]] = []
        self._next = self._end = 0

    def take(self, point: int, track: Track, since: int) -> None:
        """Reckon again what these readings of a point have changed; they are in the file by now.

        What is older than `since` is not all there any more: of that nothing is made.
        """
        first = max(min(track.ats), since)
        rolls = self._courses.get(point)
        if rolls is None or not _follow(rolls.last, track, since):
            track, rolls = self._anew(point, max(track.ats), first)
        for tier, bucket in rolls.track(track):
            if bucket.at >= first // tier.width * tier.width:
                written = _encode((point, *_written(bucket, tier.width)))
                self._pending.setdefault((tier, bucket.at), []).append(written)
        if rolls.count < DENSE:
            self._courses.pop(point, None)

    def begin(self, point: int) -> None:
        """Nothing of this point has been in the file before what will be taken next."""
        self._courses[point] = Rolls(None)

    def follows(self, point: int, track: Track, since: int) -> bool:
        """Whether these are known to come one after the other, behind all that the file has."""
        rolls = self._courses.get(point)
        return rolls is not None and _follow(rolls.last, track, since)

    def _anew(self, point: int, last: int, first: int) -> tuple[Track, Rolls]:
        """Begin again with the hour of the first; remember it, unless there are later readings."""
        later = next(self._chunks.rows(point, last, FOREVER), None)
        begin, end = first // HOUR * HOUR, later.at if later else last
        span = (begin - 1, (end // HOUR + 1) * HOUR - 1)
        track = Track.of_all([*self._chunks.forth(point, *span)])
        before = self._chunks.last(point, begin - 1)
        rolls = Rolls(before)
        self._courses.pop(point, None)
        if later is None:
            self._courses[point] = rolls
        return track, rolls

    def write(self, least: int) -> bool:
        """Write so many rows, or a little more; return whether those were the last.

        `written` has to be called when they are in the file.
        """
        if not self._order:
            self._order = sorted(self._pending)
        count, end = 0, self._next
        while end < len(self._order) and count <= least:
            tier, _ = which = self._order[end]
            rows = [_decode(each) for each in self._pending[which]]
            self._db.executemany(_WRITE[tier], rows)
            count += len(rows)
            end += 1
        self._end = end
        return end == len(self._order)

    def written(self) -> None:
        """What was written last need not be held any more."""
        for which in self._order[self._next : self._end]:
            del self._pending[which]
        self._next = self._end


def _follow(last: Row | None, track: Track, since: int) -> bool:
    """Whether these come one after the other, behind what was taken before."""
    first = track.ats[0]
    return (last is None or last[0] < first) and first >= since and track.ascends()


def _written(bucket: Bucket, width: int) -> tuple[Plain, ...]:
    at, kept, low, high, mean, last, last_at, mark, uncertain, bad = bucket
    if kept == 1:
        low = high = None
    return at // width, kept, low, high, mean, last, last_at - at, mark, uncertain, bad
