"""The demonstration's own judgement: it must see what is missing, doubled, late or unasked for."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from edge.config import load
from edge.errors import ConfigError
from simulators.community import simulators_of
from simulators.demo.outages import Outages
from simulators.demo.report import Seen, compare, expectations, latency, split
from simulators.demo.scenario import (
    AT_PLATFORM,
    Expectation,
    Scenario,
    Step,
    load_scenario,
    scenario_names,
)
from simulators.demo.stage import SITES
from simulators.platform.dispatch import COMMAND
from simulators.platform.person import VERBS
from simulators.platform.report import Latency
from tests.fakes.time import EPOCH

FIRE = Expectation(alarm="fire-1/fire", issue="fire", notice="building")
IN_CODE = {("b3", "fire_confirmed"), ("gate-4", "did_not_open")}
"""Alarms of stories that no file describes."""

LATE = Expectation(alarm="lift-1/stopped", after=timedelta(seconds=30))


def seen(alarms: dict[str, int], *, doubled: bool = False) -> Seen:
    """A platform that holds alarms, and an issue and a notice for the fire."""
    fires = alarms.get("fire-1/fire", 0)
    return Seen(
        alarms=Counter(alarms),
        issues=Counter({("fire-1/fire", "fire"): fires + doubled}),
        notices=Counter({("fire-1/fire", "building"): fires}),
    )


def test_all_is_well() -> None:
    """Exactly what was expected, and what only may come."""
    assert compare([FIRE], [LATE], seen({"fire-1/fire": 1})) == ([], [])
    assert compare([FIRE], [LATE], seen({"fire-1/fire": 1, "lift-1/stopped": 1})) == ([], [])


def test_what_is_missing_is_named() -> None:
    """Each of alarm, issue and notice."""
    missing, unexpected = compare([FIRE], [], seen({}))
    assert missing == [
        "alarm fire-1/fire",
        "issue fire-1/fire fire",
        "notice fire-1/fire building",
    ]
    assert unexpected == []


def test_what_comes_twice_or_unasked_is_named() -> None:
    """An alarm raised again, a second issue, an alarm nobody expected."""
    _, unexpected = compare([FIRE], [], seen({"fire-1/fire": 2}))
    assert "alarm fire-1/fire" in unexpected
    _, unexpected = compare([FIRE], [], seen({"fire-1/fire": 1}, doubled=True))
    assert unexpected == ["issue fire-1/fire fire"]
    _, unexpected = compare([FIRE], [], seen({"fire-1/fire": 1, "lift-9/door": 1}))
    assert unexpected == ["alarm lift-9/door"]


def test_a_short_play_does_not_wait_for_what_comes_late() -> None:
    """What is due after the end may have come, and may not."""
    steps = [Step(second=10, do="trap", expect=(FIRE, LATE))]
    assert expectations(steps, seconds=30) == ([FIRE], [LATE])
    assert expectations(steps, seconds=90) == ([FIRE, LATE], [])


def sample(second: float, ms: float) -> Latency:
    """An alarm at a second, stored so many milliseconds later."""
    at = EPOCH + timedelta(seconds=second)
    return Latency("a", "fault", at, at + timedelta(milliseconds=ms))


def test_latency_is_the_nearest_rank() -> None:
    """p99 of few samples is the worst of them; nothing is interpolated away."""
    found = latency([sample(n, n) for n in range(1, 101)])
    assert found is not None
    assert (found.count, found.p50, found.p99, found.max) == (100, 50, 99, 100)
    worst = latency([sample(0, 1), sample(0, 2), sample(0, 900)])
    assert worst is not None
    assert worst.p99 == 900
    assert latency([]) is None


def test_waiting_for_a_broken_way_is_told_apart() -> None:
    """An alarm before, in and after an outage; the outage lasts until the way is seen whole."""
    outages = Outages()
    outages.begin(EPOCH + timedelta(seconds=100))
    outages.seen_whole(EPOCH + timedelta(seconds=110))
    assert outages.ongoing, "not mended yet: that was under way before"
    outages.all[-1].mended = EPOCH + timedelta(seconds=120)
    outages.seen_whole(EPOCH + timedelta(seconds=121))
    assert not outages.ongoing
    before, during, after = sample(50, 5), sample(105, 16_000), sample(130, 5)
    whole, waited = split([before, during, after], outages)
    assert (whole, waited) == ([before, after], [during])


def test_a_cut_in_a_cut_is_one_outage() -> None:
    """Killed again before it was back."""
    outages = Outages()
    outages.begin(EPOCH)
    outages.begin(EPOCH + timedelta(seconds=1))
    assert len(outages.all) == 1


@pytest.mark.parametrize("name", scenario_names())
def test_scenarios_fit_their_site(name: str) -> None:
    """Every device is there, every alarm exists on it, every interruption is known."""
    scenario = load_scenario(name, seed=1)
    site_file = Path(str(SITES / scenario.site / "site.yaml"))
    configuration = load(site_file)
    simulators = simulators_of(site_file)
    assert set(simulators) == set(configuration.site.devices)
    alarms = {(each.device, each.name) for each in configuration.alarms} | IN_CODE
    assert scenario.steps
    for step in scenario.steps:
        if step.device:
            assert step.device in simulators
        else:
            known = step.do in {"cut_cloud", "fill_disk", "kill_gateway"}
            assert known or step.do in {f"{AT_PLATFORM}{verb}" for verb in (*VERBS, COMMAND)}
        assert set(step.reaches) <= set(simulators)
        assert step.opens in {"", *simulators}
        for each in step.expect:
            device, *_, alarm = each.alarm.split("/")
            assert (device, alarm) in alarms


def test_random_moments_follow_the_seed() -> None:
    """The same seed tells the same story, another one another."""

    def kills(seed: int) -> list[float]:
        scenario: Scenario = load_scenario("evening_gateway_killed", seed)
        return [step.second for step in scenario.steps if step.do == "kill_gateway"]

    assert kills(1) == kills(1)
    assert kills(1) != kills(2)
    assert len(kills(1)) == 3


def test_an_unknown_scenario_names_those_there_are() -> None:
    """A wrong name is a mistake of a person."""
    with pytest.raises(ConfigError, match="evening_cloud_cut"):
        load_scenario("night", 1)
