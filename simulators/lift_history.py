"""A month of faults of twenty lifts, one of which is on its way to a breakdown."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LIFTS: Final = 20
DAYS: Final = 30

WEEKDAY: Final = (1.15, 1.15, 1.1, 1.1, 1.15, 0.75, 0.6)
"""Faults follow use, and lifts are used less at the weekend."""

HOURS: Final = (1, 1, 1, 1, 1, 2, 5, 10, 9, 6, 5, 6, 7, 6, 5, 5, 6, 9, 10, 8, 6, 4, 3, 2)
"""How use is spread over a day."""

CODES: Final = (
    "door",
    "safety_circuit",
    "stopped_outside_door_zone",
    "position_lost",
    "run_time",
    "brake_fault",
)
FAILING_CODES: Final = ("door", "door", "safety_circuit", "position_lost", "brake_fault")
"""What wears out, doors most of all."""

STEADY_RATE: Final = 2.5
"""Faults a day of the one lift that has always had many."""

WORST: Final = (10.0, 20.0)
"""Between these are the faults a day of the failing lift just before it breaks down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftFault:
    """One fault of one lift; `code` is the alarm that it raises."""

    lift: str
    code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftMonth:
    """What happened, in order, and what nobody could know beforehand.

    `failing` broke down at `breakdown` with `code`; `worse` is when it began. `steady` has
    many faults all the time, `storm` is the day on which the mains failed for all.
    """

    faults: tuple[LiftFault, ...]
    failing: str
    code: str
    worse: datetime
    breakdown: datetime
    steady: str
    storm: datetime


def month_of_faults(seed: int, begins: datetime, worst: tuple[float, float] = WORST) -> LiftMonth:
    """Return the month that chance makes of a seed; `begins` is a local midnight.

    Usual lifts have 0.05 to 0.9 faults a day (log-normal, median 0.25), of a mix of codes of
    their own; a seventh of all faults comes back once to three times, an hour apart on
    average. The failing one wears out by a power law (Crow, AMSAA: the count grows with time
    to the power of 2 to 3) until it has `worst` faults a day beyond the usual, 10 to 14 days
    after it began.
    """
    chance = random.Random(seed)
    lifts = [f"lift-{number}" for number in range(1, LIFTS + 1)]
    failing, steady = chance.sample(lifts, 2)
    code = chance.choice(FAILING_CODES)
    breakdown = begins + timedelta(days=chance.uniform(DAYS - 5, DAYS))
    worse = breakdown - timedelta(days=chance.uniform(10, 14))
    storm = begins + timedelta(days=chance.randrange(2, DAYS - 2))
    found: list[LiftFault] = []
    for lift in lifts:
        rate = min(0.9, max(0.05, chance.lognormvariate(math.log(0.25), 0.6)))
        mix = [chance.expovariate(1) for _ in CODES]
        usual = STEADY_RATE if lift == steady else rate
        found += _usual(lift, usual, mix, begins, chance)
        found += _hit_by_storm(lift, storm, chance)
        if lift == failing:
            found += _wear(lift, code, (worse, breakdown), chance.uniform(*worst), chance)
    faults = [each for each in found if each.lift != failing or each.at <= breakdown]
    return LiftMonth(
        faults=tuple(sorted(faults, key=lambda fault: (fault.at, fault.lift))),
        failing=failing,
        code=code,
        worse=worse,
        breakdown=breakdown,
        steady=steady,
        storm=storm,
    )


def _usual(
    lift: str, rate: float, mix: list[float], begins: datetime, chance: random.Random
) -> Iterator[LiftFault]:
    for day in range(DAYS):
        midnight = begins + timedelta(days=day)
        for _ in range(_poisson(rate * WEEKDAY[midnight.weekday()], chance)):
            at = midnight + _time_of_day(chance)
            code = chance.choices(CODES, mix)[0]
            yield LiftFault(lift=lift, code=code, at=at)
            if chance.random() < 1 / 7:
                for _ in range(chance.randint(1, 3)):
                    at += timedelta(minutes=chance.expovariate(1 / 60))
                    yield LiftFault(lift=lift, code=code, at=at)


def _hit_by_storm(lift: str, storm: datetime, chance: random.Random) -> Iterator[LiftFault]:
    """The mains fail, come back, and each lift finds its way with some faults."""
    at = storm + timedelta(hours=14, seconds=chance.uniform(0, 5))
    yield LiftFault(lift=lift, code="power_lost", at=at)
    for _ in range(chance.randint(1, 4)):
        at += timedelta(minutes=chance.uniform(1, 60))
        yield LiftFault(lift=lift, code=chance.choice(CODES), at=at)


def _wear(
    lift: str, code: str, span: tuple[datetime, datetime], most: float, chance: random.Random
) -> Iterator[LiftFault]:
    """Faults beyond the usual, hour by hour."""
    power = chance.uniform(1, 2)
    hours = (span[1] - span[0]) // timedelta(hours=1)
    for hour in range(hours):
        at = span[0] + timedelta(hours=hour)
        rate = most * (hour / hours) ** power * HOURS[at.hour] / sum(HOURS)
        for _ in range(_poisson(rate, chance)):
            yield LiftFault(lift=lift, code=code, at=at + timedelta(minutes=chance.uniform(0, 60)))


def _time_of_day(chance: random.Random) -> timedelta:
    return timedelta(hours=chance.choices(range(24), HOURS)[0], seconds=chance.uniform(0, 3600))


def _poisson(mean: float, chance: random.Random) -> int:
    """Knuth's way, for the small means of this file."""
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count
