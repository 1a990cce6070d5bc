"""Whatever comes in whatever order: a restart and the fast path change nothing of what is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.model import DeviceReset, Lane, Quality, Reading, Record, Text, Value
from edge.rules.alarm import PointAlarm, Words
from edge.rules.build import comparison
from edge.rules.engine import Engine
from edge.rules.rule import Rule, Step
from edge.rules.template import Template
from edge.schema import Condition
from tests.fakes.time import EPOCH
from tests.fakes.written import PLAIN, RAISE, Scene, rule

LEVELS = ("sump-1/level", "sump-2/level")
RUNNING = "sump-1/running"
OF_SUMP = {"raise": {**PLAIN, "device": "sump-1"}}
TOLD = {"raise": {**RAISE, "device": "sump-1"}}

TERMS: tuple[dict[str, Any], ...] = (
    {"point": "sump-1/level", "above": 50},
    {"point": "sump-1/level", "above": 50, "deadband": 20, "for": "3s"},
    {"point": "sump-1/level", "outside": [30, 70], "deadband": 10},
    {"point": "sump-2/level", "below": 40},
    {"point": RUNNING, "equals": True, "for": "2s"},
    {"point": RUNNING, "not_equals": True},
    {"count": {"event": "access.denied", "device": "gate-1"}, "within": "5s", "above": 1},
    {"absent": {"event": "access.denied", "device": "gate-1"}, "for": "4s"},
    {"event": "access.denied", "device": "gate-1", "lasts": "3s"},
    {"alarm": "sump-1/other"},
    {"during": "night"},
    {"expression": "a - b > 5 and not p", "where": {"a": LEVELS[0], "b": LEVELS[1], "p": RUNNING}},
)
OVER_TIME: tuple[dict[str, Any], ...] = (
    {"mean": "sump-1/level", "over": "5s", "above": 50},
    {"min": "sump-1/level", "over": "4s", "above": 30},
    {"max": "sump-2/level", "over": "4s", "below": 60},
    {"change": "sump-1/level", "within": "5s", "above": 20},
    {"rate": "sump-1/level", "over": "6s", "per": "second", "outside": [-5, 5]},
)

Happening: TypeAlias = tuple[str, Any]

values = st.one_of(st.none(), st.sampled_from([10.0, 30.0, 35, 45.0, 50.0, 60.0, 75.0, 90.0]))
happenings: st.SearchStrategy[Happening] = st.one_of(
    st.tuples(st.sampled_from(LEVELS), values),
    st.tuples(st.just(RUNNING), st.one_of(st.none(), st.booleans())),
    st.tuples(st.sampled_from(LEVELS), st.just("nonsense")),
    st.tuples(st.just("bad"), st.sampled_from((*LEVELS, RUNNING))),
    st.tuples(st.just("denied"), st.just("gate-1")),
    st.tuples(st.just("wait"), st.integers(1, 4)),
)

within_a_second: st.SearchStrategy[Happening] = st.tuples(
    st.just("wait"), st.sampled_from([0.3, 0.7])
)


def rules_of(terms: Sequence[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Conditions up to three deep, made of these terms."""
    return st.recursive(
        st.sampled_from(terms),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
            inner.map(lambda part: {"all": [part], "for": "2s"}),
        ),
        max_leaves=4,
    )


options = st.fixed_dictionaries(
    {},
    optional={
        "for": st.sampled_from(["1s", "3s"]),
        "clear_for": st.sampled_from(["2s"]),
        "missing": st.booleans(),
        "command": st.just([{"device": "gate-1", "action": "open"}]),
    },
)


class Story:
    """Plays what happens to a scene, in seconds; ends at the same moment for all."""

    def __init__(self, *rules: Rule[Any]) -> None:
        self.scene = Scene(*rules, start=EPOCH + timedelta(hours=13, minutes=59, seconds=50))
        self.seconds = 0.0
        self.last: dict[str, Value | None] = {}

    def play(self, what: Happening) -> None:
        """One thing that happens."""
        name, about = what
        if name == "wait":
            self.seconds += about
            self.scene.at(self.seconds)
        elif name == "denied":
            self.scene.passes("denied", about)
        elif name == "bad":
            self.last[about] = None
            self.scene.reads(about, 1.0, Quality.BAD)
        else:
            self.last[name] = about
            self.scene.reads(name, about)

    def read_again(self) -> None:
        """Every point says again what it said last, as after each start."""
        for point, value in self.last.items():
            self.scene.reads(point, value)


OTHER = rule({"point": "sump-2/level", "above": 55}, id="other")


@given(
    rules_of((*TERMS, *OVER_TIME)), options, st.lists(happenings, max_size=25), st.integers(0, 25)
)
def test_a_restart_changes_nothing_of_what_is_told(
    when: dict[str, Any], more: dict[str, Any], story: list[Happening], killed_after: int
) -> None:
    """Killed anywhere between two seconds, started anew: every word at the same instant."""
    written = rule(when, **(OF_SUMP | more))
    lasting, killed = Story(OTHER, written), Story(OTHER, written)
    for at, what in enumerate((*story, ("wait", 12))):
        for each in (lasting, killed):
            each.play(what)
        if at == killed_after:
            for each in (lasting, killed):
                each.play(("wait", 1))
            killed.scene.restarts()
            for each in (lasting, killed):
                each.read_again()
    assert lasting.scene.said == killed.scene.said


@dataclass(frozen=True)
class Loud:
    """A rule that does not say beforehand what is nothing new to it."""

    rule: Rule[Any]

    @property
    def id(self) -> str:
        """The same."""
        return self.rule.id

    @property
    def points(self) -> tuple[str, ...]:
        """The same."""
        return self.rule.points

    @property
    def kinds(self) -> tuple[str, ...]:
        """The same."""
        return self.rule.kinds

    def start(self) -> Any:
        """The same."""
        return self.rule.start()

    def step(self, state: Any, record: Record | None, now: datetime) -> Step[Any]:
        """The same."""
        return self.rule.step(state, record, now)


@given(
    st.lists(rules_of((*TERMS, *OVER_TIME, {"point": LEVELS[0], "stale": "4s"})), max_size=3),
    options,
    st.lists(st.one_of(happenings, within_a_second), max_size=40),
)
def test_the_fast_path_tells_the_same(
    whens: list[dict[str, Any]], more: dict[str, Any], story: list[Happening]
) -> None:
    """Readings that are skipped would have changed nothing, now or later."""
    told = rule({"point": LEVELS[0], "above": 50, "for": "2s"}, id="told", **TOLD)
    rules = (OTHER, told, *(rule(w, id=f"r{n}", **(OF_SUMP | more)) for n, w in enumerate(whens)))
    fast, slow = Story(*rules), Story(*(Loud(each) for each in rules))
    for what in (*story, ("wait", 12)):
        fast.play(what)
        slow.play(what)
        assert fast.scene.said == slow.scene.said


@pytest.mark.parametrize(
    "beside",
    [
        {"expression": "a > 55 and a < 95", "where": {"a": LEVELS[0]}},
        {"point": LEVELS[0], "stale": "2s"},
        {"mean": LEVELS[1], "over": "4s", "above": 45},
        {"point": LEVELS[0], "above": 80, "deadband": 40},
    ],
)
def test_the_fast_path_leaves_out_nothing_that_stands_beside(beside: dict[str, Any]) -> None:
    """A reading that is nothing new to one condition may be to another, or time may be."""
    own = rule({"any": [{"point": LEVELS[0], "above": 99}, beside]}, **OF_SUMP)
    fast, slow = Story(own), Story(Loud(own))
    for level in (60.0, 10.0, 90.0, 50.0, 30.0):
        for what in ((LEVELS[1], level), ("wait", 1.3), (LEVELS[0], level), ("wait", 0.9)):
            fast.play(what)
            slow.play(what)
            assert fast.scene.said == slow.scene.said
    assert fast.scene.said


conditions = st.one_of(
    st.fixed_dictionaries({"above": st.integers(0, 9)}),
    st.fixed_dictionaries({"below": st.integers(0, 9)}),
    st.fixed_dictionaries({"equals": st.one_of(st.integers(0, 9), st.booleans())}),
    st.just({"outside": (2, 7)}),
    st.just({"any_of": (1, 3, "x")}),
)


@given(
    st.lists(
        st.tuples(conditions, st.sampled_from([0, 1]), st.integers(0, 3), st.integers(0, 3)),
        min_size=1,
    ),
    st.lists(
        st.tuples(
            st.one_of(st.integers(-1, 10), st.sampled_from([None, True, "x"]), st.floats()),
            st.sampled_from([Quality.GOOD] * 4 + [Quality.BAD]),
            st.integers(0, 2),
        ),
        min_size=6,
    ),
)
def test_the_fast_path_of_profile_alarms_tells_the_same(
    alarms: list[tuple[dict[str, Any], int, int, int]],
    story: list[tuple[Value | None, Quality, int]],
) -> None:
    """Any comparison, delays and deadband, several alarms on one point, a reset in between."""
    rules = [_alarm(number, *alarm) for number, alarm in enumerate(alarms)]
    fast, slow = Scene(*rules), Scene(*(Loud(each) for each in rules))
    for at, (value, quality, wait) in enumerate(story):
        for scene in (fast, slow):
            scene.at((scene.now - EPOCH).total_seconds() + wait).reads("d/x", value, quality)
            if at % 7 == 6:
                scene.hears(DeviceReset(device="d", component="", at=scene.now))
        assert repr(fast.said) == repr(slow.said)  # not a number is not equal to itself


def _alarm(number: int, when: dict[str, Any], deadband: float, on: int, off: int) -> PointAlarm:
    return PointAlarm(
        id=f"d/{number}",
        device="d",
        name=f"{number}",
        point="d/x",
        words=Words(category="x", severity=1, lane=Lane.INFO, text=Text("", "")),
        holds=comparison(Condition(point="x", **when), deadband),
        on_delay=timedelta(seconds=on),
        off_delay=timedelta(seconds=off),
    )


def test_a_fault_in_one_rules_answer_costs_the_others_nothing() -> None:
    """Its step fails as well and is told; the others are stepped."""

    def fails(value: Value, active: bool) -> bool:  # noqa: FBT001 - an alarm's form
        del active
        if value == 3:
            raise ZeroDivisionError
        return False

    good = _alarm(1, {"above": 2}, 0, 0, 0)
    bad = PointAlarm(id="d/bad", device="d", name="bad", point="d/x", words=good.words, holds=fails)
    scene = Scene(bad, good).reads("d/x", 1).reads("d/x", 3)
    assert scene.kinds == ["gateway.degraded", "alarm.raised"]


def test_a_rule_on_one_component_leaves_the_alarms_of_all_components_alone() -> None:
    """What a site writes of one detector must not unbind the profile's alarm on it."""
    alarms = Template(
        device="sump-1",
        name="high",
        suffix="level",
        make=lambda component: PointAlarm(
            id=f"sump-1/{component}/high",
            device="sump-1",
            name="high",
            component=component,
            point=f"sump-1/{component}.level",
            words=Words(category="x", severity=1, lane=Lane.INFO, text=Text("", "")),
            holds=comparison(Condition(point="x", above=50), 0),
        ),
    )
    engine = Engine([rule({"point": "sump-1/c-1.level", "above": 80})], [alarms])
    engine.begin(EPOCH)
    said = engine.feed(Reading(point="sump-1/c-1.level", value=60, at=EPOCH), EPOCH)
    assert [getattr(each, "alarm", "") for each in said] == ["sump-1/c-1/high"]
