"""The doors of a lift over weeks: each opening and closing, as a box tells them."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from simulators.series.signals import days_of

HOURS: Final = (
    0.5,
    0.2,
    0.1,
    0.1,
    0.2,
    1,
    5,
    12,
    10,
    7,
    6,
    7,
    9,
    7,
    6,
    6,
    7,
    11,
    13,
    10,
    8,
    6,
    3,
    1,
)
"""Door cycles by the hour, of a lift of eleven floors; scaled from lift to lift."""

POLLED: Final = 0.5
"""Seconds between two looks at the door."""

DELAYED: Final = 0.5
HELD: Final = 0.005
"""The parts of all cycles that people make longer, and in which somebody holds the door."""

Turn: TypeAlias = tuple[datetime, bool]
"""When the door was seen to have begun to open, or to be closed."""


def turns(
    seed: str, begins: datetime, days: int, slower: float = 0.0, span: tuple[float, float] = (0, 1)
) -> Iterator[Turn]:
    """The door's turns; within `span` (days) its drive becomes slower, by so many seconds.

    A cycle is the drive and the time it is held, at least; half of them are longer by people who
    come and go (log-normal). One in two hundred is held open for a minute or more.
    """
    chance = random.Random(seed)
    kinds = days_of(chance, begins, days)
    drive, held, scale = chance.uniform(4, 6), chance.uniform(2, 4), chance.uniform(0.4, 2)
    for day in range(days):
        for hour, often in enumerate(HOURS):
            rate = often * scale * (0.7 if kinds.free[day] else 1.0)
            second = chance.expovariate(rate / 3600)
            while second < 3600:  # noqa: PLR2004 - an hour
                at = day + (hour + second / 3600) / 24
                worn = min(1.0, max(0.0, (at - span[0]) / (span[1] - span[0]))) * slower
                lasted = drive + worn + held + chance.gauss(0, 0.15)
                if chance.random() < DELAYED:
                    lasted += chance.lognormvariate(math.log(2.5), 0.8)
                if chance.random() < HELD:
                    lasted += chance.uniform(60, 300)
                opened = begins + timedelta(days=at)
                yield _seen(opened), True
                yield _seen(opened + timedelta(seconds=lasted)), False
                second += lasted + 6 + chance.expovariate(rate / 3600)


def _seen(at: datetime) -> datetime:
    """The first look that shows it."""
    whole = math.ceil(at.timestamp() / POLLED) * POLLED
    return datetime.fromtimestamp(whole, at.tzinfo)
