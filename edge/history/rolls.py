"""Minutes and hours of what was read: few numbers for many readings."""

from __future__ import annotations

from collections.abc import Iterator
from operator import mul, sub
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


class _Rest(NamedTuple):
    """What follows the first reading of a minute, all of them good numbers."""

    kept: int
    low: int | float
    high: int | float
    total: float
    time: int
    last: Row


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
        total, time, uncertain, bad = _lasted(row, lasting)
        self.total += total
        self.time += time
        self.uncertain += uncertain
        self.bad += bad

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
        self._reach(value, value)

    def take_rest(self, rest: _Rest) -> None:
        """These were read too."""
        self.total += rest.total
        self.time += rest.time
        self.kept += rest.kept
        self.last = rest.last
        self._reach(rest.low, rest.high)

    def made(self, width: int) -> Bucket:
        """As it would be if it ended now; what was read last lasts until then."""
        last_at, last, _ = self.last
        total, time, uncertain, bad = _lasted(self.last, self.at + width - last_at)
        time += self.time
        mean = (self.total + total) / time if time else None
        figures = (self.low, self.high, mean, last, last_at, self.mark)
        return Bucket(self.at, self.kept, *figures, self.uncertain + uncertain, self.bad + bad)

    def _reach(self, low: float, high: float) -> None:
        if self.low is None or low < self.low:
            self.low = low
        if self.high is None or high > self.high:
            self.high = high


class Roll:
    """Makes buckets of one width of a point's readings, given in order; `before` is the one ahead.

    Where it begins amid a bucket, the readings of that bucket before are missed.
    """

    __slots__ = ("_bucket", "_until", "last", "tier")

    def __init__(self, tier: Tier, before: Row | None) -> None:
        self.tier = tier
        self.last = before
        self._bucket: _Open | None = None
        self._until = 0

    @property
    def count(self) -> int:
        """How many readings there are in the bucket that is not over."""
        return self._bucket.kept if self._bucket is not None else 0

    def take(self, row: Row) -> Bucket | None:
        """Take a reading; return the bucket that is over by it, if one is."""
        at, last, bucket, width = row[0], self.last, self._bucket, self.tier.width
        over = None
        if bucket is None or at >= self._until:
            over = bucket.made(width) if bucket is not None else None
            bucket = self._bucket = _Open(at // width * width, row)
            self._until = bucket.at + width
            if last is not None:
                bucket.hold(last, at - bucket.at)
        elif last is not None:
            bucket.hold(last, at - last[0])
        bucket.take(row)
        self.last = row
        return over

    def take_rest(self, rest: _Rest) -> None:
        """Take what follows in the same minute."""
        if self._bucket is not None:
            self._bucket.take_rest(rest)
            self.last = rest.last

    def made(self) -> Bucket | None:
        """Return the bucket that is not over, as it would be if it ended now."""
        return self._bucket.made(self.tier.width) if self._bucket is not None else None


class Rolls:
    """Makes the minutes and hours of a point's readings, given in order."""

    __slots__ = ("_rolls",)

    def __init__(self, before: Row | None) -> None:
        self._rolls = tuple(Roll(tier, before) for tier in ROLLED)

    @property
    def last(self) -> Row | None:
        """The reading that was taken last."""
        return self._rolls[0].last

    @property
    def count(self) -> int:
        """How many readings there are in the hour that is not over."""
        return self._rolls[-1].count

    def track(self, track: Track) -> Iterator[tuple[Tier, Bucket]]:
        """Give the buckets that these readings change, those that are not over included."""
        good = track.are_good_numbers()
        for begin, end in track.stretches(MINUTE):
            yield from self._take(track.row(begin))
            if end - begin > FEW and (good or track.part(begin, end).are_good_numbers()):
                rest = _rest_of(track.part(begin, end))
                for roll in self._rolls:
                    roll.take_rest(rest)
            else:
                for place in range(begin + 1, end):
                    yield from self._take(track.row(place))
        for roll in self._rolls:
            if (bucket := roll.made()) is not None:
                yield roll.tier, bucket

    def _take(self, row: Row) -> Iterator[tuple[Tier, Bucket]]:
        for roll in self._rolls:
            if (over := roll.take(row)) is not None:
                yield roll.tier, over


def _lasted(row: Row, lasting: int) -> tuple[float, int, int, int]:
    """Return total and time of a reading that lasts so long; how much is uncertain, and bad."""
    _, value, mark = row
    quality = mark & WORST
    if quality == _BAD:
        return 0.0, 0, 0, lasting
    uncertain = lasting if quality else 0
    if value is None or isinstance(value, str):
        return 0.0, 0, uncertain, 0
    return value * lasting, lasting, uncertain, 0


def _rest_of(part: Track) -> _Rest:
    """Put together what follows the first of these; how long that one lasts counts as well."""
    low, high = min(part.values), max(part.values)  # type: ignore[type-var] # all are numbers
    ats = part.ats
    total = sum(map(mul, part.values, map(sub, ats[1:], ats)))
    return _Rest(len(part) - 1, low, high, float(total), ats[-1] - ats[0], part.row(-1))  # type: ignore[arg-type] # as above
