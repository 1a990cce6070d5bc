"""The statistics of anomalies by themselves: slots, hours of the week, days, numbers as read."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.rules.anomaly.course import ENOUGH, SUSPECT, Course, live, reference
from edge.rules.anomaly.season import BELIEVED, SIGMA, Season, hour_of_week, learn, usual
from edge.rules.anomaly.slots import LENGTH, MOST, Closed, Slot, advance, observe
from edge.rules.anomaly.watched import plain

LEARNT = 14


@given(st.lists(st.tuples(st.floats(0, 900), st.floats(-1e6, 1e6)), min_size=1, max_size=60))
def test_a_slot_is_the_mean_of_what_lasted(steps: list[tuple[float, float]]) -> None:
    """The slots together hold what the values and their times add up to; none is told twice."""
    now, slot, over, whole = 6e6, Slot(), list[Closed](), list[tuple[float, float, float]]()
    slot, _ = observe(slot, 0.0, now)
    held, since = 0.0, now
    for passed, value in steps:
        now += passed
        slot, closed = observe(slot, value, now)
        over += closed
        whole.append((since, now, held))
        held, since = value, now
    assert [each.number for each in over] == sorted({each.number for each in over})
    for each in over:
        begins, ends = each.number * LENGTH, (each.number + 1) * LENGTH
        parts = [(min(ends, b) - max(begins, a), v) for a, b, v in whole if a < ends and b > begins]
        lasted = sum(part for part, _ in parts)
        mean = sum(part * value for part, value in parts) / lasted
        assert each.mean == pytest.approx(mean, abs=1e-3)


def test_a_slot_that_is_half_unknown_is_none() -> None:
    """What a value was before it was heard is not guessed, nor what it is after a bad one."""
    slot, _ = observe(Slot(), 5.0, 6e6 + LENGTH * 0.6)
    assert advance(slot, 6e6 + LENGTH)[1] == ()
    slot, _ = observe(Slot(), 5.0, 6e6 + LENGTH * 0.4)
    assert [each.mean for each in advance(slot, 6e6 + LENGTH)[1]] == [5.0]
    slot, _ = observe(slot, None, 6e6 + LENGTH * 0.8)
    assert advance(slot, 6e6 + 3 * LENGTH)[1] == ()


@pytest.mark.parametrize("step", [-1e6, -1.0, (MOST + 1) * LENGTH, 1e9])
def test_a_clock_that_is_set_makes_no_slots(step: float) -> None:
    """Back, or so far ahead that nobody can have been awake: it begins anew there."""
    slot, _ = observe(Slot(), 5.0, 6e6 + 60)
    slot, closed = advance(slot, 6e6 + 60 + step)
    assert closed == ()
    assert slot.value == 5.0
    assert slot.known == 0.0


def test_a_week_is_learnt_by_its_hours() -> None:
    """Each hour of the week has its own level; another day's at that hour is no surprise."""
    season = Season()
    zone = ZoneInfo("Asia/Shanghai")
    for day in range(21):
        for hour in range(24):
            at = hour_of_week(datetime(2026, 6, 1 + day, hour, tzinfo=zone))
            level = 10.0 + hour if at < 5 * 24 else 5.0
            season = learn(season, [(at, level + wobble) for wobble in (-1.0, 1.0)], 0.0)
    monday, sunday = usual(season, 12), usual(season, 6 * 24 + 12)
    assert monday is not None
    assert monday == sunday
    assert (monday.low, monday.high) == (5.0, 22.0)
    assert monday.sigma == pytest.approx(SIGMA)
    assert monday.beyond(13.0) == 0.0
    assert monday.beyond(25.0) == 3.0
    assert monday.beyond(1.0) == -4.0
    assert usual(Season(), 12) is None


def test_one_wild_week_moves_a_level_a_little() -> None:
    """A value of a million counts no more than one that strays by three spreads."""
    season = Season()
    for _ in range(20):
        season = learn(season, [(5, 99.0), (5, 101.0)], 0.0)
    wild = learn(season, [(5, 1e6)], 0.0)
    assert wild.levels[5] - season.levels[5] <= 0.2 * BELIEVED * season.spreads[5] + 1e-6
    assert wild.spreads[5] <= 1.2 * season.spreads[5]


def lived(figures: list[float]) -> Course:
    """A course of days, two of seven at the weekend."""
    course = Course()
    for day, figure in enumerate(figures):
        course = live(course, figure, weekend=day % 7 >= 5, learnt=LEARNT, least=1.0)
    return course


def test_what_creeps_up_is_not_compared_with_itself() -> None:
    """Half a spread a day for a month: found, and what is usual has hardly moved."""
    before = lived([100.0 + (day % 3 - 1) for day in range(21)])
    course, found = before, 0
    for day in range(30):
        course = live(course, 100.0 + 0.5 * day, weekend=day % 7 >= 5, learnt=LEARNT, least=1.0)
        found = found or (day if course.above >= ENOUGH else 0)
    assert 0 < found <= 14
    old, new = (reference(c, weekend=False, learnt=LEARNT, least=1.0) for c in (before, course))
    assert abs(new.level - old.level) <= 2.0


@given(st.floats(-1e9, 1e9), st.integers(14, 40))
def test_one_odd_day_is_no_drift(odd: float, day: int) -> None:
    """Whatever it was."""
    figures = [100.0 + (each % 3 - 1) for each in range(45)]
    figures[day] = odd
    course = lived(figures[: day + 1])
    assert max(course.above, course.below) < SUSPECT
    assert max(lived(figures).above, lived(figures).below) < ENOUGH


def test_weekends_and_holidays_have_their_own_figure() -> None:
    """Half as much on free days is no drift, and neither is a week of holidays."""
    days = [50.0 if day % 7 >= 5 or 21 <= day < 28 else 100.0 for day in range(42)]
    course = lived([value + (day % 3 - 1) for day, value in enumerate(days)])
    assert max(course.above, course.below) < SUSPECT


@pytest.mark.parametrize(
    ("number", "near", "written"),
    [
        (4.0312, 0.3, "4.03"),
        (412.7, 25.0, "413"),
        (0.00321, 0.002, "0.0032"),
        (-0.001, 1.0, "0.0"),
        (123456.0, 5000.0, "123500"),
        (3.14159, 0.0, "3.142"),
    ],
)
def test_numbers_are_written_as_exactly_as_needed(number: float, near: float, written: str) -> None:
    """Two figures of how far apart they are."""
    assert plain(number, near) == written
