"""Dry runs: what a rule would have done over past readings, and how far that can be trusted."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from edge.config import Configuration
from edge.model import Access, Event
from edge.rules.rule import Step
from edge.trial import dry_run as module
from edge.trial import stage
from edge.trial.chosen import NoSuchRule
from edge.trial.dry_run import DryRun, dry_run, points_of
from tests.fakes.dry_runs import PRESSURE, at, court, read


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    """A hydrant, a gate and a panel, with rules."""
    return court(tmp_path_factory.mktemp("court"))


def minutes(instant: datetime) -> float:
    """Minutes since the epoch of tests."""
    return (instant - at(0)) / timedelta(minutes=1)


def keys(run: DryRun) -> list[tuple[str, float, float | None]]:
    """What was raised: key, minute, minute of the end."""
    return [
        (
            each.key,
            minutes(each.at),
            minutes(each.cleared_at) if each.cleared_at else None,
        )
        for each in run.raised
    ]


def test_the_points_of_a_rule(site: Configuration) -> None:
    """Of a written rule, of a profile's alarm, of each component; with those of what it follows."""
    assert points_of(site, "hydrant-1/low") == (PRESSURE,)
    assert points_of(site, "low") == (PRESSURE,)
    assert points_of(site, "hydrant-1/pressure_low") == (PRESSURE,)
    assert points_of(site, "hydrant-1/offline") == ("hydrant-1/online",)
    assert points_of(site, "gates/offline") == ("gates/online",)
    assert points_of(site, "fire-1/*/fire") == ("fire-1/*.fire",)
    assert points_of(site, "fire-1/1-1-5-2/fire") == ("fire-1/1-1-5-2.fire",)
    assert points_of(site, "gate-1/both") == ("gate-1/door_open", PRESSURE)
    doors = ("gate-1/door_open", "gate-1/may_open")
    assert points_of(site, "gate-1/forced") == doors
    assert points_of(site, "gate-1/broken_in") == doors
    assert points_of(site, "gate-1/.door") == doors
    assert points_of(site, "gate-1/refused") == ()
    for name in ("", "hydrant-1/none", "x", "fire-1/*/none", "*", "fire-1/*"):
        with pytest.raises(NoSuchRule):
            points_of(site, name)


def test_what_would_have_been_raised(site: Configuration) -> None:
    """With its delays, its words with their values, how long it lasts; commands are only told."""
    readings = [read(0, 300.0), read(10, 150.0), read(40, 300.0), read(60, 100.0), read(61, 300.0)]
    run = dry_run(site, "hydrant-1/low", [*readings, read(70, 50.0)], at(0), at(100))
    assert keys(run) == [("hydrant-1/low", 12, 41), ("hydrant-1/low", 72, None)]
    first, last = run.raised
    assert (first.text.zh, first.text.en) == ("水压 150 kPa", "Pressure 150 kPa")
    assert (first.point, first.value, first.severity) == (PRESSURE, 150.0, 400)
    assert (first.lasted, last.lasted) == (timedelta(minutes=29), timedelta(minutes=28))
    told = [(each.at, each.device, each.action) for each in run.commands]
    assert told == [(at(12), "gate-1", "open"), (at(72), "gate-1", "open")]
    assert (run.ended, run.complete, run.until, run.readings) == ("whole", True, at(100), 6)


def test_counts_are_in_the_time_of_the_site(site: Configuration) -> None:
    """By the day, quiet ones too, and by the hour; the site is eight hours ahead."""
    minutes = (10, 20, 15 * 60 + 50, 16 * 60 + 10, 40 * 60 + 5)
    readings = [
        each for minute in minutes for each in (read(minute, 100.0), read(minute + 2, 300.0))
    ]
    run = dry_run(site, "hydrant-1/pressure_low", readings, at(0), at(72 * 60))
    hours = [(each.begins.isoformat(), each.raised) for each in run.hours]
    assert hours == [
        ("2026-01-01T08:00:00+08:00", 2),
        ("2026-01-01T23:00:00+08:00", 1),
        ("2026-01-02T00:00:00+08:00", 1),
        ("2026-01-03T00:00:00+08:00", 1),
    ]
    days = [(each.begins.day, each.raised) for each in run.days]
    assert days == [(1, 3), (2, 1), (3, 1), (4, 0)]
    assert run.raised_count == 5


def test_what_was_read_before_brings_the_rule_to_where_it_stood(site: Configuration) -> None:
    """An alarm that was on already is told with its own beginning, and counts as none of these."""
    readings = [read(-60, 300.0), read(-30, 100.0), read(-10, 300.0), read(-5, 100.0)]
    run = dry_run(site, "hydrant-1/low", [*readings, read(10, 300.0)], at(0), at(60))
    assert keys(run) == [("hydrant-1/low", -3, 11)]
    assert run.raised_count == 0
    assert run.commands == ()
    quiet = dry_run(site, "hydrant-1/low", readings[:3], at(0), at(60))
    assert quiet.raised == ()


def test_what_it_follows_runs_with_it(site: Configuration) -> None:
    """Another alarm, a door, a schedule; of those nothing is told."""
    door = "gate-1/door_open"
    readings = [
        *(read(0, 100.0), read(0, value=False, point=door)),
        *(read(5, value=True, point=door), read(6, value=False, point=door)),
    ]
    run = dry_run(site, "both", readings, at(0), at(60))
    assert keys(run) == [("gate-1/both", 5, 6)]
    assert run.commands == (), "those of the rule that it follows are not its own"
    nights = [read(0, value=False, point=door), read(0, value=False, point="gate-1/may_open")]
    for hour in (3, 15):
        nights += [
            read(hour * 60, value=True, point=door),
            read(hour * 60 + 1, value=False, point=door),
        ]
    run = dry_run(site, "broken_in", nights, at(0), at(24 * 60))
    assert [(each.key, each.at) for each in run.raised] == [
        ("gate-1/broken_in", at(15 * 60 + 0.05))
    ]
    assert run.complete
    assert run.untried == ()
    run = dry_run(site, "gate-1/forced", nights, at(0), at(24 * 60))
    assert run.raised_count == 2


def test_components_each_raise_their_own(site: Configuration) -> None:
    """A template makes its rules as components speak; resets of the panel are not recorded."""
    fires = [f"fire-1/1-1-5-{number}.fire" for number in range(3)]
    readings = [read(number, value=True, point=point) for number, point in enumerate(fires)]
    readings.append(read(30, value=False, point=fires[1]))
    run = dry_run(site, "fire-1/*/fire", readings, at(0), at(60))
    assert keys(run) == [
        ("fire-1/1-1-5-0/fire", 0, None),
        ("fire-1/1-1-5-1/fire", 1, 30),
        ("fire-1/1-1-5-2/fire", 2, None),
    ]
    assert [each.en for each in run.untried] == ["a reset of the panel"]
    one = dry_run(site, "fire-1/1-1-5-1/fire", readings, at(0), at(60))
    assert keys(one) == [("fire-1/1-1-5-1/fire", 1, 30)]


def test_a_storm_would_call_nobody(site: Configuration) -> None:
    """The life of alarms is there: what comes in masses is marked as it would be."""
    readings = [
        read(number / 60, value=True, point=f"fire-1/1-1-9-{number}.fire") for number in range(15)
    ]
    run = dry_run(site, "fire-1/*/fire", readings, at(0), at(5))
    assert [each.suppressed for each in run.raised] == [False] * 10 + [True] * 5
    assert run.raised_count == 15


def test_conditions_on_events_are_untried_and_say_so(site: Configuration) -> None:
    """The history has readings only; with the events beside it they are tried."""
    run = dry_run(site, "refused", [], at(0), at(60))
    assert run.raised == ()
    [words] = run.untried
    assert "access.denied" in words.en
    events: list[Event] = [
        Access(device="gate-1", decision="denied", at=at(minute)) for minute in (5, 6, 7, 8)
    ]
    run = dry_run(site, "refused", [], at(0), at(60), events=events)
    [(key, begun, ended)] = keys(run)
    assert (key, begun) == ("gate-1/refused", 7)
    assert ended == pytest.approx(16, abs=0.5)
    assert run.untried == ()


def test_a_silence_that_the_history_does_not_show(site: Configuration) -> None:
    """What stays the same is recorded each quarter of an hour: that is no silence."""
    readings = [*(read(minute, 300.0) for minute in range(0, 120, 15)), read(200, 300.0)]
    for name in ("hydrant-1/silent", "hydrant-1/quiet"):
        run = dry_run(site, name, readings, at(0), at(210))
        assert keys(run) == [(name, 121, 200)]
        [words] = run.silences
        assert "5min" in words.en


def test_what_is_not_complete_says_so(site: Configuration) -> None:
    """A record that begins later, or a point that never spoke; nothing else is wrong with it."""
    readings = [read(0, 300.0)]
    whole = dry_run(site, "low", readings, at(0), at(9), kept_since=at(0))
    assert (whole.complete, whole.unheard) == (True, ())
    late = dry_run(site, "low", readings, at(0), at(9), kept_since=at(1))
    assert (late.complete, late.unheard) == (False, ())
    both = dry_run(site, "both", readings, at(0), at(9))
    assert (both.complete, both.unheard) == (False, ("gate-1/door_open",))
    fires = dry_run(site, "fire-1/*/fire", [], at(0), at(9))
    assert fires.unheard == ("fire-1/*.fire",)


def test_readings_are_bounded(site: Configuration) -> None:
    """What is too much is left out at its end, and the trial says how far it came."""
    readings = [read(minute, 300.0 + minute) for minute in range(100)]
    for known in (readings, readings[:50]):
        run = dry_run(site, "low", known, at(0), at(200), most=50)
        assert (run.ended, run.readings, run.until) == ("too_many", 50, at(49))
        assert not run.complete
    assert dry_run(site, "low", readings[:49], at(0), at(200), most=50).ended == "whole"


def test_alarms_that_are_listed_are_bounded(
    site: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that would raise at each reading is counted in full and told in part."""
    monkeypatch.setattr(module, "LISTED", 20)
    readings = [
        read(minute, value=minute % 2 == 0, point="hydrant-1/tamper") for minute in range(200)
    ]
    run = dry_run(site, "hydrant-1/tamper", readings, at(0), at(300))
    assert (len(run.raised), run.raised_count) == (20, 100)
    assert sum(each.raised for each in run.hours) == 100


def test_time_is_bounded(site: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trial that takes too long ends, with what has come of it by then."""
    monkeypatch.setattr(module, "PATIENCE_S", -1.0)
    run = dry_run(site, "mean", [read(0, 300.0)], at(0), at(24 * 60))
    assert (run.ended, run.complete) == ("too_long", False)
    assert run.until <= at(60)


class Restless:
    """A rule that wants to be woken again and again."""

    id = "court/restless"
    points: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def start(self) -> None:
        """No state."""

    def step(self, state: None, record: object, now: datetime) -> Step[None]:
        """Ask again."""
        del record
        return Step(state, wake=now + timedelta(seconds=1))


def test_a_rule_that_never_rests_ends_the_trial(
    site: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a case of rules: it would keep the gateway busy for ever."""
    monkeypatch.setattr("edge.trial.chosen.rules_of", lambda _: ((Restless(),), ()))
    monkeypatch.setattr(stage, "MOST_WAKES", 100)
    assert dry_run(site, "court/restless", [], at(0), at(600)).ended == "restless"
