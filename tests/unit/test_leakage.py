"""A residual current that rises towards its limit, day by day."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.model import Quality, Value
from edge.rules.leakage import (
    BUILT_IN,
    REMEMBERED,
    Hour,
    LeakageOptions,
    LeakageState,
)
from tests.fakes.rule_life import RuleLife, at, device, reading
from tests.fakes.site import bare_site

HOUR = 3600.0
SITE = bare_site(
    devices=dict(
        [
            device("box", kind="electric", units={"residual_current": "mA", "current_a": "A"}),
            device("odd", kind="lift", units={"x": "mA"}),
        ]
    )
)
POINT, KEY = "box/residual_current", "box/residual_current_trend"


def life() -> RuleLife:
    """The one breaker of the site."""
    return RuleLife(lambda: BUILT_IN.build(SITE, LeakageOptions()))


def play(current: Callable[[float], float], days: float, of: RuleLife | None = None) -> RuleLife:
    """A reading every twenty minutes; `current` takes days and returns mA."""
    of = of or life()
    for step in range(round(days * 72)):
        seconds = step * 1200.0 + 5
        of.tell(seconds, reading(POINT, current(seconds / 86_400)))
    return of


def noise(seed: int) -> Random:
    """The same chance each time."""
    return Random(seed)  # noqa: S311 - a simulated current needs no cryptographic chance


def days(of: RuleLife) -> list[tuple[float, str]]:
    """What was said, in days."""
    return [(round(seconds / 86_400, 2), word) for seconds, word, _ in of.story]


def course(day: float) -> float:
    """The daily course of loads and damp: 40 mA up and down."""
    return 100 + 40 * math.sin(2 * math.pi * day)


def test_residual_currents_are_watched_and_nothing_else() -> None:
    """By their unit, on electric devices."""
    assert [rule.points for rule in BUILT_IN.build(SITE, LeakageOptions())] == [(POINT,)]
    assert list(BUILT_IN.build(SITE, LeakageOptions(enabled=False))) == []


def test_a_steady_rise_is_told_before_the_limit_is_reached() -> None:
    """30 mA a day from 100 mA, through the daily course: known after three days and two thirds."""
    of = play(lambda day: course(day) + 30 * day, 9)
    assert days(of) == [(3.67, "raised")]
    [alarm] = of.raised
    assert (alarm.category, alarm.cause.limit) == ("electric.leakage_trend", 300)
    assert alarm.text.en == "Residual current rises by about 30 mA a day, towards its limit"
    assert "30 mA" in alarm.text.zh


def test_a_rise_that_is_far_from_its_limit_waits() -> None:
    """12 mA a day from 20 mA: told when a week is left, not before."""
    of = play(lambda day: 20 + 12 * day, 25)
    [(told, word)] = days(of)
    assert word == "raised"
    assert 6.9 < (300 - 20) / 12 - told < 7.1


@pytest.mark.parametrize(
    "current",
    [
        lambda _: 290.0,
        course,
        lambda day: course(day) + (60 if day > 4.3 else 0),
        lambda day: course(day) + (60 if day > 4 else 0),
        lambda day: 250 - 10 * day,
        lambda day: 100 + 9 * day,
        lambda day: 100 + 180 * (abs(day % 1 - 0.5) < 0.1),
        lambda day: course(day) + 80 * (3 < day < 3.5),
        lambda day: course(day) + 30 * (day > 4.3) + 50 * (day > 5.6),
    ],
    ids=[
        "high",
        "daily",
        "step at seven",
        "step at midnight",
        "falls",
        "slow",
        "peaks",
        "rain",
        "two steps",
    ],
)
def test_what_is_no_rise(current: Callable[[float], float]) -> None:
    """Levels, daily courses, steps, peaks and a wet half day make no trend."""
    assert days(play(current, 12)) == []


def test_it_is_over_when_it_has_stopped_rising() -> None:
    """Mended after six days: told as soon as most hours of a day are no higher."""
    of = play(lambda day: 100 + (20 * day if day < 6 else 0), 9)
    assert [word for _, word in days(of)] == ["raised", "cleared"]
    assert 6.4 < days(of)[1][0] < 6.6


def test_bad_quality_and_other_types_are_not_zero() -> None:
    """An hour without a good reading is missing, not low."""
    of = life()
    for hour in range(10):
        at_hour = hour * HOUR
        of.tell(at_hour, reading(POINT, 500, quality=Quality.BAD), reading(POINT, value=True))
        of.tell(at_hour + 1, reading(POINT, None), reading(POINT, "12"))
    assert of.engine._states[f"box/.leakage/{POINT[4:]}"] == LeakageState()


def test_gaps_are_not_guessed() -> None:
    """Nine hours missing every day are too many to judge by, eight are not."""

    def with_gap(hours: int) -> RuleLife:
        of = life()
        for step in range(24 * 6):
            if step % 24 >= hours:
                of.tell(step * HOUR, reading(POINT, 100 + step))
        return of

    assert days(with_gap(9)) == []
    assert [word for _, word in days(with_gap(8))] == ["raised"]


def test_a_restart_each_day_loses_an_hour_at_most() -> None:
    """Four days are learnt over restarts; the alarm is told once."""
    of = life()
    for hour in range(24 * 6):
        of.tell(hour * HOUR + 5, reading(POINT, 100 + hour))
        if hour % 20 == 10:
            of.killed(hour * HOUR + 1800)
    assert [word for _, word in days(of)] == ["raised"]
    body = of.disk["box/.leakage/residual_current"]
    assert len(msgspec.json.decode(body, type=LeakageState).hours) <= REMEMBERED


def test_one_reading_a_minute_is_enough() -> None:
    """A breaker that is polled twice a second costs no more; a peak of one minute is outvoted."""
    of = life()
    for minute in range(60):
        for second in (0, 30):
            value = 900 if minute == 7 else 100
            of.tell(minute * 60 + second, reading(POINT, value))
    state = of.engine._states["box/.leakage/residual_current"]
    assert len(state.samples) == 60
    of.tell(HOUR, reading(POINT, 100))
    assert of.engine._states["box/.leakage/residual_current"].hours == (
        Hour(begun=at(0), median=100.0),
    )
    assert len(of.disk) == 1


@pytest.mark.parametrize("minutes", [-50, -28, 20, 31, 90])
@pytest.mark.parametrize(("rise", "told"), [(0, []), (20, ["raised"])])
def test_a_clock_that_is_set_disturbs_it_little(minutes: int, rise: float, told: list[str]) -> None:
    """Nothing is raised for it, and a rise is found all the same."""
    of = play(lambda day: course(day) + rise * day, 2)
    of.engine.shift(timedelta(minutes=minutes))
    for step in range(144, 144 * 4):
        seconds = step * 1200.0 + 5
        current = course(seconds / 86_400) + rise * seconds / 86_400
        of.tell(seconds + minutes * 60, reading(POINT, current))
    assert [word for _, word in days(of)] == told


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(5, 280), st.floats(0, 30), st.floats(0, 0.2))
def test_noise_around_a_level_is_no_trend(
    seed: int, level: float, swing: float, share: float
) -> None:
    """Any level, daily course and noise of a fifth of it: never a word in eight days."""
    chance = noise(seed)
    of = play(
        lambda day: level + swing * math.sin(2 * math.pi * day) + chance.gauss(0, share * level),
        8,
    )
    assert days(of) == []


@pytest.mark.parametrize(
    "odd", [math.nan, math.inf, -math.inf, pytest.param(10**400, id="huge"), True, "5"]
)
def test_what_is_no_current_is_not_heard(odd: Value) -> None:
    """A number beyond all measure spoils neither the hours before it nor the trend after."""
    of = play(lambda day: 60 + 30 * day, 5)
    for hour in range(5 * 24, 6 * 24):
        of.tell(hour * HOUR, reading(POINT, odd))
    of.killed(6 * 24 * HOUR)
    assert [word for _, word in days(of)] == ["raised"]
    [body] = of.disk.values()
    assert msgspec.json.decode(body, type=LeakageState).active


@pytest.mark.parametrize("seed", range(10))
def test_rain_and_weekends_are_no_trend(seed: int) -> None:
    """Sixty days: six of rain with up to 80 mA more, weekends with up to 30 mA more or less."""
    chance = noise(seed)
    level, weekend = chance.uniform(50, 200), chance.uniform(-30, 30)
    rain = {chance.randrange(60): chance.uniform(0, 80) for _ in range(6)}
    of = life()
    for hour in range(60 * 24):
        day = hour // 24
        extra = rain.get(day, 0) + (weekend if day % 7 >= 5 else 0) + chance.gauss(0, level / 30)
        of.tell(hour * HOUR, reading(POINT, course(hour / 24) - 100 + level + extra))
    assert days(of) == []


@settings(max_examples=25)
@given(st.floats(4, 7), st.floats(-250, 250))
def test_one_step_of_any_size_is_no_trend(when: float, size: float) -> None:
    """At whatever hour an appliance is added or taken away."""
    assert days(play(lambda day: 200 + (size if day > when else 0), 11)) == []


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(18, 45))
def test_a_rise_through_noise_is_always_told_in_time(seed: int, rise: float) -> None:
    """From 60 mA on the fourth day, with 8 mA of noise: at least a day before the limit."""
    chance = noise(seed)
    reached = 4 + 240 / rise
    of = play(lambda day: 60 + max(day - 4, 0) * rise + chance.gauss(0, 8), reached - 1)
    assert [word for _, word in days(of)] == ["raised"]
