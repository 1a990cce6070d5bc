"""What the gates are told in a confirmed fire, and what is told of them."""

from __future__ import annotations

import pytest

from edge.model import AlarmUpdated, Location
from tests.fakes.fire import (
    CONFIRMED,
    ELSEWHERE,
    PERIMETER,
    SITE,
    STAYS,
    SWINGS,
    FireLife,
    alarm,
    answer,
    burning,
    burning_site,
    gate,
    reset,
    result,
)
from tests.fakes.rule_life import at, cleared, device, raised, reading


def test_gates_are_told_in_the_step_that_confirms() -> None:
    """Those of the building and of the perimeter, no lift, no other building; before any wait."""
    life = burning()
    assert life.asked == [
        (10, "gate-3", "release"),
        (10, "gate-4", "open"),
        (10, "gate-9", "release"),
    ]
    for _, command in life.commands:
        assert (command.issuer, command.expires_at) == ("rule", at(70))
        assert command.id.startswith(f"{command.issued_by}/{command.device}/")
    assert [each.device for _, each in burning(release_perimeter=False).commands] == [
        "gate-3",
        "gate-4",
    ]
    assert not burning(release=False).commands


def test_open_gates_are_left_alone_and_those_that_cannot_stay_are_opened_again() -> None:
    """A release that was seen, or said where nothing is seen, is enough; an opening never is."""
    life = burning()
    answer(life, 11, "gate-4", "gate-9")
    answer(life, 11, "gate-3", observed="yes")
    life.wait(26)
    assert life.asked[3:] == [
        (15, "gate-4", "open"),
        (20, "gate-4", "open"),
        (25, "gate-4", "open"),
    ]
    assert life.story == [(10, f"+ {CONFIRMED}")]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"outcome": "failed", "detail": "link down"}, 11),
        ({"outcome": "rejected"}, 11),
        ({"outcome": "expired"}, 11),
        ({"observed": "no"}, 11),
        ({}, 20),
    ],
)
def test_a_gate_that_does_not_open_is_an_alarm(more: dict[str, object], told: int) -> None:
    """At once when it says so, after ten seconds when nothing was seen; until it is seen open."""
    life = burning()
    answer(life, 11, "gate-4", "gate-9")
    answer(life, 11, "gate-3", **more)
    life.tell(35, reading("gate-3/door_open", value=False))
    life.wait(75)
    life.tell(75, reading("gate-3/door_open", value=True))
    life.wait(200)
    assert life.story[1:] == [(told, "+ gate-3/did_not_open"), (75, "- gate-3/did_not_open")]
    assert [s for s, device, _ in life.asked if device == "gate-3"] == [10, 40, 70]


def test_what_was_seen_counts_more_than_what_was_said() -> None:
    """An answer that got lost, at a gate that was seen to open, is no gate that is shut."""
    life = burning()
    answer(life, 11, "gate-4", "gate-9")
    answer(life, 11, "gate-3", outcome="failed", observed="yes")
    life.wait(60)
    assert life.story == [(10, f"+ {CONFIRMED}")]


def test_answers_to_an_earlier_fire_say_nothing_of_this_one() -> None:
    """They may come late: a fire is reset and another one confirmed within seconds."""
    life = burning()
    earlier = [each for _, each in life.commands if each.device == "gate-3"]
    life.tell(11, reset())
    life.tell(12, alarm("1-1-5-1"), alarm("1-1-5-2"))
    life.tell(13, result(earlier[0], 13, outcome="failed"))
    assert not any("gate-3" in each for _, each in life.story)


def test_only_the_rules_own_commands_answer_it() -> None:
    """A command of somebody else under the same id does not make a shut gate an open one."""
    life = burning()
    for name in ("gate-3", "gate-4", "gate-9"):
        answer(life, 11, name, issued_by="city:somebody", observed="yes")
    life.wait(20)
    assert sorted(life.story[1:]) == [(20, f"+ gate-{n}/did_not_open") for n in (3, 4, 9)]


def test_gates_that_say_nothing_are_late() -> None:
    """No answer at all is no opening either, also of a gate that shows nothing."""
    life = burning()
    life.wait(20)
    assert sorted(life.story[1:]) == [(20, f"+ gate-{n}/did_not_open") for n in (3, 4, 9)]


def test_a_gate_that_stood_open_needs_not_be_seen_to_open() -> None:
    """Its contact has nothing new to say."""
    life = FireLife(SITE)
    life.tell(5, reading("gate-3/door_open", value=True))
    life.tell(10, alarm("1-1-5-1"), alarm("1-1-5-2"))
    answer(life, 11, "gate-3", "gate-4", "gate-9")
    life.wait(30)
    assert life.story == [(10, f"+ {CONFIRMED}")]


def test_a_gate_that_comes_back_is_released_at_once() -> None:
    """Whether it was away at the beginning or lost its power later: it may have forgotten."""
    life = burning()
    answer(life, 11, "gate-3", outcome="failed")
    answer(life, 11, "gate-9")
    life.tell(13, reading("gate-3/online", value=True), reading("gate-9/online", value=False))
    life.tell(14, reading("gate-9/online", value=True))
    assert [each for each in life.asked[3:] if each[1] != "gate-4"] == [
        (13, "gate-3", "release"),
        (14, "gate-9", "release"),
    ]
    assert len({each.id for _, each in life.commands}) == len(life.commands)


def test_the_end_of_the_fire_ends_what_was_told_and_locks_nothing() -> None:
    """Alarms of gates end with the fire, commands too; that gates stay open is for a person."""
    life = burning()
    life.wait(21)
    before = len(life.commands)
    life.tell(21, reset())
    assert life.story[-4] == (21, f"- {CONFIRMED}")
    assert sorted(life.story[-3:]) == [(21, f"- gate-{n}/did_not_open") for n in (3, 4, 9)]
    life.tell(30, reading("gate-3/online", value=True))
    answer(life, 31, "gate-3", outcome="failed")
    life.wait(1000)
    assert len(life.commands) == before
    assert len(life.told) == 8


def test_gates_of_the_perimeter_stay_open_until_the_last_fire_is_over() -> None:
    """Two buildings burn: the gate is asked once, and its alarm ends with the second fire."""
    life = burning()
    life.tell(12, raised("b1/fire_confirmed", "fire.confirmed", location=Location(building="b1")))
    life.wait(25)
    life.tell(25, reset())
    assert (25, "- gate-9/did_not_open") not in life.story
    life.tell(26, cleared("b1/fire_confirmed"))
    assert (26, "- gate-9/did_not_open") in life.story
    assert [s for s, name, _ in life.asked if name == "gate-9"] == [10]
    assert [s for s, name, _ in life.asked if name == "gate-1"] == [12]


def test_a_fire_of_nobody_knows_where_opens_every_gate() -> None:
    """Two detectors of one room that nobody has placed."""
    lost = [device(f"smoke-{n}", kind="smoke") for n in (1, 2)]
    life = FireLife(burning_site(STAYS, ELSEWHERE, *lost))
    life.tell(1, raised("smoke-1/fire", "fire.alarm"), raised("smoke-2/fire", "fire.alarm"))
    assert life.story == [(1, "+ site/fire_confirmed")]
    assert {name for _, name, _ in life.asked} == {"gate-1", "gate-3"}


def test_what_is_confirmed_out_of_service_or_in_a_storm_of_its_own_opens_nothing() -> None:
    """A window over the whole building, and the alarm that only counts a storm."""
    life = FireLife(SITE)
    b3 = Location(building="b3")
    life.tell(
        1,
        raised(CONFIRMED, "fire.confirmed", location=b3, suppressed=("out_of_service",)),
        raised("fire-3/.flood/fire.confirmed", "fire.confirmed", rule="flood", location=b3),
    )
    assert life.commands == []


def test_a_fire_that_is_put_back_into_service_opens_the_gates() -> None:
    """It was confirmed within a window over it; a restart lies between; one that ended does not."""
    life = FireLife(SITE)
    for key, where in ((CONFIRMED, "b3"), ("b1/fire_confirmed", "b1")):
        place = Location(building=where)
        aside = raised(key, "fire.confirmed", location=place, suppressed=("out_of_service",))
        life.tell(1, aside)
    life.tell(2, cleared("b1/fire_confirmed", 2))
    life.killed(5)
    for key in (CONFIRMED, "b1/fire_confirmed"):
        life.tell(9, AlarmUpdated(alarm=key, why="unsuppressed", at=at(9)))
    assert sorted(life.asked) == sorted(
        (9, name, action)
        for name, action in (
            ("gate-3", "release"),
            ("gate-4", "open"),
            ("gate-9", "release"),
        )
    )
    life.tell(12, cleared(CONFIRMED, 12))
    life.wait(100)
    assert {s for s, _, _ in life.asked} == {9}


def test_a_gate_that_left_the_site_file_during_the_fire_is_forgotten() -> None:
    """Its alarm ends at the next start; one that is new is released."""
    life = burning()
    life.wait(21)
    disk = life.disk
    other = FireLife(burning_site(SWINGS, gate("gate-5", release="releases"), PERIMETER))
    other.disk = disk
    other.killed(30)
    assert (30, "- gate-3/did_not_open") in other.story
    assert (30, "gate-5", "release") in other.asked


def test_a_restart_in_the_fire_repeats_no_alarm_and_goes_on_asking() -> None:
    """Killed after every second; what was told is told once, and no command comes more often."""
    life = burning()
    for second in range(11, 75):
        life.wait(second)
        life.killed(second)
    life.tell(75, reset())
    told = [each for _, each in life.story]
    assert len(told) == len(set(told)) == 8
    assert [s for s, name, _ in life.asked if name == "gate-3"] == [10, 40, 70]
    assert len({each.id for _, each in life.commands}) == len(life.commands)


def test_doors_that_people_push_call_nobody_before_the_fire_is_over() -> None:
    """Forced, held open: put aside with the first command, back with the end, once each."""
    life = burning()
    life.wait(100)
    life.killed(101)
    life.tell(110, reset())
    kinds = ("access.forced", "access.held_open", "access.tailgating")
    ids = [f"fire:gate-{n}:{kind}" for n in (3, 4, 9) for kind in kinds]
    assert sorted((s, each.kind, each.id) for s, each in life.windows) == sorted(
        [
            *((10, "suppression.began", each) for each in ids),
            *((110, "suppression.ended", each) for each in ids),
        ]
    )
