"""What is usual at an hour of the week: a level for each, and how far values stray from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

DAY: Final = 24
WEEK: Final = 7 * DAY

RATE: Final = 0.2
"""A level follows a new week by so much; the first weeks count alike."""

SPREAD_RATE: Final = 0.06
"""A spread follows a new day by so much."""

BELIEVED: Final = 3.0
"""What strays by more spreads than this moves level and spread no further than this."""

SIGMA: Final = 1.25
"""A standard deviation in mean absolute deviations, where values are normally distributed."""

FLOOR: Final = 0.4
"""The quietest hour strays at least by this part of what the average hour does."""

BESIDE: Final = 0.7
"""An hour strays at least by this part of the hours beside it: what begins earlier is no fault."""

FRESH: Final = 4
"""Days of an hour's spread before strays are cut by it."""


class Season(NamedTuple):
    """Levels by hour of the week with how often each was seen, mean deviations by hour of the day.

    `folds` counts the quarters of days that are in it.
    """

    levels: tuple[float, ...] = (0.0,) * WEEK
    seen: tuple[int, ...] = (0,) * WEEK
    spreads: tuple[float, ...] = (0.0,) * DAY
    strays: tuple[int, ...] = (0,) * DAY
    folds: int = 0


class Band(NamedTuple):
    """What is usual at an hour: from `low` to `high`, and the `sigma` by which it strays there."""

    low: float
    high: float
    sigma: float

    def beyond(self, value: float) -> float:
        """How far above (or, negative, below) the usual a value is."""
        return max(0.0, value - self.high) + min(0.0, value - self.low)


def hour_of_week(begun: datetime) -> int:
    """The hour of the week of a local time, from Monday."""
    return begun.weekday() * DAY + begun.hour


def learn(season: Season, values: Iterable[tuple[int, float]], least: float) -> Season:
    """Take up what a quarter of a day has brought, by hour of the week."""
    hours: dict[int, list[float]] = {}
    for at, value in values:
        hours.setdefault(at, []).append(value)
    levels, seen = list(season.levels), list(season.seen)
    spreads, strays = list(season.spreads), list(season.strays)
    for at, several in hours.items():
        mean, hour = sum(several) / len(several), at % DAY
        if not seen[at]:
            levels[at], seen[at] = mean, 1
            continue
        stray = sum(abs(value - levels[at]) for value in several) / len(several)
        moved = mean - levels[at]
        if strays[hour] >= FRESH:
            most = BELIEVED * max(spreads[hour], least)
            stray, moved = min(stray, most), max(-most, min(most, moved))
        levels[at] = _short(levels[at] + max(RATE, 1 / (seen[at] + 1)) * moved)
        rate = max(SPREAD_RATE, 1 / (strays[hour] + 1))
        spreads[hour] = _short(spreads[hour] + rate * (stray - spreads[hour]))
        seen[at], strays[hour] = min(seen[at] + 1, 99), min(strays[hour] + 1, 99)
    return Season(
        tuple(levels), tuple(seen), tuple(spreads), tuple(strays), min(season.folds + 1, 9999)
    )


def usual(season: Season, at: int) -> Band | None:
    """What is usual then: as at this hour of the week, or as at this hour of another day.

    For a holiday in the week is like a Sunday, and a Sunday may be worked. None while the hour is
    not known.
    """
    hour, spreads = at % DAY, season.spreads
    levels, seen = season.levels[hour::DAY], season.seen[hour::DAY]
    known = [level for level, times in zip(levels, seen, strict=True) if times]
    if not season.seen[at] or not season.strays[hour]:
        return None
    spread = max(
        spreads[hour],
        BESIDE * max(spreads[hour - 1], spreads[(hour + 1) % DAY]),
        FLOOR * sum(spreads) / DAY,
    )
    return Band(min(known), max(known), SIGMA * spread)


def _short(number: float) -> float:
    """Six digits are enough, and cost the disk less."""
    return float(f"{number:.6g}")
