"""Passengers trapped in a lift: by its own word, by how the car stands, and never twice."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import ConfigError
from edge.model import Lane, Quality, Value
from edge.profiles import Profiles, shipped
from edge.rules.entrapment import EntrapmentSection
from tests.fakes.lift_life import BETWEEN, CALM, LiftLife
from tests.fakes.rule_life import reading
from tests.fakes.time import EPOCH


def test_own_word_is_told_after_three_seconds() -> None:
    """The profile's own delay and words count, and the end as well."""
    life = LiftLife().poll(5).poll(20, fault_code=11).poll(30, fault_code=0)
    assert life.times == [(8, "+entrapment"), (35, "-entrapment")]
    told = life.raised[0]
    assert (told.category, told.severity, told.lane) == (
        "lift.entrapment",
        900,
        Lane.LIFE_SAFETY,
    )
    assert (told.text.zh, told.cause.point, told.cause.value) == (
        "电梯困人",
        "lift-1/fault_code",
        11,
    )


def test_own_word_that_passes_is_not_told() -> None:
    """Two seconds are too short."""
    assert LiftLife().poll(5).poll(2, fault_code=11).poll(30, fault_code=0).times == []


@pytest.mark.parametrize("after", [60, 90, 120])
def test_facts_are_told_to_the_second(after: int) -> None:
    """Not one second before the time that the site wants."""
    life = LiftLife(after=timedelta(seconds=after)).poll(5).poll(after, **BETWEEN)
    assert life.times == []
    life.poll(60)
    assert life.times == [(5 + after, "+entrapment")]
    assert life.raised[0].text.en.endswith("outside the door zone with somebody inside")
    assert life.raised[0].cause.about == f"outside_door_zone for {after} s"


@pytest.mark.parametrize("after", ["59s", "121s"])
def test_time_has_bounds(after: str) -> None:
    """Shorter calls rescuers for a pause, longer leaves people alone."""
    with pytest.raises(ValueError, match="60"):
        EntrapmentSection(after=after)  # type: ignore[arg-type] # as a file writes it


MODES = {0: True, 1: True, 2: False, 3: True, 4: False, 5: True, 6: True, 7: True}
"""Only inspection and firefighters mean to stand there; fire return may fail with people inside."""


@pytest.mark.parametrize(
    ("zone", "door", "passenger", "code", "mode"),
    list(product([1, 2], [1, 2], [1, 2, 0], [0, 3, 11], MODES)),
)
def test_every_combination_of_facts(
    zone: int, door: int, passenger: int, code: int, mode: int
) -> None:
    """Held: not known to be empty, and outside the zone or behind a door that does not open."""
    shut = door == 1
    unopened = shut and (code == 3 or passenger == 1)
    facts = MODES[mode] and passenger != 2 and (zone == 2 or unopened)
    values = {"door_zone": zone, "door_status": door, "passenger": passenger}
    life = LiftLife().poll(1)
    life.every = 5
    life.poll(95, **values, fault_code=code, service_mode=mode)
    expected = [(4, "+entrapment")] if code == 11 else [(91, "+entrapment")] if facts else []
    assert life.times == expected


@pytest.mark.parametrize(("status", "speed"), [(1, 0.0), (1, 1.75), (1, -1.75)])
def test_moving_car_holds_nobody(status: int, speed: float) -> None:
    """Between floors is where a moving car is."""
    life = LiftLife().poll(1).poll(200, **BETWEEN, car_status=status, speed=speed)
    assert life.times == []


def test_car_that_stands_now_and_then_is_not_held() -> None:
    """The time begins anew with each movement."""
    life = LiftLife().poll(1, **BETWEEN)
    for _ in range(5):
        life.poll(80, car_status=0).poll(5, car_status=1, speed=0.4).poll(1, speed=0.0)
    assert life.times == []


def test_normal_traffic_says_nothing() -> None:
    """Trips with passengers who wait some seconds behind the closed door, for hours."""
    life = LiftLife()
    for trip in range(60):
        life.poll(9, door_status=2, passenger=1 if trip % 7 else 2)
        life.poll(8, door_status=1)
        life.poll(20, car_status=1, door_zone=2, speed=1.75)
        life.poll(3, car_status=0, door_zone=1, speed=0.0)
    assert life.times == []


def test_box_that_knows_no_passengers_says_may_be() -> None:
    """A box with fault bits alone tells, and says what it does not know."""
    life = LiftLife("ba_box").poll(1).poll(100, stopped_off_level=True)
    assert life.times == [(91, "+entrapment")]
    assert "not known" in life.raised[0].text.en
    life.poll(20, stopped_off_level=False)
    assert life.times[1:] == [(111, "-entrapment")]


def test_box_without_a_code_is_followed_all_the_same() -> None:
    """One city's table has no code for trapped passengers."""
    life = LiftLife("sensor_box_cic").poll(1).poll(100, **BETWEEN, fault_code=4)
    assert life.times == [(91, "+entrapment")]
    assert life.raised[0].severity == 900


def test_board_without_a_door_zone_never_guesses() -> None:
    """A car that stands with its door closed is what lifts do all night."""
    assert LiftLife("techno_board").poll(400, door_open=False).times == []


@pytest.mark.parametrize("first", ["code", "facts"])
def test_one_alarm_from_both(first: str) -> None:
    """The other source comes while it is open: nothing more is told until all is over."""
    life = LiftLife().poll(1)
    if first == "code":
        life.poll(20, fault_code=11, **BETWEEN).poll(200)
    else:
        life.poll(120, **BETWEEN).poll(60, fault_code=11)
    life.poll(60, fault_code=0)
    assert [what for _, what in life.times] == ["+entrapment"], "facts still hold"
    life.poll(60, door_zone=1, door_status=2, passenger=2)
    assert [what for _, what in life.times] == ["+entrapment", "-entrapment"]


def test_rescue_does_not_clear_it() -> None:
    """Inspection, and a car that is moved and stands again, leave people inside."""
    life = LiftLife().poll(1).poll(100, **BETWEEN)
    life.poll(60, service_mode=2).poll(60, car_status=1, speed=0.2).poll(30, speed=0.0)
    life.poll(60, car_status=0).poll(60, door_zone=1)
    assert life.times == [(91, "+entrapment")]
    begun = life.now
    life.poll(30, door_status=2)
    assert life.times[1:] == [(begun + 10, "-entrapment")]


@pytest.mark.parametrize("gone", [1, 2, 14, 60])
def test_restart_in_between_loses_no_second(gone: int) -> None:
    """What the facts have said before is kept; after it they are looked at for ten seconds."""
    life = LiftLife().poll(1).poll(60, **BETWEEN).restart(gone)
    back = life.now
    life.poll(60)
    assert life.times == [(max(91, back + 10), "+entrapment")]


def test_restart_with_an_open_alarm_tells_nothing_twice() -> None:
    """Neither source raises again; the end is still told."""
    life = LiftLife().poll(1).poll(100, **BETWEEN, fault_code=11).restart().poll(200)
    assert len(life.times) == 1
    assert life.restart().poll(30, **CALM["sensor_box"]).times[1][1] == "-entrapment"


def test_long_absence_begins_anew() -> None:
    """Somebody inside an hour ago and somebody inside now are two people."""
    life = LiftLife().poll(1).poll(60, **BETWEEN).restart(3600)
    back = life.now
    assert life.poll(100).times == [(back + 90, "+entrapment")]


def test_silence_raises_nothing() -> None:
    """A link lost while a car waits to leave is no entrapment; a look at it settles it."""
    life = LiftLife().poll(5, door_status=1, passenger=1)
    life.silent = True
    life.poll(150)
    life.silent = False
    assert life.poll(4).poll(60, passenger=2).times == []


def test_bad_quality_is_not_heard() -> None:
    """Neither an alarm nor an end comes from what nobody could read."""
    life = LiftLife().poll(1).poll(30, **BETWEEN)
    for second in range(200):
        bad = [
            reading(f"lift-1/{name}", value, 31 + second, Quality.BAD)
            for name, value in {**CALM["sensor_box"], "fault_code": 11}.items()
        ]
        life.tell(31 + second, *bad)
    life.now = 231
    assert life.times == []
    life.poll(60)
    assert life.times == [(241, "+entrapment")]


@pytest.mark.parametrize("odd", [math.nan, math.inf, pytest.param(10**400, id="huge")])
def test_number_beyond_all_measure_is_not_heard(odd: Value) -> None:
    """It ends nothing and raises nothing, and the alarm that is on survives a restart."""
    life = LiftLife().poll(1).poll(120, **BETWEEN)
    life.poll(60, speed=odd).restart().poll(60)
    assert life.times == [(101 - 10, "+entrapment")]


VALUES: dict[str, list[Value]] = {
    "fault_code": [0, 3, 11],
    "car_status": [0, 1],
    "door_zone": [0, 1, 2],
    "door_status": [1, 2],
    "passenger": [0, 1, 2],
    "service_mode": [1, 2, 3, 4],
    "speed": [0.0, 0.5],
}
DEEDS = st.lists(
    st.one_of(
        st.tuples(
            st.integers(1, 130),
            st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in VALUES.items()}),
        ),
        st.tuples(st.just(0), st.just({})),
    ),
    max_size=6,
)


@settings(max_examples=30, deadline=None)
@given(DEEDS)
def test_whatever_happens_alarms_come_and_go_in_turn(
    deeds: list[tuple[int, dict[str, Value]]],
) -> None:
    """Never raised twice, never ended twice, never raised by facts in less than the time."""
    life = LiftLife().poll(1)
    for seconds, values in deeds:
        if not seconds:
            life.restart()
            continue
        life.poll(seconds, **values)
    inferred = [told for told in life.raised if told.cause.about.endswith("for 90 s")]
    assert all((told.at - EPOCH).total_seconds() >= 90 for told in inferred)
    for key in ("entrapment", "sensor_implausible"):
        signs = [what[0] for _, what in life.times if what[1:] == key]
        assert signs == ["+", "-"] * (len(signs) // 2) + ["+"] * (len(signs) % 2)


def test_fact_about_no_point_is_refused(tmp_path: Path) -> None:
    """A mistake in the lift section is told with its place."""
    folder = tmp_path / "lifts"
    folder.mkdir()
    (folder / "own.yaml").write_text(
        "extends: lifts/ba_box\nlift: {stopped: [{point: sped, equals: 0}]}\n", encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="sped"):
        Profiles(tmp_path, shipped()).get("lifts/own")
