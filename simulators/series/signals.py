"""What points of a community measure over weeks when nothing is wrong."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

EVERY: Final = 10
"""Minutes between two readings of a point that is polled."""

HEARTBEAT: Final = 60
"""Minutes after which a sensor that tells changes only says the same again."""

WEEKEND: Final = 5

HOLIDAYS: Final = 0.5
"""The part of all series in which there is a week of holidays."""

WET: Final = 0.12
"""The part of all days on which it begins to rain."""

BAD: Final = 0.001
"""The part of all readings that are of bad quality."""

Sample: TypeAlias = tuple[datetime, float | None]
"""A reading; none is one of bad quality, and how a time without any begins."""

Change: TypeAlias = Callable[[float, float], float]
"""What a fault makes of the true value at a time in days."""

_WORKDAY: Final = (
    *(0.1, 0.06, 0.04, 0.04, 0.06, 0.2, 0.6, 1.0, 0.8, 0.5, 0.45, 0.5),
    *(0.6, 0.5, 0.4, 0.4, 0.5, 0.7, 0.95, 1.0, 0.95, 0.8, 0.5, 0.25),
)
_FREE_DAY: Final = (
    *(0.15, 0.1, 0.05, 0.04, 0.05, 0.1, 0.25, 0.5, 0.8, 1.0, 0.95, 0.9),
    *(0.9, 0.75, 0.65, 0.6, 0.65, 0.8, 0.95, 1.0, 0.95, 0.85, 0.6, 0.3),
)
"""How much is used at each hour; people sleep longer when they are free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One kind of measurement, in its unit.

    `sway` is what full use adds to `level`. `noise` differs from reading to reading, `weather`
    from day to day, `share` is noise that grows with use. `matters` is a change that somebody
    should hear of. With a `deadband` only changes of that much are told.
    """

    name: str
    unit: str
    level: float
    sway: float
    noise: float
    weather: float
    matters: float
    resolution: float
    share: float = 0.0
    deadband: float = 0.0
    yearly: float = 0.0
    rain: float = 0.0


SIGNALS: Final = {
    signal.name: signal
    for signal in (
        Signal(
            name="pressure",
            unit="kPa",
            level=400,
            sway=-45,
            noise=3,
            weather=4,
            matters=60,
            resolution=1,
        ),
        Signal(
            name="residual_current",
            unit="mA",
            level=35,
            sway=40,
            noise=3,
            weather=4,
            matters=60,
            resolution=1,
            deadband=5,
            rain=25,
        ),
        Signal(
            name="temperature",
            unit="°C",
            level=24,
            sway=5,
            noise=0.3,
            weather=1.2,
            matters=12,
            resolution=0.5,
            yearly=8,
        ),
        Signal(
            name="flow",
            unit="m³/h",
            level=0.4,
            sway=6,
            noise=0.05,
            weather=0.05,
            matters=3,
            resolution=0.1,
            share=0.2,
        ),
        Signal(
            name="voltage",
            unit="V",
            level=231,
            sway=-4,
            noise=0.7,
            weather=0.8,
            matters=12,
            resolution=0.1,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Days:
    """What kind of day each is, and how its weather was."""

    free: tuple[bool, ...]
    weather: tuple[float, ...]
    rain: tuple[float, ...]


def days_of(chance: random.Random, begins: datetime, days: int) -> Days:
    """Weekends, a week of holidays with a worked Sunday before it, three single ones; rain."""
    free = [(begins + timedelta(days=day)).weekday() >= WEEKEND for day in range(days)]
    if chance.random() < HOLIDAYS:
        first = chance.randrange(days)
        for day in range(first, min(first + 7, days)):
            free[day] = True
        if first > 1 and free[first - 1]:
            free[first - 1] = False
    for _ in range(3):
        free[chance.randrange(days)] = True
    weather, rain, today, wet = [], [], 0.0, 0.0
    for _ in range(days):
        today = 0.6 * today + 0.8 * chance.gauss(0, 1)
        wet = chance.uniform(0.3, 1) if chance.random() < WET else 0.3 * wet
        weather.append(today)
        rain.append(wet)
    return Days(tuple(free), tuple(weather), tuple(rain))


def series(
    signal: Signal, seed: str, begins: datetime, days: int, change: Change = lambda _, value: value
) -> Iterator[Sample]:
    """The readings of a point, `begins` being a local midnight; the same for the same seed."""
    chance = random.Random(seed)
    course = truth(signal, chance, days_of(chance, begins, days))
    gaps = tuple(_gaps(chance, days))
    told: tuple[float, int] | None = None
    for minute in range(0, days * 1440, EVERY):
        day = minute / 1440
        value = change(day, course(day) + chance.gauss(0, signal.noise))
        if any(first <= day < last for first, last in gaps):
            if told:
                yield begins + timedelta(minutes=minute), None
            told = None
            continue
        value = round(value / signal.resolution) * signal.resolution
        if told and minute - told[1] < HEARTBEAT and abs(value - told[0]) < signal.deadband:
            continue
        told = (value, minute)
        at = begins + timedelta(minutes=minute, seconds=chance.uniform(0, 2))
        yield at, None if chance.random() < BAD else value


def truth(signal: Signal, chance: random.Random, days: Days) -> Callable[[float], float]:
    """The course of a true value over days: use, weather, the season of the year."""
    level = signal.level * chance.uniform(0.8, 1.25)
    sway = signal.sway * chance.uniform(0.6, 1.3)
    phase, swing = chance.uniform(0, 2 * math.pi), chance.uniform(0, 1)
    wander = [0.0]
    for _ in range(len(days.free) * 24):
        wander.append(0.7 * wander[-1] + chance.gauss(0, 0.25))

    def course(day: float) -> float:
        whole, hour = int(day), day % 1 * 24
        before, within = int(hour), hour % 1
        shape = _FREE_DAY if days.free[whole] else _WORKDAY
        use = shape[before] + (shape[(before + 1) % 24] - shape[before]) * within
        use *= max(0.0, 1 + signal.share * wander[whole * 24 + before])
        other = signal.weather * (days.weather[whole] + wander[whole * 24 + before])
        yearly = signal.yearly * swing * math.sin(2 * math.pi * day / 365 + phase)
        value = level + sway * use + other + yearly + signal.rain * days.rain[whole]
        return max(0.0, value)

    return course


def _gaps(chance: random.Random, days: int) -> Iterator[tuple[float, float]]:
    """About one a fortnight, of an hour to a day."""
    day = 0.0
    while (day := day + chance.expovariate(1 / 14)) < days:
        yield day, day + chance.choice((1, 2, 6, 24)) / 24
