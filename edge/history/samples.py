"""The course of a point, thinned for a person's eye without losing a peak."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeGuard

from edge.history.rows import BAD, BOOL, WORST, Plain, Row, instant, quality_of, value_of
from edge.history.tracks import Track
from edge.model import Quality, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a point read at an instant, or in a stretch of time that was thinned to one sample.

    `value` is the last one, `at` its instant, `quality` the worst. `low` and `high` are the least
    and the greatest value; none where there is none to compare: text, or what was of bad quality.
    From one sample to the next the point read what the earlier one says, as far as is known.
    """

    at: datetime
    value: Value | None
    low: Value | None
    high: Value | None
    quality: Quality


class Bucket(NamedTuple):
    """A minute or an hour of a point, as the file holds it: see `edge.history.schema`.

    `at` is its beginning and `last_at` the instant of its last reading, in microseconds since
    1970; `kept` are the readings in it, `uncertain` and `bad` microseconds of such quality.
    """

    at: int
    kept: int
    low: int | float | None
    high: int | float | None
    mean: float | None
    last: Plain
    last_at: int
    mark: int
    uncertain: int
    bad: int


class Stretch(NamedTuple):
    """The rows of one stretch of time together: the last, the extremes, the marks of all."""

    last: Row
    low: int | float | None
    high: int | float | None
    marks: int


def stretch_of(row: Row) -> Stretch:
    """Return the stretch that is one row."""
    value = row.value if _counts(row.value, row.mark) else None
    return Stretch(row, value, value, row.mark)


def stretches_of(track: Track, since: int, width: int) -> Iterator[Stretch]:
    """Give the stretches of one width after `since` in which there are rows of a track."""
    for begin, end in track.stretches(width, since + 1):
        part = track.part(begin, end)
        values, marks = part.values, 0
        if not part.are_good_numbers():
            fit = zip(part.values, part.marks, strict=True)
            values = [v for v, mark in fit if _counts(v, mark)]
            marks = max(mark & WORST for mark in part.marks) | max(m & BOOL for m in part.marks)
        low, high = min(values, default=None), max(values, default=None)  # type: ignore[type-var] # numbers
        yield Stretch(part.row(-1), low, high, marks)  # type: ignore[arg-type] # numbers


def sample_of(stretch: Stretch) -> Sample:
    """Return what a person is shown of a stretch."""
    last, marks = stretch.last, stretch.marks
    return Sample(
        at=instant(last.at),
        value=value_of(last.value, last.mark),
        low=value_of(stretch.low, marks),
        high=value_of(stretch.high, marks),
        quality=quality_of(marks),
    )


def width_of(since: int, until: int, most: int) -> int:
    """Return how long a stretch is when so many of them cover the time from `since` on."""
    return max(1, -(-(until - since) // max(1, most)))


def thinned(found: Iterable[Stretch], since: int, until: int, most: int) -> list[Stretch]:
    """Return at most so many, in order; the same row twice makes no difference.

    Those that are given either are single rows or fill stretches of `width_of` such as these.
    """
    together = _together(found, lambda stretch: stretch.last.at)
    if len(together) > most:
        width = width_of(since, until, most)
        together = _together(together, lambda stretch: (stretch.last.at - since - 1) // width)
    return together


def _together(found: Iterable[Stretch], key: Callable[[Stretch], int]) -> list[Stretch]:
    """Put those together that have the same key; in the order of the keys."""
    by_key: dict[int, Stretch] = {}
    for stretch in found:
        number = key(stretch)
        known = by_key.get(number)
        by_key[number] = _joined(known, stretch) if known else stretch
    return [by_key[number] for number in sorted(by_key)]


def _joined(one: Stretch, other: Stretch) -> Stretch:
    worst = max(one.marks & WORST, other.marks & WORST)
    return Stretch(
        last=max(one.last, other.last, key=lambda row: row.at),
        low=min((v for v in (one.low, other.low) if v is not None), default=None),
        high=max((v for v in (one.high, other.high) if v is not None), default=None),
        marks=worst | ((one.marks | other.marks) & BOOL),
    )


def _counts(value: Plain, mark: int) -> TypeGuard[int | float]:
    """Whether there is something to compare."""
    return value is not None and not isinstance(value, str) and mark & WORST < BAD
