"""What a written rule keeps: how often, how much, what a new clock or a rewritten rule changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from edge.model import Command
from tests.fakes.time import EPOCH
from tests.fakes.written import PLAIN, Scene, rule

LEVELS = ("sump-1/level", "sump-2/level")
OF_SUMP = {"raise": {**PLAIN, "device": "sump-1"}}


@pytest.mark.parametrize("missing", ["keep", False])
def test_a_rewritten_rule_begins_anew_but_stays_active(*, missing: str | bool) -> None:
    """What was kept for other conditions is dropped; the alarm is cleared by the new ones."""
    before = Scene(rule({"point": LEVELS[0], "above": 80})).reads(LEVELS[0], 90.0)
    kept = before.engine.take_changed()
    after = Scene(rule({"all": [{"point": LEVELS[0], "above": 95}]}, missing=missing))
    after.engine.restore(kept)
    after.said = after.engine.begin(EPOCH)
    assert after.kinds == ([] if missing == "keep" else ["alarm.cleared"])
    after.reads(LEVELS[0], 90.0)
    assert after.kinds == ["alarm.cleared"]


@pytest.mark.parametrize(("length", "seconds"), [("5s", 60), ("5min", 60), ("3h", 180)])
def test_a_window_is_written_once_a_minute_at_most(length: str, seconds: int) -> None:
    """Readings and the ends of short buckets cost no write, however many rules have windows."""
    when = {"mean": LEVELS[0], "over": length, "above": 200}
    scene = Scene(rule(when)).reads(LEVELS[0], 50.0)
    writes = []
    for second in range(600):
        scene.at(second).reads(LEVELS[0], float(second % 100))
        writes += [second] * bool(scene.engine.take_changed())
    on_time = list(range(0, 600, seconds))
    assert [second for second in writes if second in on_time] == on_time
    assert len(writes) <= len(on_time) + 1, "and once when the half of it is known"


@pytest.mark.parametrize("missing", [True, False])
def test_a_short_window_that_a_restart_lost_says_nothing_new(*, missing: bool) -> None:
    """Until half of it can be known again the condition stays what it was."""
    when = {"mean": LEVELS[0], "over": "10s", "above": 50}
    value = 40.0 if missing else 60.0
    scene = Scene(rule(when, missing=missing)).reads(LEVELS[0], value).at(20)
    before = list(scene.kinds)
    scene.kept |= scene.engine.take_changed()
    for second in range(40, 60):
        scene.at(second).reads(LEVELS[0], value)
        if second == 40:
            scene.restarts()
    assert scene.kinds == before
    assert scene.active is not missing


def test_what_a_rule_keeps_is_bounded() -> None:
    """A window of a month, full to the brim: sixty buckets, a few kilobytes."""
    scene = Scene(rule({"mean": LEVELS[0], "over": "31d", "above": 80}))
    for hours in range(0, 24 * 40, 3):
        scene.at(hours * 3600).reads(LEVELS[0], 12.5)
    [kept] = scene.engine.take_changed().values()
    assert len(kept) < 4096


def test_a_clock_that_is_set_leaves_every_delay_as_long_as_it_was() -> None:
    """A window, an absence, an on-delay in a part: all move with the clock."""
    when = {
        "any": [
            {"mean": LEVELS[0], "over": "10s", "above": 80},
            {"absent": {"event": "access.granted"}, "for": "1h"},
            {"point": LEVELS[1], "above": 80, "for": "30s"},
        ]
    }
    plain, moved = Scene(rule(when, **OF_SUMP)), Scene(rule(when, **OF_SUMP))
    for scene in (plain, moved):
        scene.reads(LEVELS[0], 70.0).at(3).reads(LEVELS[0], 90.0).reads(LEVELS[1], 90.0)
    day = timedelta(days=1)
    moved.engine.shift(day)
    moved.now, moved.start = moved.now + day, moved.start + day
    for scene in (plain, moved):
        scene.at(9).reads(LEVELS[0], 60.0).at(50).reads(LEVELS[1], 0.0).at(4000)
    assert [each.at + day for each in plain.said if not isinstance(each, Command)] == [
        each.at for each in moved.said if not isinstance(each, Command)
    ]
    assert plain.kinds == moved.kinds
    assert len(plain.kinds) == 5


@pytest.mark.parametrize(
    "when",
    [
        {"expression": "a + b > 100", "where": {"a": LEVELS[0], "b": LEVELS[1]}},
        {"mean": LEVELS[0], "over": "1min", "above": 50},
        {"change": LEVELS[0], "within": "1min", "above": -1},
    ],
)
def test_what_was_not_heard_since_a_restart_is_not_missing(when: dict[str, Any]) -> None:
    """Even where a missing value counts as false, a restart clears nothing."""
    scene = Scene(rule(when, missing=False, **OF_SUMP))
    scene.reads(LEVELS[0], 60.0).reads(LEVELS[1], 60.0).at(40)
    assert scene.active
    scene.restarts().at(41).reads(LEVELS[1], 61.0)
    assert scene.kinds == ["alarm.raised"]
    scene.at(42).reads(LEVELS[0], None)
    assert scene.kinds == ["alarm.raised", *([] if "mean" in when else ["alarm.cleared"])]


def test_a_bool_that_is_told_once_is_known_after_a_restart() -> None:
    """What changes rarely may not come again for long: an expression does not wait for it."""
    when = {"expression": "a > 50 and p", "where": {"a": LEVELS[0], "p": "sump-1/running"}}
    scene = Scene(rule(when)).reads("sump-1/running", value=True).restarts()
    assert scene.reads(LEVELS[0], 60.0).active
