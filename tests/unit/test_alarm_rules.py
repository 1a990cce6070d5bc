"""Alarm rules against ISA-18.2: delays, deadband, quality, staleness, events, resets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.model import (
    Access,
    AlarmCleared,
    AlarmRaised,
    Device,
    DeviceReset,
    Lane,
    Location,
    Quality,
    Reading,
    Record,
    Text,
    Value,
)
from edge.rules.build import build
from edge.rules.engine import Engine
from edge.rules.template import MOST_COMPONENTS, Template
from edge.schema import AlarmSpec
from tests.fakes.time import EPOCH

LIFT = Device(
    id="lift-1",
    kind="lift",
    name=Text("一号梯", "Lift 1"),
    link="lifts",
    profile="lifts/any",
    make="any",
    model="any",
    location=Location(building="b1"),
    points={},
)


def spec(**fields: Any) -> AlarmSpec:
    """An alarm with the given fields and unremarkable others."""
    given_fields = {
        "category": "lift.entrapment",
        "severity": 900,
        "lane": Lane.LIFE_SAFETY,
        "text": {"zh": "困人", "en": "Person trapped"},
    } | fields
    return AlarmSpec.model_validate(given_fields, strict=False)


def engine_of(**fields: Any) -> Engine:
    """An engine with one alarm named `a` on lift-1."""
    rule = build(LIFT, "a", spec(**fields))
    engine = Engine([], [rule]) if isinstance(rule, Template) else Engine([rule])
    engine.begin(EPOCH)
    return engine


def at(seconds: float) -> Any:
    """The instant so many seconds after the beginning."""
    return EPOCH + timedelta(seconds=seconds)


def reading(value: Value | None, seconds: float, point: str = "x", **more: Any) -> Reading:
    """A reading of lift-1."""
    return Reading(point=f"lift-1/{point}", value=value, at=at(seconds), **more)


def kinds(engine: Engine, *records: tuple[Record | None, float]) -> list[str]:
    """What the engine says to each record at its second."""
    return [
        follow.kind
        for record, seconds in records
        for follow in engine.feed(record, at(seconds))
        if isinstance(follow, AlarmRaised | AlarmCleared)
    ]


def test_without_delay_it_raises_at_the_reading_and_clears_at_the_next() -> None:
    """An alarm without delays follows its condition at once, with the reading's own time."""
    engine = engine_of(when={"point": "x", "equals": True})
    [raised] = engine.feed(reading(value=True, seconds=1), at(1.5))
    assert isinstance(raised, AlarmRaised)
    assert (raised.alarm, raised.rule, raised.at) == ("lift-1/a", "a", at(1))
    assert raised.cause.value is True
    assert kinds(engine, (reading(value=True, seconds=2), 2)) == []
    assert kinds(engine, (reading(value=False, seconds=3), 3)) == ["alarm.cleared"]


def test_on_delay_is_waited_out_and_its_end_is_the_instant_of_the_alarm() -> None:
    """A condition shorter than the on-delay never raises; a longer one does, once."""
    engine = engine_of(when={"point": "x", "equals": True}, **{"for": "30s"})
    assert kinds(engine, (reading(value=True, seconds=0), 0), (None, 29.9)) == []
    assert kinds(engine, (reading(value=False, seconds=29.95), 29.95), (None, 31)) == []
    assert kinds(engine, (reading(value=True, seconds=40), 40)) == []
    assert engine.wake_at() == at(70)
    [raised] = engine.feed(None, at(70.2))
    assert isinstance(raised, AlarmRaised)
    assert raised.at == at(70)
    assert kinds(engine, (reading(value=True, seconds=71), 71)) == []


def test_off_delay_bridges_a_flapping_contact() -> None:
    """While the off-delay runs the alarm stays, and a return of the condition restarts it."""
    engine = engine_of(when={"point": "x", "equals": True}, clear_for="10s")
    assert kinds(engine, (reading(value=True, seconds=0), 0)) == ["alarm.raised"]
    flaps = [(reading(value=bool(n % 2), seconds=n), float(n)) for n in range(1, 20)]
    assert kinds(engine, *flaps) == []
    assert kinds(engine, (reading(value=False, seconds=20), 20), (None, 29)) == []
    assert kinds(engine, (None, 30)) == ["alarm.cleared"]


def test_deadband_holds_the_alarm_until_the_value_is_well_back() -> None:
    """A number that hovers at its limit raises once."""
    engine = engine_of(when={"point": "x", "above": 10}, deadband=2)
    said = kinds(engine, *((reading(v, n), n) for n, v in enumerate([9.9, 10.1, 9, 8.5, 10.5, 8])))
    assert said == ["alarm.raised", "alarm.cleared"]


@pytest.mark.parametrize(
    ("when", "yes", "no"),
    [
        ({"equals": 3}, [3, 3.0], [2, True, "3"]),
        ({"not_equals": 1}, [0, 2, True, "1"], [1]),
        ({"any_of": [2, "stuck"]}, [2, "stuck"], [3, "free"]),
        ({"above": 5}, [6, 5.1], [5, 4, True, "9"]),
        ({"below": 0}, [-1], [0, False, "-5"]),
        ({"outside": [1, 4]}, [0.5, 5], [1, 3, 4]),
    ],
)
def test_comparisons(when: dict[str, Any], yes: list[Value], no: list[Value]) -> None:
    """Each comparison on values of its own and of other types; no type is taken for another."""
    for value in yes:
        engine = engine_of(when={"point": "x", **when})
        assert kinds(engine, (reading(value, 0), 0)) == ["alarm.raised"], value
    for value in no:
        engine = engine_of(when={"point": "x", **when})
        assert kinds(engine, (reading(value, 0), 0)) == [], value


def test_bad_quality_says_nothing() -> None:
    """A reading of bad quality neither raises nor clears, and never counts as zero."""
    engine = engine_of(when={"point": "x", "below": 1})
    bad = {"quality": Quality.BAD}
    assert kinds(engine, (reading(None, 0, **bad), 0), (reading(0, 1, **bad), 1)) == []
    assert kinds(engine, (reading(0.5, 2), 2)) == ["alarm.raised"]
    assert kinds(engine, (reading(None, 3, **bad), 3), (reading(5, 4, **bad), 4)) == []


def test_stale_raises_when_nothing_good_is_heard() -> None:
    """The time runs from the start, anew with each good reading; a bad one does not count."""
    engine = engine_of(when={"point": "x", "stale": "60s"})
    assert engine.wake_at() == at(60)
    assert kinds(engine, (reading(1, 50), 50), (None, 60), (None, 109)) == []
    assert kinds(engine, (reading(None, 100, quality=Quality.BAD), 100)) == []
    assert kinds(engine, (None, 110)) == ["alarm.raised"]
    assert kinds(engine, (None, 500), (reading(1, 501), 501)) == ["alarm.cleared"]
    assert engine.wake_at() == at(561)


def test_a_point_that_is_heard_often_writes_no_state() -> None:
    """What changes with every reading is volatile: only a transition goes to the disk."""
    engine = engine_of(when={"point": "x", "stale": "60s"})
    engine.take_changed()
    for second in range(50):
        engine.feed(reading(1, second), at(second))
    assert engine.take_changed() == {}


def test_an_event_raises_and_clears_by_itself() -> None:
    """An alarm from an event stays for its time, counted from the last such event."""
    engine = engine_of(when={"event": "access.duress"}, clear_for="60s")
    duress = Access(device="lift-1", decision="duress", at=at(-3600))
    other = Access(device="lift-2", decision="duress", at=at(0))
    assert kinds(engine, (other, 0)) == []
    [raised] = engine.feed(duress, at(5))
    assert isinstance(raised, AlarmRaised)
    assert raised.at == at(5), "somebody is needed from now on, whenever it happened"
    assert kinds(engine, (duress, 40), (None, 66), (None, 99)) == []
    assert kinds(engine, (None, 100)) == ["alarm.cleared"]


def test_components_have_alarms_of_their_own() -> None:
    """A template watches every component that speaks, each under its own key."""
    engine = engine_of(when={"point": "*.fire", "equals": True})
    raised = [
        follow
        for name in ("1-1-10-2.fire", "1-1-10-3.fire", "1-1-10-2.fault", "1-1-10-2.fire")
        for follow in engine.feed(reading(value=True, seconds=0, point=name), at(0))
    ]
    assert [r.alarm for r in raised if isinstance(r, AlarmRaised)] == [
        "lift-1/1-1-10-2/a",
        "lift-1/1-1-10-3/a",
    ]


def test_a_reset_clears_what_the_panel_had_latched() -> None:
    """A reset of system 1-1 clears its components and no other system's."""
    engine = engine_of(when={"point": "*.fire", "equals": True})
    for name in ("1-1-10-2.fire", "1-12-3-4.fire"):
        engine.feed(reading(value=True, seconds=0, point=name), at(0))
    [cleared] = engine.feed(DeviceReset(device="lift-1", component="1-1", at=at(1)), at(1))
    assert isinstance(cleared, AlarmCleared)
    assert cleared.alarm == "lift-1/1-1-10-2/a"
    assert len(engine.feed(DeviceReset(device="lift-1", component="", at=at(2)), at(2))) == 1


def test_a_flood_of_addresses_is_bounded_and_still_alarms() -> None:
    """Beyond any sensible number of components, further ones share one alarm."""
    engine = engine_of(when={"point": "*.fire", "equals": True})
    for number in range(MOST_COMPONENTS):
        engine.feed(reading(value=False, seconds=0, point=f"{number}.fire"), at(0))
    late = reading(value=True, seconds=1, point="late-1.fire")
    later = reading(value=True, seconds=1, point="late-2.fire")
    [raised] = engine.feed(late, at(1))
    assert isinstance(raised, AlarmRaised)
    assert raised.alarm == "lift-1/others/a"
    assert engine.feed(later, at(1)) == []


def test_states_survive_a_restart() -> None:
    """A new engine takes up a running delay and an active alarm, of components too."""
    before = engine_of(when={"point": "*.fire", "equals": True}, **{"for": "30s"})
    before.feed(reading(value=True, seconds=0, point="7.fire"), at(0))
    kept = before.take_changed()
    after = engine_of(when={"point": "*.fire", "equals": True}, **{"for": "30s"})
    after.restore(kept)
    after.begin(at(10))
    assert after.wake_at() == at(30)
    [raised] = after.feed(None, at(30))
    assert isinstance(raised, AlarmRaised)
    assert raised.cause.point == "lift-1/7.fire"
    third = engine_of(when={"point": "*.fire", "equals": True}, **{"for": "30s"})
    third.restore(after.take_changed())
    third.begin(at(40))
    assert third.feed(reading(value=True, seconds=41, point="7.fire"), at(41)) == []


def test_a_state_that_cannot_be_read_begins_anew() -> None:
    """Damage in one rule's state costs that state, not the start."""
    engine = engine_of(when={"point": "x", "equals": True})
    engine.restore({"lift-1/a": b"{not json", "gone/b": b"{}"})
    assert kinds(engine, (reading(value=True, seconds=0), 0)) == ["alarm.raised"]


def test_a_clock_that_was_set_changes_no_delay() -> None:
    """After a step of the wall clock the running delay is as long as before."""
    year = timedelta(days=365)
    engine = engine_of(when={"point": "x", "equals": True}, **{"for": "30s"})
    engine.feed(reading(value=True, seconds=0), at(0))
    engine.shift(year)
    assert engine.wake_at() == at(30) + year
    assert engine.feed(None, at(29) + year) == []
    assert len(engine.feed(None, at(30) + year)) == 1


@given(
    st.lists(
        st.tuples(st.sampled_from([True, False, None, "wake"]), st.floats(0, 40, allow_nan=False)),
        max_size=40,
    ),
    st.sampled_from(["0s", "5s", "20s"]),
    st.sampled_from(["0s", "7s"]),
)
def test_raises_and_clears_alternate(
    steps: list[tuple[bool | str | None, float]], on: str, off: str
) -> None:
    """Whatever comes, with a restart between any two steps, no alarm is raised twice."""
    engine = engine_of(when={"point": "x", "equals": True}, clear_for=off, **{"for": on})
    kept: dict[str, bytes] = {}
    now, said = 0.0, []
    for what, pause in steps:
        now += pause
        quality = Quality.GOOD if what is not None else Quality.BAD
        value = what if isinstance(what, bool) else None
        record = None if what == "wake" else reading(value, now, quality=quality)
        said += kinds(engine, (record, now))
        kept |= engine.take_changed()
        engine = engine_of(when={"point": "x", "equals": True}, clear_for=off, **{"for": on})
        engine.restore(kept)
        said += [follow.kind for follow in engine.begin(at(now)) if hasattr(follow, "kind")]
    assert said == [("alarm.raised", "alarm.cleared")[n % 2] for n in range(len(said))]
