"""Makes the minutes and hours again that readings have changed, in the history's file."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

import apsw
import msgspec

from edge.history.rolls import HOUR, ROLLED, Tier, rolled
from edge.history.rows import Plain, Row
from edge.history.samples import Bucket

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(tuple[Plain, ...]).decode

_NEXT: Final = "SELECT min(at) FROM reading WHERE point = ? AND at > ?"

_BEFORE: Final = """
SELECT at, value, mark FROM reading WHERE point = ? AND at < ? ORDER BY at DESC LIMIT 1
"""

_ROWS: Final = """
SELECT at, value, mark FROM reading WHERE point = ? AND at >= ? AND at < ? ORDER BY at
"""

_WRITE: Final = {
    tier: f"INSERT OR REPLACE INTO {tier.table} VALUES (?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608 - ours
    for tier in ROLLED
}

LOW: Final = "iif(count > 1, low, iif(mark & 3 < 2 AND typeof(last) <> 'text', last, NULL))"
HIGH: Final = LOW.replace("low", "high")
"""Of one reading the extremes are not written down."""


class Rolling:
    """First takes what each point has changed, then writes it, in the order of the tables.

    Written point by point it would touch every page of the time once more for every few points.
    Until it is written it is held packed, some 80 bytes for each minute.
    """

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        self._pending: dict[tuple[Tier, int], list[bytes]] = {}
        self._order: list[tuple[Tier, int]] = []
        self._next = self._end = 0

    def take(self, point: int, first: int, last: int, since: int) -> None:
        """Reckon again what readings of a point from `first` to `last` have changed.

        What is older than `since` is not all there any more: of that nothing is made.
        """
        [(following,)] = self._db.execute(_NEXT, (point, last))
        end = max(last, following or 0)
        begin = max(first, since) // HOUR * HOUR
        rows: list[Row] = list(self._db.execute(_ROWS, (point, begin, (end // HOUR + 1) * HOUR)))
        earlier: list[Row | None] = list(self._db.execute(_BEFORE, (point, begin)))
        for tier in ROLLED:
            begin = max(first, since) // tier.width * tier.width
            ahead = bisect_left(rows, (begin,))
            before = rows[ahead - 1] if ahead else earlier[0] if earlier else None
            for bucket in rolled(rows[ahead:], before, tier.width):
                written = _encode((point, *_written(bucket, tier.width)))
                self._pending.setdefault((tier, bucket.at), []).append(written)

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


def _written(bucket: Bucket, width: int) -> tuple[Plain, ...]:
    at, kept, low, high, mean, last, last_at, mark, uncertain, bad = bucket
    if kept == 1:
        low = high = None
    return at // width, kept, low, high, mean, last, last_at - at, mark, uncertain, bad
