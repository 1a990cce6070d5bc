"""Minutes and hours of what was read: few numbers for many readings."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import Final, NamedTuple

from edge.history.rows import BOOL, WORST, Row
from edge.history.samples import Bucket
from edge.history.tracks import Track
from edge.model import Quality

SECOND: Final = 10**6
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE

FOREVER: Final = 2**63 - 1

FEW: Final = 4
"""Readings of a bucket that cost less one by one."""

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

    def take_all(self, part: Track) -> None:
        """These were read, all of them good numbers; the first was taken already."""
        self.total += part.held()
        self.time += part.ats[-1] - part.ats[0]
        self.kept += len(part) - 1
        low, high = min(part.values), max(part.values)  # type: ignore[type-var]
        if self.low is None or low < self.low:  # type: ignore[operator]
            self.low = low  # type: ignore[assignment]
        if self.high is None or high > self.high:  # type: ignore[operator]
            self.high = high  # type: ignore[assignment]
        self.last = part.row(len(part) - 1)

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

    @property
    def count(self) -> int:
        """How many readings there are in the bucket that is not over."""
        return self._bucket.kept if self._bucket is not None else 0

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

    def track(self, track: Track) -> Iterator[Bucket]:
        """Give the buckets that these readings change, the one that is not over included."""
        for begin, end in track.stretches(self.width):
            if (over := self.take(track.row(begin))) is not None:
                yield over
            self._take_rest(track.part(begin, end))
        if self._bucket is not None:
            yield self._bucket.made(self.width)

    def _take_rest(self, part: Track) -> None:
        """Take what follows the first in the same bucket, good numbers all at once."""
        bucket = self._bucket
        if len(part) > FEW and bucket is not None and part.are_good_numbers():
            bucket.take_all(part)
            self.last = bucket.last
        else:
            for place in range(1, len(part)):
                self.take(part.row(place))
