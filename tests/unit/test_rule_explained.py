"""Why an alarm is on or not, condition by condition."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from edge.model import Access, Covers, Lane, Quality, Reading, Text
from edge.rules.alarm import EventAlarm, PointAlarm, StaleAlarm, Words
from edge.rules.build import build
from edge.rules.explain import Explained
from edge.rules.explaining import explain
from edge.rules.rule import Rule
from edge.rules.window import WindowRule
from edge.schema import AlarmSpec
from tests.fakes.time import EPOCH
from tests.fakes.written import PLAIN, Scene, rule, schedule, small_site

LEVEL = "sump-1/level"
WORDS = Words(category="x", severity=1, lane=Lane.FAULT, text=Text("报警", "alarm"))


def explained(
    scene: Scene, *readings: Reading, of: Rule[Any] | None = None
) -> tuple[Explained, tuple[Explained, ...]]:
    """The whole, and its conditions one after the other, outer ones first."""
    found = scene.engine.look((of or scene.rules[-1]).id)
    assert found is not None
    watched, state = found
    whole = explain(watched, state, scene.now, {each.point: each for each in readings})
    assert scene.engine.look(watched.id) == (watched, state)
    return whole, tuple(_flat(whole.parts))


def _flat(parts: tuple[Explained, ...]) -> list[Explained]:
    return [each for part in parts for each in (part, *_flat(part.parts))]


def test_a_tree_says_of_each_part_how_it_stands() -> None:
    """What holds, since when, what is waited for, and the value now."""
    when = {
        "all": [
            {"point": LEVEL, "above": "80 %", "for": "10s"},
            {"not": {"point": "sump-1/running", "equals": True}},
            {"mean": "sump-2/level", "over": "5min", "above": 60},
        ]
    }
    own = {"raise": {**PLAIN, "device": "sump-1"}}
    scene = Scene(rule(when, **own)).at(5).reads(LEVEL, 90.0).reads("sump-1/running", value=False)
    whole, parts = explained(scene.at(8), Reading(point=LEVEL, value=91.5, at=scene.now))
    assert (whole.words.zh, whole.truth) == ("进水", False)
    assert [(part.words.zh, part.truth) for part in parts] == [
        ("以下全部成立", False),
        ("sump-1号 水位 高于 80 %，持续 10s", False),
        ("以下不成立", True),
        ("sump-1号 运行 为 是", False),
        ("sump-2号 水位 5min 内的平均值 高于 60 %", None),
    ]
    level = parts[1]
    assert (level.value, level.unit) == (91.5, "%")
    assert level.since == EPOCH + timedelta(seconds=5)
    assert level.until == EPOCH + timedelta(seconds=15)
    assert parts[2].since == EPOCH + timedelta(seconds=5)


def test_the_delay_of_the_whole() -> None:
    """The conditions hold, the alarm waits until its time is over."""
    scene = Scene(rule({"point": LEVEL, "above": 80}, **{"for": "10s"})).at(1).reads(LEVEL, 90.0)
    whole, [level] = explained(scene.at(2))
    assert (whole.truth, level.truth) == (False, True)
    assert (whole.since, whole.until) == (
        EPOCH + timedelta(seconds=1),
        EPOCH + timedelta(seconds=11),
    )


def test_every_kind_of_condition_has_words_and_a_value() -> None:
    """In both languages, with what is counted or computed."""
    kinds: list[dict[str, Any]] = [
        {"count": {"event": "access.denied", "device": "gate-1"}, "within": "10min", "above": 3},
        {"change": LEVEL, "within": "1min", "above": 20},
        {"rate": LEVEL, "over": "1min", "per": "hour", "below": -5},
        {"absent": {"event": "access.granted"}, "for": "3d"},
        {"during": "night"},
        {"event": "alarm.raised", "category": "lift.*", "lasts": "30s"},
        {"alarm": "lift-1/stuck"},
        {"expression": "a > 1", "where": {"a": LEVEL}},
        {"point": "sump-1/mode", "any_of": [1, 2]},
        {"point": LEVEL, "outside": [20, 80]},
        {"point": LEVEL, "stale": "5min"},
        {"point": "sump-1/mode", "not_equals": 1},
    ]
    scene = Scene(rule({"any": kinds})).reads(LEVEL, 40.0)
    scene.hears(Access(device="gate-1", decision="denied", at=scene.now))
    _, [_, *parts] = explained(scene.at(10).reads(LEVEL, 50.0))
    assert [part.words.en for part in parts] == [
        "Gate-1 access.denied within 10min: a count above 3",
        "Sump-1 Level: change over 1min above 20 %",
        "Sump-1 Level: rise per hour over 1min below -5 %",
        "no access.granted for 3d",
        "it is night",
        "alarm.raised lift.* came 30s ago at most",
        "the alarm lift-1/stuck is active",
        "a > 1 (a = sump-1/level)",
        "Sump-1 Mode is one of auto, 2",
        "Sump-1 Level outside 20 % to 80 %",
        "Sump-1 Level was not heard of for 5min",
        "Sump-1 Mode is not auto",
    ]
    assert all(part.words.zh for part in parts)
    count, change, _, absent, during, *_ = parts
    assert (count.value, change.value, change.unit) == (1, 10, "%")
    assert absent.until == EPOCH + timedelta(days=3)
    assert during.until == EPOCH + timedelta(hours=14)


def test_an_alarm_of_a_profile() -> None:
    """Its condition in words, the value now, and the end of its delay."""
    spec = AlarmSpec.model_validate_json(
        json.dumps({**PLAIN, "when": {"point": "level", "above": 80}, "for": "30s"})
    )
    alarm = build(small_site().devices["sump-1"], "high", spec)
    assert isinstance(alarm, PointAlarm)
    scene = Scene(alarm).reads(LEVEL, 90.0)
    whole, [level] = explained(scene.at(1), Reading(point=LEVEL, value=92.0, at=scene.now))
    assert (whole.truth, whole.until) == (False, EPOCH + timedelta(seconds=30))
    assert (level.words.en, level.truth, level.value) == ("Sump-1 Level above 80 %", True, 92.0)
    bad = Reading(point=LEVEL, value=92.0, at=scene.now, quality=Quality.BAD)
    assert explained(scene, bad)[1][0].truth is None


def test_alarms_on_silence_and_on_events() -> None:
    """When they will be raised, and when they will be over."""
    silence = StaleAlarm(
        id="d/s", device="d", name="s", point="d/x", words=WORDS, after=timedelta(minutes=5)
    )
    forced = EventAlarm(
        id="gate-1/f",
        device="gate-1",
        name="f",
        event="access.forced",
        words=WORDS,
        lasts=timedelta(minutes=1),
    )
    scene = Scene(silence, forced).at(10).passes("forced")
    whole, [heard] = explained(scene, of=silence)
    assert (whole.truth, heard.truth, heard.until) == (False, False, EPOCH + timedelta(minutes=5))
    whole, [came] = explained(scene, of=forced)
    assert (whole.truth, came.since, came.until) == (True, scene.now, EPOCH + timedelta(seconds=70))
    assert explained(scene.at(301), of=silence)[0].truth is True


def test_a_rule_that_lists_no_conditions_says_so() -> None:
    """Nothing is invented for it."""
    window = WindowRule(
        name="monthly",
        why="test",
        covers=Covers(building="b1"),
        reason="",
        schedule=schedule({"from": "22:00", "to": "06:00"}),
    )
    whole, parts = explained(Scene(window))
    assert (whole.words.en, whole.truth) == ("a rule in code, which does not list conditions", None)
    assert parts == ()


def test_it_goes_into_a_document() -> None:
    """Nothing in it that JSON could not say, but instants."""
    whole, _ = explained(Scene(rule({"all": [{"point": LEVEL, "above": 80}]})).reads(LEVEL, 90.0))
    assert json.loads(json.dumps(asdict(whole), default=str))["parts"][0]["truth"] is True
