"""What a point was over a time: at most sixty buckets and an open one, however long it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from edge.rules.condition import Statistic

MOST_BUCKETS: Final = 60
"""Closed buckets of a window: a minute each for an hour, 24 minutes each for a day."""

NARROWEST: Final = timedelta(seconds=1)
"""A bucket is no shorter: each that closes steps its rule."""

ENOUGH: Final = 0.5
"""The part of a window that has to be known before it answers."""

_TICK: Final = timedelta(microseconds=1)

Bucket: TypeAlias = tuple[int, int, float]
"""Its number since the window began, how many µs of it are known, its figure."""


class Open(NamedTuple):
    """The bucket that is being filled: up to `at`, in µs since the window began.

    `value` holds until the next one comes; none while the point has no good value.
    `figure` is none while nothing is known; `whole` sums the closed buckets up.
    """

    number: int = -1
    at: int = 0
    known: int = 0
    figure: float | None = None
    value: float | None = None
    whole: tuple[int, float | None] = (0, None)


class Past(NamedTuple):
    """A window at a moment: when it began, its closed buckets, oldest first, and the open one."""

    origin: datetime
    closed: tuple[Bucket, ...] = ()
    open: Open = Open()


@dataclass(frozen=True)
class Window:
    """A statistic over a time that ends now, exact to one bucket.

    The time begins with a bucket: it is as long as it says, and up to one bucket longer.
    A value counts for as long as it lasted, until the next reading of its point.
    """

    statistic: Statistic
    length: timedelta
    per: timedelta = timedelta(minutes=1)

    @cached_property
    def width(self) -> timedelta:
        """How long a bucket is."""
        return width_of(self.length)

    @cached_property
    def ticks(self) -> int:
        """How long a bucket is, in µs."""
        return self.width // _TICK

    @cached_property
    def buckets(self) -> int:
        """How many closed buckets there are at most."""
        return -(-self.length // self.width)

    def advance(self, past: Past, now: datetime) -> Past:
        """Let the last value last until now; close the buckets that are over."""
        width = self.ticks
        at = (now - past.origin) // _TICK
        number = at // width
        if number < past.open.number or past.open.number < 0:
            return self._anew(past, number, at)
        if number == past.open.number:
            filled = self._lasting(past.open, at)
            return past if filled is past.open else past._replace(open=filled)
        return self._close(past, number, at, width)

    def observe(self, past: Past, value: float | None, now: datetime) -> Past:
        """Take a new value, or none when the point has no good one any more."""
        past = self.advance(past, now)
        number, at, known, figure, _, whole = past.open
        if value is not None:
            figure = self._with(figure, value, 0)
        return Past(past.origin, past.closed, Open(number, at, known, figure, value, whole))

    def answer(self, past: Past, now: datetime) -> float | None:
        """The figure at the moment it was advanced to; none while too little is known."""
        last, (known, figure) = past.open, past.open.whole
        if self.statistic in ("change", "rate"):
            return self._rise(past, now)
        if last.figure is not None:
            figure = last.figure if figure is None else self._merged(figure, last.figure)
        known += last.known
        if figure is None or known < ENOUGH * (self.length // _TICK):
            return None
        return figure / known if self.statistic == "mean" else figure

    def wake(self, past: Past) -> datetime | None:
        """When the open bucket is over; none when nothing is known that could change."""
        if past.open.value is None and not past.closed and past.open.figure is None:
            return None
        return past.origin + (past.open.number + 1) * self.width

    def _anew(self, past: Past, number: int, at: int) -> Past:
        """Take up after a restart: what lies ahead was kept by another clock, and is dropped."""
        closed = tuple(b for b in past.closed if number - self.buckets <= b[0] < number)
        fresh = Open(number=number, at=at, whole=self._sum(closed))
        return Past(past.origin, closed, fresh)

    def _lasting(self, last: Open, until: int) -> Open:
        """Fill the open bucket up to an instant within it, or to its end."""
        number, at, known, figure, value, whole = last
        lasted = until - at
        if lasted <= 0:
            return last
        if value is not None:
            known, figure = known + lasted, self._with(figure, value, lasted)
        return Open(number, until, known, figure, value, whole)

    def _close(self, past: Past, number: int, at: int, width: int) -> Past:
        closed = list(past.closed)
        last, oldest = past.open, number - self.buckets
        while last.number < number:
            if last.number < oldest - 1:  # what would fall out at once is not filled
                last = Open(number=oldest - 1, at=(oldest - 1) * width, value=last.value)
            last = self._lasting(last, (last.number + 1) * width)
            if last.figure is not None:
                closed.append((last.number, last.known, last.figure))
            last = Open(number=last.number + 1, at=(last.number + 1) * width, value=last.value)
        kept = tuple(bucket for bucket in closed if bucket[0] >= oldest)
        last = self._lasting(last, at)._replace(whole=self._sum(kept))
        return Past(past.origin, kept, last)

    def _with(self, figure: float | None, value: float, lasted: int) -> float:
        """The figure of a bucket in which a value has lasted for so many µs more."""
        if self.statistic == "mean":
            return (figure or 0.0) + value * lasted
        return value if figure is None else self._merged(figure, value)

    def _merged(self, older: float, newer: float) -> float:
        match self.statistic:
            case "min":
                return min(older, newer)
            case "max":
                return max(older, newer)
            case "mean":
                return older + newer
            case "change" | "rate":
                return older

    def _sum(self, closed: Sequence[Bucket]) -> tuple[int, float | None]:
        known, figure = 0, None
        for _, lasted, one in closed:
            known += lasted
            figure = one if figure is None else self._merged(figure, one)
        return known, figure

    def _rise(self, past: Past, now: datetime) -> float | None:
        """The newest value less the oldest, for `rate` by the time between the two."""
        last = past.open
        oldest = past.closed[0] if past.closed else (last.number, last.known, last.figure)
        if last.value is None or oldest[2] is None:
            return None
        rise = last.value - oldest[2]
        if self.statistic == "change":
            return rise
        known = last.whole[0] + last.known
        if known < ENOUGH * (self.length // _TICK):
            return None
        ends = min((oldest[0] + 1) * self.ticks, last.at)
        return rise / ((now - past.origin) // _TICK - (ends - oldest[1])) * (self.per // _TICK)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many events came within a time that ends now, exact to one bucket."""

    length: timedelta

    def add(self, past: Past, now: datetime) -> Past:
        """Count one more."""
        past = self.advance(past, now)
        number = (now - past.origin) // width_of(self.length)
        *older, newest = past.closed or ((number, 0, 0.0),)
        if newest[0] != number:
            older, newest = [*older, newest], (number, 0, 0.0)
        return past._replace(closed=(*older, (number, 0, newest[2] + 1)))

    def advance(self, past: Past, now: datetime) -> Past:
        """Forget what is too old, and what lies ahead by another clock."""
        number = (now - past.origin) // width_of(self.length)
        oldest = number - -(-self.length // width_of(self.length))
        kept = tuple(bucket for bucket in past.closed if oldest <= bucket[0] <= number)
        return past if len(kept) == len(past.closed) else past._replace(closed=kept)

    def answer(self, past: Past) -> float:
        """How many there are at the moment it was advanced to."""
        return sum(count for _, _, count in past.closed)

    def wake(self, past: Past) -> datetime | None:
        """When the oldest of them no longer count."""
        if not past.closed:
            return None
        width = width_of(self.length)
        return past.origin + (past.closed[0][0] + 1 + -(-self.length // width)) * width


def width_of(length: timedelta) -> timedelta:
    """How long a bucket of a window of this length is."""
    return max(length / MOST_BUCKETS, NARROWEST)
