"""Rules that a site wrote: each kind of condition, and how they join."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from edge.model import AlarmCleared, AlarmRaised, AlarmUpdated, Quality
from tests.fakes.written import PLAIN, Scene, rule

LEVEL = "sump-1/level"


def test_a_point_above_its_limit() -> None:
    """Raised at the reading that goes above, cleared at the one that does not."""
    scene = Scene(rule({"point": LEVEL, "above": "80 %"}))
    scene.reads(LEVEL, 80.0).at(1).reads(LEVEL, 80.5).at(2).reads(LEVEL, 90.0)
    [raised] = scene.said
    assert isinstance(raised, AlarmRaised)
    assert (raised.alarm, raised.device, raised.rule) == ("sump-1/flood", "sump-1", "flood")
    assert (raised.cause.point, raised.cause.value) == (LEVEL, 80.5)
    assert (raised.cause.unit, raised.cause.limit) == ("%", 80)
    scene.at(3).reads(LEVEL, 80.0)
    assert scene.said[1:] == [AlarmCleared(alarm="sump-1/flood", at=scene.now)]


def test_the_way_back_with_a_deadband() -> None:
    """It is over only when the value has come back by the deadband."""
    scene = Scene(rule({"point": LEVEL, "above": 80, "deadband": 5}))
    scene.reads(LEVEL, 81.0).at(1).reads(LEVEL, 76.0)
    assert scene.active
    scene.at(2).reads(LEVEL, 75.0)
    assert not scene.active


@pytest.mark.parametrize(
    ("compared", "fits", "fits_not"),
    [
        ({"point": "sump-1/running", "equals": True}, True, False),
        ({"point": "sump-1/running", "not_equals": True}, False, True),
        ({"point": "sump-1/mode", "any_of": [2, 3]}, 3, 1),
        ({"point": "sump-1/says", "equals": "E1"}, "E1", "E2"),
        ({"point": LEVEL, "below": 20}, 19.9, 20),
        ({"point": LEVEL, "outside": [20, 80]}, 81, 80),
        ({"point": LEVEL, "outside": [20, 80]}, 19, 20),
    ],
)
def test_each_comparison(compared: dict[str, Any], fits: Any, fits_not: Any) -> None:
    """True for the one value, false for the other."""
    scene = Scene(rule(compared)).reads(compared["point"], fits_not)
    assert not scene.active
    assert scene.at(1).reads(compared["point"], fits).active
    assert not scene.at(2).reads(compared["point"], fits_not).active


def test_a_value_of_another_type_is_no_value() -> None:
    """A float point that says text, or not a number, leaves the rule as it is."""
    scene = Scene(rule({"point": LEVEL, "above": 80})).reads(LEVEL, 90.0)
    for value in ("much", float("nan"), float("inf"), None, True):
        scene.reads(LEVEL, value)
    scene.reads(LEVEL, 10.0, Quality.BAD)
    assert scene.kinds == ["alarm.raised"]


@pytest.mark.parametrize("before", [90.0, 10.0])
@pytest.mark.parametrize("missing", ["keep", True, False])
def test_what_a_missing_value_counts_as(*, missing: str | bool, before: float) -> None:
    """Kept, or the word that the rule writes, whatever the bad value itself is."""
    scene = Scene(rule({"point": LEVEL, "above": 80}, missing=missing)).reads(LEVEL, before)
    active = before == 90.0 if missing == "keep" else missing
    assert scene.at(1).reads(LEVEL, 10.0, Quality.BAD).active is active
    assert scene.at(2).reads(LEVEL, 90.0, Quality.BAD).active is active
    assert not scene.at(3).reads(LEVEL, 10.0).reads(LEVEL, 11.0).active


def test_nothing_begins_or_ends_on_a_value_that_is_missing() -> None:
    """A delay that ends while nothing is known waits for the next good value."""
    delays = {"for": "10s", "clear_for": "10s"}
    scene = Scene(rule({"point": LEVEL, "above": 80}, **delays)).reads(LEVEL, 90.0)
    assert scene.at(5).reads(LEVEL, None).at(60).kinds == []
    assert scene.reads(LEVEL, 91.0).kinds == ["alarm.raised"]
    scene.at(70).reads(LEVEL, 10.0).at(75).reads(LEVEL, 10.0, Quality.BAD)
    assert scene.at(120).active
    assert not scene.reads(LEVEL, 11.0).active


@pytest.mark.parametrize("value", [10**400, -(10**400), 1e300, 1e19])
@pytest.mark.parametrize("figure", ["mean", "max", "rate", "change"])
def test_no_number_breaks_a_rule(figure: str, value: float) -> None:
    """What nobody can have measured is missing, and what was kept before it is kept."""
    when = {figure: LEVEL, "within" if figure == "change" else "over": "10s", "above": 50}
    scene = Scene(rule(when))
    for second in range(30):
        scene.at(second).reads(LEVEL, value if second % 2 else 10.0)
    scene.restarts()
    assert scene.kinds == []


def test_an_event_comes_once_to_a_rule_that_names_it_twice() -> None:
    """Of all devices in one condition, of one device in another: it is counted once."""
    count = {"event": "access.denied", "device": "gate-1"}
    when = {
        "any": [
            {"all": [{"event": "access.denied"}, {"event": "access.forced"}]},
            {"count": count, "within": "10min", "above": 2},
        ]
    }
    scene = Scene(rule(when)).passes("denied").passes("denied")
    assert scene.kinds == []
    assert scene.passes("denied").kinds == ["alarm.raised"]


def test_a_missing_value_that_decides_nothing() -> None:
    """One false part makes `all` false, whatever is missing beside it."""
    parts = [{"point": LEVEL, "above": 80}, {"point": "sump-2/level", "above": 80}]
    scene = Scene(rule({"all": parts}, **{"raise": {**PLAIN, "device": "sump-1"}}))
    scene.reads(LEVEL, 90.0).reads("sump-2/level", 90.0)
    assert scene.reads(LEVEL, None).active
    assert not scene.reads("sump-2/level", 10.0).active


def test_delays_of_the_whole_and_of_a_part() -> None:
    """A part counts after its own time, the whole after its own besides; back at once."""
    when = {
        "all": [
            {"point": LEVEL, "above": 80, "for": "10s"},
            {"not": {"point": "sump-1/running", "equals": True}},
        ]
    }
    scene = Scene(rule(when, **{"for": "5s", "clear_for": "1min"}))
    scene.reads("sump-1/running", value=False).reads(LEVEL, 90.0)
    assert not scene.at(14.9).active
    assert scene.at(15).active
    scene.at(20).reads("sump-1/running", value=True)
    assert scene.at(79).active
    assert not scene.at(80).active
    assert [each.at for each in scene.said if isinstance(each, AlarmCleared)] == [scene.now]


def test_a_dip_starts_the_delay_anew() -> None:
    """Ten seconds above have to be ten seconds in one piece."""
    scene = Scene(rule({"point": LEVEL, "above": 80, "for": "10s"})).reads(LEVEL, 90.0)
    scene.at(9).reads(LEVEL, 70.0).at(9.5).reads(LEVEL, 90.0)
    assert not scene.at(19).active
    assert scene.at(19.5).active


def test_events_count_for_a_while() -> None:
    """From the event on for `lasts`; another one prolongs it."""
    scene = Scene(rule({"event": "access.forced", "device": "gate-1", "lasts": "30s"}))
    scene.passes("forced", "gate-2").passes("granted")
    assert not scene.active
    assert scene.at(10).passes("forced").active
    assert scene.at(30).passes("forced").active
    assert scene.at(59).active
    assert not scene.at(60).active


def test_counting_events() -> None:
    """More than three within ten minutes; they are forgotten bucket by bucket."""
    when = {"count": {"event": "access.denied", "device": "gate-1"}, "within": "10min", "above": 3}
    scene = Scene(rule(when))
    for seconds in (0, 100, 200):
        scene.at(seconds).passes("denied")
    assert not scene.active
    assert scene.at(590).passes("denied").active
    assert scene.at(600).active
    assert not scene.at(610).active


def test_absence_of_an_event() -> None:
    """Three days without anybody, counted from the start; the first who comes ends it."""
    when = {"absent": {"event": "access.granted", "device": "gate-1"}, "for": "3d"}
    scene = Scene(rule(when))
    assert not scene.at(3 * 86400 - 1).active
    assert scene.at(3 * 86400).active
    assert not scene.passes("granted").active
    assert not scene.at(6 * 86400 - 1).active
    assert scene.at(6 * 86400).active


def test_staleness() -> None:
    """Nothing good for five minutes; a bad reading is nothing good."""
    scene = Scene(rule({"point": LEVEL, "stale": "5min"})).at(100).reads(LEVEL, 1.0)
    scene.at(300).reads(LEVEL, 1.0, Quality.BAD)
    assert not scene.at(399).active
    assert scene.at(400).active
    assert not scene.at(500).reads(LEVEL, 1.0).active


def test_another_alarm() -> None:
    """True from its raise to its clear; not when that was raised in a test."""
    watched, follows = rule({"point": LEVEL, "above": 80}), rule({"alarm": "sump-1/flood"}, id="b")
    scene = Scene(watched, follows).reads(LEVEL, 90.0).at(1).reads(LEVEL, 10.0)
    keys = [each.alarm for each in scene.said if isinstance(each, AlarmRaised | AlarmCleared)]
    assert keys == ["sump-1/flood", "sump-1/b", "sump-1/flood", "sump-1/b"]


def test_another_alarm_that_outlasts_a_test() -> None:
    """Raised in a test it does not count; it does once the test is over and it goes on."""
    [raised] = Scene(rule({"point": LEVEL, "above": 80})).reads(LEVEL, 90.0).said
    assert isinstance(raised, AlarmRaised)
    scene = Scene(rule({"alarm": "sump-1/flood"}, id="b"))
    scene.hears(replace(raised, suppressed=("test",)))
    assert scene.kinds == []
    scene.hears(AlarmUpdated(alarm="sump-1/flood", why="realarmed", at=scene.now))
    assert scene.kinds == []
    scene.hears(AlarmUpdated(alarm="sump-1/flood", why="unsuppressed", at=scene.now))
    assert scene.kinds == ["alarm.raised"]


def test_a_schedule() -> None:
    """Night in Shanghai is 14:00 to 22:00 UTC; it begins and ends by itself."""
    scene = Scene(rule({"all": [{"during": "night"}, {"point": LEVEL, "above": 80}]}))
    scene.reads(LEVEL, 90.0)
    assert not scene.at(14 * 3600 - 1).active
    assert scene.at(14 * 3600).active
    assert scene.at(22 * 3600 - 1).active
    assert not scene.at(22 * 3600).active


def test_an_expression() -> None:
    """Over several points, once all of them have been heard; what cannot be computed is missing."""
    when = {
        "expression": "a / b > 2 and not p",
        "where": {"a": LEVEL, "b": "sump-2/level", "p": "sump-1/running"},
    }
    scene = Scene(rule(when, **{"raise": {**PLAIN, "device": "sump-1"}}))
    scene.reads(LEVEL, 50.0).reads("sump-2/level", 10.0)
    assert not scene.active
    assert scene.reads("sump-1/running", value=False).active
    assert scene.reads("sump-2/level", 0.0).active
    assert not scene.reads("sump-1/running", value=True).reads("sump-2/level", 10.0).active


def test_a_mean_waits_until_half_is_known_and_moves_with_time() -> None:
    """A hundred, then sixty: half-way the mean is 80, though no reading came meanwhile."""
    scene = Scene(rule({"mean": LEVEL, "over": "5min", "above": 80})).reads(LEVEL, 100.0)
    assert not scene.at(149).active
    assert scene.at(150).active
    scene.at(400).reads(LEVEL, 60.0)
    assert scene.at(549).active
    assert not scene.at(550).active


@pytest.mark.parametrize(
    ("when", "active"),
    [
        ({"min": LEVEL, "over": "1min", "above": 30}, False),
        ({"min": LEVEL, "over": "1min", "below": 30}, True),
        ({"max": LEVEL, "over": "1min", "above": 59}, True),
        ({"change": LEVEL, "within": "1min", "above": 19}, True),
        ({"change": LEVEL, "within": "1min", "above": 21}, False),
        ({"rate": LEVEL, "over": "1min", "above": 19}, True),
        ({"rate": LEVEL, "over": "1min", "per": "hour", "above": 1100}, True),
        ({"rate": LEVEL, "over": "1min", "per": "second", "above": 0.3}, True),
    ],
)
def test_each_statistic(when: dict[str, Any], *, active: bool) -> None:
    """Twenty, thirty, sixty, forty in a minute."""
    scene = Scene(rule(when))
    for seconds, value in ((0, 20.0), (20, 30.0), (40, 60.0), (59, 40.0)):
        scene.at(seconds).reads(LEVEL, value)
    assert scene.active is active
