"""Minutes and hours of what was read: few numbers for many readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from typing import Final, NamedTuple

from edge.history.rows import BOOL, WORST, Row
from edge.history.samples import Bucket
from edge.model import Quality

SECOND: Final = 10**6
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE

FOREVER: Final = 2**63 - 1

_BAD: Final = [*Quality].index(Quality.BAD)


class Tier(NamedTuple):
    """A table of the file, its column in `kept`, and how long a row stands for; 0: no time."""

    table: str
    since: str
    width: int


RAW: Final = Tier("reading", "since", 0)
MINUTES: Final = Tier("minute", "minutes_since", MINUTE)
HOURS: Final = Tier("hour", "hours_since", HOUR)
ROLLED: Final = (MINUTES, HOURS)


class _Open:
    """A bucket that is being made."""

    __slots__ = ("at", "bad", "high", "kept", "last", "low", "mark", "time", "total", "uncertain")

    def __init__(self, at: int, row: Row) -> None:
        self.at = at
        self.last = row
        self.low: int | float | None = None
        self.high: int | float | None = None
        self.total = 0.0
        self.time = self.kept = self.mark = self.uncertain = self.bad = 0

    def hold(self, row: Row, lasting: int) -> None:
        """For so long this was what was read."""
        _, value, mark = row
        quality = mark & WORST
        if quality == _BAD:
            self.bad += lasting
            return
        if quality:
            self.uncertain += lasting
        if value is not None and not isinstance(value, str):
            self.total += value * lasting
            self.time += lasting

    def take(self, row: Row) -> None:
        """This was read."""
        _, value, mark = row
        self.last = row
        self.kept += 1
        if mark:
            worst = max(mark & WORST, self.mark & WORST)
            self.mark = worst | ((mark | self.mark) & BOOL)
        if mark & WORST == _BAD or value is None or isinstance(value, str):
            return
        if self.low is None or value < self.low:
            self.low = value
        if self.high is None or value > self.high:
            self.high = value

    def made(self, width: int) -> Bucket:
        """As it would be if it ended now; what was read last lasts until then."""
        last_at, last, _ = self.last
        whole = copy(self)
        whole.hold(self.last, self.at + width - last_at)
        mean = whole.total / whole.time if whole.time else None
        figures = (self.low, self.high, mean, last, last_at, self.mark)
        return Bucket(self.at, self.kept, *figures, whole.uncertain, whole.bad)


class Roll:
    """Makes buckets of one width of a point's readings, given in order; `before` is the one ahead.

    Where it begins amid a bucket, the readings of that bucket before are missed.
    """

    __slots__ = ("_bucket", "_until", "last", "width")

    def __init__(self, width: int, before: Row | None) -> None:
        self.width = width
        self.last = before
        self._bucket: _Open | None = None
        self._until = 0

    def take(self, row: Row) -> Bucket | None:
        """Take a reading; return the bucket that is over by it, if one is."""
        at, last, bucket = row[0], self.last, self._bucket
        over = None
        if bucket is None or at >= self._until:
            over = bucket.made(self.width) if bucket is not None else None
            bucket = self._bucket = _Open(at // self.width * self.width, row)
            self._until = bucket.at + self.width
            if last is not None:
                bucket.hold(last, at - bucket.at)
        elif last is not None:
            bucket.hold(last, at - last[0])
        bucket.take(row)
        self.last = row
        return over

    def rows(self, rows: Iterable[Row]) -> Iterator[Bucket]:
        """Give the buckets that these readings change, the one that is not over included."""
        for row in rows:
            if (over := self.take(row)) is not None:
                yield over
        if self._bucket is not None:
            yield self._bucket.made(self.width)


def rolled(rows: Sequence[Row], before: Row | None, width: int) -> Iterator[Bucket]:
    """Give the buckets of this width in which something was read.

    `rows` are the readings of whole buckets in order, `before` is the one ahead of them.
    """
    return Roll(width, before).rows(rows)
