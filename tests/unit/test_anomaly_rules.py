"""Rules of anomalies through weeks: they learn and say so, tell, are not poisoned, survive."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import msgspec
import pytest

from edge.model import Quality, Reading
from edge.rules.anomaly.cycle import CycleRule
from edge.rules.explain import Explained
from edge.rules.explaining import explain
from edge.rules.rule import Quieting, Rule
from tests.fakes.anomalies import rule
from tests.fakes.rule_life import RuleLife, at, reading

DAY = 86_400.0
LEARNT = ("usual", "drift", "night", "flat", "jump", "apart")
NAMES = {"usual": "unusual"}


def value(day: float, chance: Random) -> float:
    """Water pressure that sinks by day, in whole kPa; days of UTC, which is night at 16 h."""
    return float(
        round(400 - 30 * max(0.0, math.sin(2 * math.pi * (day + 0.1))) + chance.gauss(0, 2))
    )


def life(watch: str, learn_days: int = 7) -> RuleLife:
    """One rule, and nothing else."""
    return RuleLife(lambda: [rule(watch, "pressure", learn_days)])


def play(
    of: RuleLife,
    days: Iterable[int],
    fault: Callable[[float, float], float | None] = lambda _, usual: usual,
) -> RuleLife:
    """A reading every half hour, with the fault, and of a neighbour that is asked for."""
    chance = Random(11)  # noqa: S311 - a simulated sensor needs no cryptographic chance
    for day in days:
        for step in range(48):
            now = day + step / 48
            own = value(now, chance)
            faulty = fault(now, own)
            if faulty is not None:
                of.tell(now * DAY, reading("a/value", faulty, now * DAY))
            if "b/value" in of.engine._by_point:
                beside = own - 40 + round(chance.gauss(0, 1))
                of.tell(now * DAY, reading("b/value", beside, now * DAY))
    return of


def days(of: RuleLife) -> list[tuple[float, str]]:
    """What was said, and on which day."""
    return [(round(seconds / DAY, 1), word) for seconds, word, _ in of.story]


def state_of(of: RuleLife) -> tuple[Rule[Any], Any]:
    """The rule, and its state now."""
    (own,) = of.engine.rules.values()
    found = of.engine.look(own.id)
    assert found is not None
    return found


def account(of: RuleLife, day: float) -> Explained:
    """How it stands, as the page shows it."""
    own, state = state_of(of)
    return explain(own, state, at(day * DAY), {})


def learnt_of(state: Any) -> int:
    """How much is learnt: quarters of days, figures, or days."""
    if hasattr(state, "season"):
        return int(state.season.folds)
    return len(state.course.figures if hasattr(state, "course") else state.largest)


FAULTS: dict[str, Callable[[float, float], float]] = {
    "usual": lambda day, usual: usual - (90 if 10 <= day < 11 else 0),
    "drift": lambda day, usual: usual + (5 * min(day - 10, 12) if 10 <= day < 19 else 0),
    "night": lambda day, usual: usual + (20 if 10 <= day < 17 else 0),
    "flat": lambda day, usual: 377.0 if 10 <= day < 11 else usual,
    "jump": lambda day, usual: usual + (80 if 10 <= day < 10.01 else 0),
    "apart": lambda day, usual: usual + (25 if 10 <= day < 11 else 0),
}


@pytest.mark.parametrize(
    ("watch", "raised", "cleared", "words"),
    [
        ("usual", 10.0, 11.0, "value: 29"),
        ("drift", 14.7, 22.7, "value: the mean of a day is 4"),
        ("night", 13.9, 19.9, "value: at night, 1 to 5 h, it is 42"),
        ("flat", 10.1, 11.0, "value: has stood at 377 kPa for "),
        ("jump", 10.0, 10.1, "value: leapt from 38"),
        ("apart", 10.0, 11.0, "value: differs from b/value by 6"),
    ],
)
def test_each_is_told_with_figures_and_is_over(
    watch: str, raised: float, cleared: float, words: str
) -> None:
    """After a week that is learnt and some days that are quiet."""
    of = play(life(watch), range(24 if cleared > 12 else 12), FAULTS[watch])
    [(begun, one), (over, other)] = days(of)
    assert (one, other) == ("raised", "cleared")
    assert begun == pytest.approx(raised, abs=1.01)
    assert over == pytest.approx(cleared, abs=1.01)
    [alarm] = of.raised
    assert alarm.text.en.startswith(words)
    assert alarm.text.zh.startswith("value：")
    assert alarm.category == f"anomaly.{NAMES.get(watch, watch)}"
    assert (alarm.severity, alarm.alarm) == (200, f"a/value_{watch}")


@pytest.mark.parametrize("watch", LEARNT)
def test_nothing_is_told_while_it_learns_and_that_is_shown(watch: str) -> None:
    """Whatever the values; the page says how many days there are."""
    chance = Random(5)  # noqa: S311 - odd values need no cryptographic chance
    of = play(life(watch, 14), range(5), lambda *_: chance.choice((0.0, 1e6, -3.0, 377.0)))
    learnt = account(of, 5).parts[0]
    assert learnt.words.en.startswith("learning, ")
    assert learnt.words.en.endswith(" of 14 days; raises nothing before")
    assert learnt.value in (4, 5)
    assert learnt.truth is False
    play(of, range(5, 13), lambda *_: chance.choice((0.0, 1e6, -3.0, 377.0)))
    assert of.story == []


@pytest.mark.parametrize("watch", LEARNT)
def test_a_restart_a_day_does_not_keep_it_from_learning(watch: str) -> None:
    """At another hour each day; what is kept is small, and not written at every reading."""
    of, writes = life(watch), 0
    for day in range(11):
        before = dict(of.disk)
        play(of, [day])
        writes += of.disk != before
        if day % 6 == 1:
            of.killed((day + 0.99) * DAY)
    assert account(of, 11).parts[0].truth is True
    [body] = of.disk.values()
    assert len(body) < 4_000
    assert writes <= 11
    own, state = state_of(of)
    assert msgspec.json.decode(body, type=type(own.start())).anew == state.anew


@pytest.mark.parametrize("watch", ["usual", "apart"])
def test_a_fault_does_not_become_usual_by_lasting(watch: str) -> None:
    """Two weeks of it are one alarm, which ends when it is mended, and can come again."""
    of = play(
        life(watch),
        range(26),
        lambda day, usual: usual - (90 if 9 <= day < 23 or day >= 25 else 0),
    )
    assert [word for _, word in days(of)] == ["raised", "cleared", "raised"]
    assert days(of)[1][0] == pytest.approx(23, abs=0.2)


@pytest.mark.parametrize("watch", LEARNT)
def test_it_begins_anew_when_the_site_file_says_so(watch: str) -> None:
    """What it had learnt is forgotten, and its alarm is over."""
    of = play(life(watch), range(11), lambda day, usual: FAULTS[watch](min(day, 10.005), usual))
    assert account(of, 11).truth is (watch in ("usual", "flat", "apart"))
    assert account(of, 11).parts[0].truth is True
    of._make = lambda: [rule(watch, "pressure", 7, anew="2026-02-01")]
    of.killed(11 * DAY + 1)
    assert account(of, 11).parts[0].value == 0
    assert account(of, 11).truth is False
    assert {word for _, word in days(of)} in (set(), {"raised", "cleared"})


@pytest.mark.parametrize("watch", ["usual", "drift", "flat", "apart"])
def test_a_device_that_cannot_be_heard_says_nothing(watch: str) -> None:
    """Two days without: nothing is told, and nothing of it is learnt."""
    of = play(life(watch), range(10))
    before = state_of(of)[1]
    of.tell(10 * DAY, reading("a/online", value=False, seconds=10 * DAY))
    of.wait(12 * DAY)
    assert of.story == []
    assert learnt_of(state_of(of)[1]) <= learnt_of(before) + 1
    play(of, range(12, 14))
    assert of.story == []


def test_a_bad_reading_is_no_value() -> None:
    """Nor is what no sensor says."""
    of = play(life("usual"), range(10))
    for minute in range(0, 600, 10):
        seconds = 10 * DAY + minute * 60
        of.tell(seconds, reading("a/value", 5.0, seconds, quality=Quality.BAD))
        of.tell(seconds + 1, reading("a/value", math.nan, seconds + 1))
    assert of.story == []


@pytest.mark.parametrize("watch", LEARNT)
def test_most_readings_are_nothing_new(watch: str) -> None:
    """The same value is quiet until it changes; a bad one, or a lost device, never is."""
    of = play(life(watch), range(10))
    own, state = state_of(of)
    assert isinstance(own, Quieting)
    quiet = own.quiet(state)
    assert quiet is not None
    held = state.value if watch in ("flat", "jump") else None
    known = held or (state.slots[0].value if watch in ("usual", "apart") else 395.0)
    if watch != "drift":
        assert quiet(reading("a/value", known))
    assert not quiet(reading("a/value", 395.0, quality=Quality.BAD))
    assert not quiet(reading("a/online", value=False))
    assert quiet(reading("a/online", value=True))


def doors(slower: float, of: RuleLife, span: range) -> RuleLife:
    """A door forty times a day, seven seconds each and more when somebody is in the way."""
    chance = Random(3)  # noqa: S311 - a simulated door needs no cryptographic chance
    for day in span:
        for cycle in range(40):
            seconds = day * DAY + cycle * 1200.0
            lasts = 7 + chance.gauss(0, 0.2) + chance.choice((0, 0, 3, 20)) + slower
            of.tell(seconds, Reading(point="a/value", value=True, at=at(seconds)))
            over = seconds + lasts
            of.tell(over, Reading(point="a/value", value=False, at=at(over)))
    return of


def test_a_door_that_becomes_slow_is_told() -> None:
    """A second more of seven; over when it has been as before for three days."""
    of = doors(0, RuleLife(lambda: [rule("cycle", "door", 7)]), range(10))
    doors(1.0, of, range(10, 17))
    doors(0, of, range(17, 24))
    assert [word for _, word in days(of)] == ["raised", "cleared"]
    [alarm] = of.raised
    assert 13 <= days(of)[0][0] <= 15
    assert alarm.cause.unit == "s"
    assert alarm.text.en.startswith("value: a door cycle takes ")
    assert " s, in the weeks before 6." in alarm.text.en
    own, _ = state_of(of)
    assert isinstance(own, CycleRule)


def test_a_day_with_few_cycles_says_nothing_of_a_door() -> None:
    """Nor do those for which somebody has held it."""
    of = RuleLife(lambda: [rule("cycle", "door", 7)])
    for day in range(20):
        for cycle in range(10):
            seconds = day * DAY + cycle * 3600.0
            of.tell(seconds, reading("a/value", value=True, seconds=seconds))
            of.tell(seconds + 60, reading("a/value", value=False, seconds=seconds + 60))
    assert account(of, 20).parts[0].value == 0
