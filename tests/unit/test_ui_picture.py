"""How things look: what they say, what is wrong with them, and when nothing is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from msgspec import structs

from edge.api.live_points import REFRESHED
from edge.api.running import Running
from edge.api.ui.now.look import Look
from edge.api.ui.now.picture import Picture, Scene
from edge.api.ui.now.plan import MOST_TILES, plan_of
from edge.api.ui.now.sketch import Sketch
from edge.model import Lane, LinkChanged, Location, Quality, Reading, Text, Value
from edge.site import Building
from edge.state import State
from tests.fakes.drawn import (
    NOW,
    PROFILES,
    alarm,
    device,
    looks,
    readings,
    site_of,
    with_detectors,
)


@pytest.mark.parametrize(
    ("profile", "point", "value", "words", "state"),
    [
        ("gates/mqtt_face", "door_open", True, "door open", "open"),
        ("gates/mqtt_face", "door_open", False, "door closed", "closed"),
        ("sensors/call_button", "pressed", True, "pressed", ""),
        ("sensors/call_button", "pressed", False, "no call", ""),
        ("sensors/bin", "fill_percent", 91.5, "Fill level 91.5%", ""),
        ("sensors/parking", "occupied", True, "occupied", ""),
        ("sensors/fire_lane", "occupied", False, "free", ""),
        ("sensors/hydrant_pressure", "pressure", 238.0, "Water pressure 238 kPa", ""),
        ("sensors/smoke_detector", "smoke", True, "smoke", ""),
        ("sensors/leakage_breaker", "residual_current", 32, "Residual current 32 mA", ""),
        ("panels/gb26875", "fault", False, "normal", ""),
        ("panels/gb26875", "fault", True, "fault", ""),
        ("panels/gb26875", "fire", True, "fire", ""),
    ],
)
def test_a_thing_says_what_one_asks_it_first(
    profile: str, point: str, value: Value, words: str, state: str
) -> None:
    """The point that matters of its kind, in words, with its unit."""
    seen = looks(site_of(device("it", profile)), readings({f"it/{point}": value}))["it"]
    assert (seen.words.en, seen.state) == (words, state)


@pytest.mark.parametrize("profile", PROFILES.ids())
def test_every_shipped_device_can_be_drawn(profile: str) -> None:
    """With no reading, and with one of each of its points; in both languages."""
    thing = device("it", profile)
    values: dict[str, Value] = {"bool": True, "int": 1, "float": 1.5, "str": "x"}
    every = {f"it/{name}": values[point.type] for name, point in thing.points.items()}
    silent, talks = looks(site_of(thing), {})["it"], looks(site_of(thing), readings(every))["it"]
    assert silent.tone == "off"
    assert silent.at is None
    assert talks.at is not None
    assert talks.words.zh
    assert talks.words.en


def test_online_is_all_that_is_known_of_a_sensor_that_has_not_spoken_yet() -> None:
    """It is not dashed: something has been heard of it."""
    seen = looks(site_of(device("it", "sensors/bin")), readings({"it/online": True}))["it"]
    assert (seen.tone, seen.words.en) == ("", "online")


def test_offline_counts_more_than_the_last_reading() -> None:
    """What a device said before it fell silent is not how it is."""
    told = readings({"it/online": False, "it/fill_percent": 20.0})
    seen = looks(site_of(device("it", "sensors/bin")), told)["it"]
    assert (seen.tone, seen.words.en) == ("off", "offline")


def test_a_bad_reading_is_said() -> None:
    """Bad quality is never a number."""
    told = readings({"it/fill_percent": 20.0}, quality=Quality.BAD)
    seen = looks(site_of(device("it", "sensors/bin")), told)["it"]
    assert (seen.tone, seen.words.en) == ("off", "its reading cannot be trusted")


def test_the_worst_alarm_gives_the_tone() -> None:
    """Life safety before security before fault; the words count them all."""
    site, told = site_of(device("it", "gates/mqtt_face")), readings({"it/door_open": True})
    lanes = (Lane.INFO, Lane.SECURITY, Lane.LIFE_SAFETY, Lane.FAULT)
    active = [alarm(f"it/{n}", lane, number=n) for n, lane in enumerate(lanes)]
    seen = looks(site, told, *active)["it"]
    assert (seen.tone, seen.words.en) == ("life_safety", "door open, 4 alarms")
    assert looks(site, told, active[1], active[3])["it"].tone == "security"


def test_an_alarm_of_a_detector_shows_at_its_floor() -> None:
    """And at the panel, which is where somebody would look for it."""
    places = {f"1-1-{n}": Location(building="b", floor="3") for n in range(12)}
    panel = with_detectors(device("panel", "panels/gb26875", building="b", floor="1"), places)
    fire = alarm("panel/1-1-4/fire", Lane.LIFE_SAFETY, "fire.alarm", "panel/1-1-4.fire")
    seen = looks(site_of(panel), {}, fire)
    assert (seen["cell:b::3"].tone, seen["cell:b::3"].figure) == ("life_safety", "1!")
    assert seen["cell:b::3"].words.en == "floor 3, 12 detectors, 1 alarm"
    assert seen["panel"].tone == "life_safety"


def test_a_quiet_floor_says_how_many_watch_it() -> None:
    """One detector is not `1 detectors`."""
    places = {"1-1-1": Location(building="b", floor="3")}
    panel = with_detectors(device("panel", "panels/gb26875"), places)
    seen = looks(site_of(panel, buildings=[Building(id="b", name=Text("楼", "b"))]), {})
    assert (seen["cell:b::3"].tone, seen["cell:b::3"].words.en) == ("", "floor 3, 1 detector")


def test_one_mark_for_many_looks_like_the_worst_of_them() -> None:
    """An alarm is never hidden by being one of many."""
    bays = [device(f"p{n}", "sensors/parking") for n in range(MOST_TILES + 1)]
    told = readings({f"{each.id}/occupied": False for each in bays})
    seen = looks(site_of(*bays), told, alarm("p7/tamper", Lane.SECURITY))["grounds:parking"]
    assert (seen.tone, seen.figure) == ("security", "25")
    assert seen.words.en == "25 devices, 1 not well"


def test_looking_again_sees_what_is_new() -> None:
    """What is remembered between two looks never stands for a newer reading, alarm or link."""
    site = site_of(device("it", "gates/mqtt_face"))
    picture = Picture(site, plan_of(site))
    told = readings({"it/door_open": False})
    quiet = Scene(readings=told, links={}, active=(), at=NOW, otherwise=set())
    assert dict(picture.looks(quiet))["it"] is dict(picture.looks(quiet))["it"]
    opened = replace(quiet, readings=readings({"it/door_open": True}), otherwise={"it"})
    assert dict(picture.looks(opened))["it"].state == "open"
    forced = replace(opened, active=(alarm("it/forced", Lane.SECURITY),))
    assert dict(picture.looks(forced))["it"].tone == "security"
    down = {"bus": LinkChanged(link="bus", up=False, reason="gone", at=NOW)}
    assert dict(picture.looks(replace(forced, links=down)))["it"].words.en.startswith(
        "its link is down"
    )
    assert dict(picture.looks(replace(quiet, otherwise={"it"})))["it"].tone == ""


def test_two_who_are_in_the_middle_of_looking_miss_nothing() -> None:
    """What one of them was told of and has not come to yet, the other looks at too."""
    site = site_of(device("a", "gates/mqtt_face"), device("it", "gates/mqtt_face"))
    sketch, state = Sketch(), State()
    running = cast(
        "Running",
        SimpleNamespace(
            configuration=SimpleNamespace(site=site), state=state, alarms=SimpleNamespace(active={})
        ),
    )

    def seen() -> Iterator[tuple[str, Look]]:
        return sketch.looks(running, NOW, frozenset())

    for opened in (False, True):
        state.take(Reading(point="it/door_open", value=opened, at=NOW))
        first = seen()
        next(first)
        second = dict(seen())
        assert second["it"].state == dict(first)["it"].state == ("open" if opened else "closed")


def test_a_look_is_looked_at_again_after_some_seconds() -> None:
    """Where nothing changes, when it was heard last is told all the same."""
    site = site_of(device("it", "gates/mqtt_face"))
    picture, told = Picture(site, plan_of(site)), readings({"it/door_open": False})
    then = Scene(readings=told, links={}, active=(), at=NOW, otherwise=set())
    dict(picture.looks(then))
    newer = {point: structs.replace(each, at=NOW + REFRESHED) for point, each in told.items()}
    later = replace(then, readings=newer, at=NOW + REFRESHED)
    assert dict(picture.looks(later))["it"].at == NOW + REFRESHED


def test_an_account_for_one_building_has_a_picture_of_its_own() -> None:
    """Its building, and what stands in none; nothing else is drawn, named or counted."""
    here, there = (
        device(f"gate-{b}", "gates/mqtt_face", building=b, floor="1") for b in ("a", "b")
    )
    site = site_of(here, there, device("bin", "sensors/bin"))
    picture = Sketch().of(site, frozenset({"a"}))
    assert [drawing.building for drawing in picture.plan.drawings] == ["a"]
    seen = dict(picture.looks(Scene(readings={}, links={}, active=(), at=NOW)))
    assert set(seen) == {"gate-a", "bin"}


def test_another_configuration_is_drawn_anew() -> None:
    """A device that was added is there at once."""
    sketch, first = Sketch(), site_of(device("a", "sensors/bin"))
    assert sketch.of(first, frozenset()) is sketch.of(first, frozenset())
    second = site_of(device("a", "sensors/bin"), device("b", "sensors/bin"))
    assert len(sketch.of(second, frozenset()).plan.grounds) == 2
