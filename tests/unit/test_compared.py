"""What would have been raised beside what was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from edge.trial.compared import by_day, compare
from tests.fakes.time import EPOCH


@dataclass(frozen=True)
class One:
    """An alarm, of which only this counts."""

    key: str
    at: datetime


def some(*seconds: float, key: str = "d/a") -> list[One]:
    """Alarms of one key, raised at these seconds."""
    return [One(key, EPOCH + timedelta(seconds=each)) for each in seconds]


@pytest.mark.parametrize(
    ("was", "would", "signs"),
    [
        ([], [], ""),
        ([0, 500], [0, 500], "=="),
        ([0], [60], "="),
        ([0], [61], "-+"),
        ([100], [0], "+-"),
        ([0, 30], [20], "=-"),
        ([0, 300], [300, 900], "-=+"),
        ([30], [0, 30], "=+"),
    ],
)
def test_alarms_raised_within_a_minute_are_the_same(
    was: list[float], would: list[float], signs: str
) -> None:
    """Each at most once, in order of time; of another key never."""
    others = some(0, key="d/b")
    pairs = compare([*some(*was), *others], some(*would))
    found = ["=" if p.was and p.would else "-" if p.was else "+" for p in pairs]
    assert found.pop(next(n for n, p in enumerate(pairs) if p.one.key == "d/b")) == "-"
    assert "".join(found) == signs


def test_days_are_those_of_the_site() -> None:
    """Every day of the time is there; the epoch is at eight in the morning."""
    pairs = compare(some(0, 17 * 3600), some(0))
    until = EPOCH + timedelta(days=2)
    days = by_day(pairs, EPOCH, until, ZoneInfo("Asia/Shanghai"))
    assert [(each.begins.day, each.was, each.would, each.both) for each in days] == [
        (1, 1, 1, 1),
        (2, 1, 0, 0),
        (3, 0, 0, 0),
    ]
