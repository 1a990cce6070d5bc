"""Readings of a community's points over days, as the history keeps them: for its benches."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from edge.model import Reading
from tests.fakes.time import EPOCH

REPEATED_S: Final = 900
"""A point that says nothing new is kept this often."""

BUSY_S: Final = 60
"""So often a point with a number is kept, on average, once its deadband has had its say."""

BUSY: Final = 0.5
"""The part of all points that are such; the others are states, and rarely change."""


def names(points: int) -> list[str]:
    """Ten points a device."""
    return [f"device-{number // 10}/point_{number % 10}" for number in range(points)]


def kept(points: int, seconds: int, busy_s: int = BUSY_S) -> Iterator[list[Reading]]:
    """Give what is kept in each second; a busy point is kept every `busy_s` or so."""
    chance = random.Random(1)  # noqa: S311 - values of a bench
    known = names(points)
    busy = known[: int(points * BUSY)]
    others = known[len(busy) :]
    values = dict.fromkeys(busy, 20.0)
    per_second = len(busy) / busy_s
    for second in range(seconds):
        at = EPOCH + timedelta(seconds=second)
        count = int(per_second) + (chance.random() < per_second % 1)
        batch = []
        for name in chance.sample(busy, count):
            values[name] = round(values[name] + chance.gauss(0, 0.5), 1)
            at += timedelta(microseconds=1000 * chance.randrange(20))
            batch.append(Reading(point=name, value=values[name], at=at))
        states = others[second % REPEATED_S :: REPEATED_S]
        batch += [Reading(point=name, value=True, at=at) for name in states]
        yield batch
