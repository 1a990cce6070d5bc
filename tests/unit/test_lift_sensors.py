"""Sensors of a lift that cannot be believed."""

from __future__ import annotations

from edge.model import Lane
from tests.fakes.lift_life import BETWEEN, CALM, LiftLife


def test_sensors_that_contradict_each_other_are_a_fault() -> None:
    """It stands and moves at once: no entrapment, but somebody has to look at the box."""
    life = LiftLife().poll(1).poll(200, **BETWEEN, speed=0.8)
    assert life.times == [(61, "+sensor_implausible")]
    told = life.raised[0]
    assert (told.category, told.lane) == ("lift.sensor_implausible", Lane.FAULT)
    life.poll(3700, **CALM["sensor_box"])
    assert life.times[1:] == [(201 + 3600, "-sensor_implausible")]


def test_own_word_counts_even_when_sensors_contradict() -> None:
    """The lift's controller may know better."""
    life = LiftLife().poll(1).poll(30, **BETWEEN, speed=0.8, fault_code=11)
    assert life.times == [(4, "+entrapment")]


def test_door_contact_that_never_closes_is_found_by_its_trips() -> None:
    """It contradicts only while the car moves; after five trips within an hour it is told."""
    life = LiftLife()
    for _ in range(5):
        life.poll(30).poll(20, car_status=1, speed=1.75).poll(1, car_status=0, speed=0.0)
    assert [what for _, what in life.times] == ["+sensor_implausible"]
    assert life.raised[0].cause.value == "moving_door_open"


def test_points_that_arrive_one_after_the_other_are_no_contradiction() -> None:
    """The speed of a stop comes a moment after the status."""
    life = LiftLife()
    for _ in range(20):
        life.poll(20, car_status=1, speed=1.75, door_status=1).poll(2, car_status=0)
        life.poll(20, speed=0.0)
    assert life.times == []


def test_passenger_sensor_that_is_stuck() -> None:
    """After thirty trips without an empty car it is told, and a closed door at night is not."""
    life = LiftLife().poll(1, passenger=1, door_status=1)
    for _ in range(30):
        life.poll(5).poll(5, car_status=1).poll(1, car_status=0)
    life.poll(300)
    assert [what for _, what in life.times] == ["+sensor_implausible"]
    assert life.raised[0].cause.value == "passenger_stuck"
    life.poll(100, door_zone=2)
    assert life.times[1][1] == "+entrapment", "outside the door zone it is told all the same"
