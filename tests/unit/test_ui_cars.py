"""A lift's car as it is drawn, from the points of every shipped profile."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from edge.api.ui.now.look import Look
from edge.model import Lane, LinkChanged, Quality, Value
from tests.fakes.drawn import NOW, PROFILES, alarm, device, looks, readings, site_of

LIFTS = [name for name in PROFILES.ids() if name.startswith("lifts/")]
BOXES = [name for name in LIFTS if name.startswith("lifts/sensor_box")]

STEP = 22
"""Of the drawing of a building with floors -1, 1 … 6: as high as a floor is at most."""


def look(profile: str, values: Mapping[str, Value], age: float = 1.0) -> Look:
    """How a lift of this profile looks in a building with floors -1, 1 … 6."""
    lift = device("lift", profile, building="b")
    told = readings({f"lift/{name}": value for name, value in values.items()}, age)
    return looks(site_of(lift), told)["lift"]


def box(**values: Value) -> dict[str, Value]:
    """A sensor box of which all is well: at floor 1, standing, door closed, empty."""
    usual: dict[str, Value] = {
        "car_status": 0,
        "speed": 0.0,
        "direction": 0,
        "door_zone": 1,
        "door_status": 1,
        "passenger": 2,
        "service_mode": 1,
        "fault_code": 0,
        "floor": 1,
    }
    return usual | values


def board(**values: Value) -> dict[str, Value]:
    """An interface board of which all is well: at the lowest floor, standing, door closed."""
    usual: dict[str, Value] = {
        "running": False,
        "up": False,
        "down": False,
        "door_open": False,
        "maintenance": False,
        "fireman_operation": False,
        "manual": False,
        "floor": 1,
    }
    return usual | values


def test_every_shipped_lift_is_looked_at_here() -> None:
    """A profile that is added has to say here how its car is drawn."""
    assert set(LIFTS) - set(BOXES) == {"lifts/ba_box", "lifts/techno_board"}


@pytest.mark.parametrize("profile", LIFTS)
def test_a_lift_that_has_said_nothing_is_not_drawn_as_if_it_had(profile: str) -> None:
    """No reading is no car at a floor: it is dashed, and says so."""
    seen = look(profile, {})
    assert (seen.tone, seen.top, seen.way, seen.state) == ("off", None, "", "")
    assert seen.words.en == "no reading yet"


@pytest.mark.parametrize("profile", BOXES)
@pytest.mark.parametrize(("floor", "place"), [(6, 0), (2, 4), (1, 5), (-1, 6)])
def test_a_box_names_its_floor(profile: str, floor: int, place: int) -> None:
    """The car stands at the floor that is called so; there is no floor 0 between 1 and -1."""
    seen = look(profile, box(floor=floor))
    assert (seen.top, seen.floor) == (place * STEP, str(floor))
    assert seen.words.en == f"floor {floor}, standing, door closed"


@pytest.mark.parametrize("profile", BOXES)
def test_a_floor_that_the_building_lacks_is_said_and_not_drawn(profile: str) -> None:
    """A wrong number must not put the car somewhere."""
    seen = look(profile, box(floor=9))
    assert (seen.top, seen.floor) == (None, "9")


@pytest.mark.parametrize("profile", BOXES)
@pytest.mark.parametrize(("direction", "way"), [(1, "up"), (2, "down"), (0, "moving")])
def test_a_box_says_which_way_it_goes(profile: str, direction: int, way: str) -> None:
    """By the labels of its point `direction`; a car that moves without one just moves."""
    seen = look(profile, box(car_status=1, speed=1.5, direction=direction))
    assert seen.way == way


@pytest.mark.parametrize("profile", BOXES)
def test_a_standing_car_goes_nowhere(profile: str) -> None:
    """Many lifts hold their direction while they stand at a landing."""
    assert look(profile, box(direction=1)).way == "stopped"


@pytest.mark.parametrize("profile", BOXES)
def test_a_box_tells_door_passenger_and_inspection(profile: str) -> None:
    """What a technician looks for first in the picture."""
    seen = look(profile, box(door_status=2, passenger=1, service_mode=2))
    assert (seen.state, seen.service) == ("open", "attended")
    assert "somebody inside" in seen.words.en
    assert "inspection or firefighters" in seen.words.en


@pytest.mark.parametrize("profile", BOXES)
def test_signals_that_contradict_each_other_are_said(profile: str) -> None:
    """A car that moves with an open door is not drawn as either."""
    seen = look(profile, box(car_status=1, speed=1.0, door_status=2))
    assert "contradict" in seen.words.en


@pytest.mark.parametrize(("counted", "floor", "place"), [(1, "-1", 6), (2, "1", 5), (7, "6", 0)])
def test_a_board_counts_its_floors_from_the_lowest(counted: int, floor: str, place: int) -> None:
    """Its 1 is the cellar of a house that has one: the floor is named as people call it."""
    seen = look("lifts/techno_board", board(floor=counted))
    assert (seen.floor, seen.top) == (floor, place * STEP)


@pytest.mark.parametrize("counted", [0, 8])
def test_a_count_that_leads_out_of_the_house_is_no_floor(counted: int) -> None:
    """Neither drawn nor named."""
    seen = look("lifts/techno_board", board(floor=counted))
    assert (seen.floor, seen.top) == ("", None)
    assert "floor not told" in seen.words.en


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_board_has_a_point_for_each_way(way: str) -> None:
    """`up` and `down`, and `running` that it moves at all."""
    seen = look("lifts/techno_board", board(running=True, **{way: True}))
    assert (seen.way, seen.state) == (way, "closed")


def test_a_board_tells_its_door() -> None:
    """`door_open` is a fact of its profile."""
    assert look("lifts/techno_board", board(door_open=True)).state == "open"


def test_a_box_of_fault_bits_tells_neither_floor_nor_door() -> None:
    """It is drawn at no floor, and says whether it moves and stands between two."""
    moving = look("lifts/ba_box", {"speed": 12})
    assert (moving.way, moving.top, moving.state) == ("moving", None, "")
    stuck = look("lifts/ba_box", {"speed": 0, "stopped_outside_door_zone": True})
    assert stuck.words.en == "standing, between floors"


@pytest.mark.parametrize("profile", LIFTS)
def test_what_was_heard_long_ago_is_not_how_it_is(profile: str) -> None:
    """After a quarter of a minute the car may be anywhere."""
    values: Mapping[str, Value] = box() | board() | {"speed": 0}
    seen = look(profile, values, age=16)
    assert (seen.tone, seen.top, seen.way) == ("off", None, "")
    assert seen.at is not None


def test_a_bad_reading_is_no_reading() -> None:
    """Bad quality is never a floor."""
    lift = device("lift", "lifts/techno_board", building="b")
    told = readings({f"lift/{n}": v for n, v in board().items()})
    told |= readings({"lift/floor": 3}, quality=Quality.BAD)
    assert looks(site_of(lift), told)["lift"].top is None


def test_trapped_and_out_of_service_follow_from_alarms() -> None:
    """The rules know when somebody is trapped; the picture does not guess it anew."""
    lift = device("lift", "lifts/ba_box", building="b")
    told = readings({"lift/speed": 0})
    trapped = alarm("lift/entrapment", Lane.LIFE_SAFETY, "lift.entrapment")
    stopped = alarm("lift/out_of_service", Lane.FAULT, "lift.out_of_service", number=2)
    seen = looks(site_of(lift), told, trapped, stopped)["lift"]
    assert (seen.trapped, seen.service, seen.tone) == (True, "out", "life_safety")
    assert seen.words.en.endswith("2 alarms")


def test_a_lift_behind_a_lost_link_is_not_known() -> None:
    """Its last readings are no news, however young they are."""
    lift = device("lift", "lifts/techno_board", building="b")
    told = readings({f"lift/{n}": v for n, v in board().items()})
    down = LinkChanged(link="bus", up=False, reason="refused", at=NOW)
    seen = looks(site_of(lift), told, links={"bus": down})["lift"]
    assert (seen.tone, seen.top, seen.words.en) == ("off", None, "its link is down")
