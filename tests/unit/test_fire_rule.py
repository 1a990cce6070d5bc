"""What confirms a fire, and what does not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from edge.model import AlarmRaised, AlarmUpdated, Cause, Lane, Location, Record
from tests.fakes.fire import (
    CONFIRMED,
    HAND,
    SITE,
    STAYS,
    FireLife,
    alarm,
    burning_site,
    over,
    reset,
)
from tests.fakes.rule_life import at, device, raised


def confirmed(*records: Record) -> bool:
    """Whether this, within a second, is a fire."""
    life = FireLife(SITE)
    life.tell(1, *records)
    keys = [each for _, each in life.story]
    assert keys in ([], [f"+ {CONFIRMED}"])
    assert bool(life.commands) is bool(keys)
    return bool(keys)


@pytest.mark.parametrize(
    ("records", "burns"),
    [
        ([alarm("1-1-5-1")], False),
        ([alarm("1-1-5-1"), alarm("1-1-5-1")], False),
        ([alarm("1-1-5-1"), alarm("1-1-5-2")], True),
        ([alarm("1-1-5-1"), alarm("1-1-6-1")], False),
        ([alarm("1-1-5-1"), alarm("1-1-5-9")], True),
        ([alarm("1-1-5-1"), alarm("1-2-5-1")], False),
        ([alarm("1-1-8-1"), alarm("1-1-8-2")], True),
        ([alarm("1-1-5-1"), raised("smoke-1/fire", "fire.alarm")], False),
        ([raised("smoke-1/fire", "fire.alarm"), raised("smoke-2/fire", "fire.alarm")], True),
        ([alarm("1-1-0-1"), alarm("1-1-0-2")], True),
        ([alarm("1-1-5-1"), alarm("1-1-6-3", about=HAND)], True),
        ([alarm("1-1-6-3", about=HAND), alarm("1-1-5-1")], True),
        ([alarm("1-1-6-3", about=HAND)], False),
        ([alarm("1-1-6-3", about=HAND), alarm("1-1-5-3", about=HAND)], True),
        ([alarm("1-1-5-1"), alarm("1-1", name="manual_alarm")], True),
        ([alarm("", name="device_manual_alarm"), alarm("1-1", name="manual_alarm")], False),
        ([alarm("1-1-5-1"), alarm("1-1")], False),
        ([alarm("1-1-5-1"), alarm("", name="device_fire")], False),
        ([alarm("1-1-5-1"), alarm("10-1", name="started", category="fire.started")], True),
        ([alarm("10-1", name="started", category="fire.started"), alarm("1-1-5-1")], True),
        ([alarm("10-1", name="started", category="fire.started")], False),
        ([alarm("1-1-5-1"), over("1-1-5-1"), alarm("1-1-5-2")], True),
        ([alarm("1-1-5-1"), reset(), alarm("1-1-5-2")], False),
        ([alarm("1-1-5-1"), reset("1-2"), alarm("1-1-5-2")], True),
        ([alarm("1-1-5-1"), reset("1-1"), alarm("1-1-5-2")], False),
        ([alarm("1-1", name="manual_alarm"), reset("1-1"), alarm("1-1-5-2")], False),
        ([alarm("1-1-5-1"), alarm("1-1-5-2", name="fault", category="fire.fault")], False),
        ([alarm("1-1-5-1"), alarm("1-1-5-2", name="flood")], False),
        ([alarm("1-1-5-1"), alarm("1-1-5-2", suppressed=("out_of_service",))], False),
        ([alarm("1-1-5-1"), alarm("1-1-5-2", suppressed=("test",))], True),
        ([alarm("1-1-5-1"), alarm("1-1-5-2", suppressed=("maintenance", "flood"))], True),
    ],
)
def test_what_confirms_a_fire(records: Sequence[Record], *, burns: bool) -> None:
    """Two independent devices of a zone, a hand and another, or the panel's own deed; else not."""
    assert confirmed(*records) is burns


def test_an_alarm_of_another_building_confirms_nothing_here() -> None:
    """Zones of two buildings are never one, whatever their numbers."""
    far = device("fire-1", kind="fire_panel", building="b1")
    life = FireLife(burning_site(STAYS, far))
    life.tell(1, alarm("1-1-5-1"), alarm("1-1-5-2", panel="fire-1"))
    assert life.story == []
    life.tell(2, alarm("1-1-5-3", panel="fire-1"))
    assert life.story == [(2, "+ b1/fire_confirmed")]
    assert life.asked == []


def test_it_says_what_burns_and_who_is_released() -> None:
    """Both devices stand in the cause, the second as its point; the gates stand behind."""
    life = FireLife(SITE)
    life.tell(1, alarm("1-1-5-1", about="烟感 A"), alarm("1-1-5-2", about="烟感 B"))
    [(_, told)] = life.told
    assert isinstance(told, AlarmRaised)
    assert told.category == "fire.confirmed"
    assert told.severity == 1000
    assert told.lane is Lane.LIFE_SAFETY
    assert told.location == Location(building="b3")
    assert told.device == "fire-3"
    assert told.cause == Cause(point="fire-3/1-1-5-2.fire", value=True, about="烟感 A; 烟感 B")
    assert told.behind == ("gate-3", "gate-4", "gate-9")


@pytest.mark.parametrize(("second", "certain"), [(299, 299), (300, 90_000)])
def test_an_alarm_that_ended_by_itself_counts_for_five_minutes(second: int, certain: int) -> None:
    """Counted from its beginning; one that is on counts after hours."""
    life = FireLife(SITE, release=False)
    life.tell(0, alarm("1-1-5-1"), over("1-1-5-1"), alarm("1-1-6-1"))
    life.tell(second, alarm("1-1-5-2"))
    life.tell(90_000, alarm("1-1-6-2"))
    assert life.story == [(certain, f"+ {CONFIRMED}")]


def test_what_comes_back_into_service_while_it_is_on_counts() -> None:
    """A detector's window ends, its alarm does not."""
    life = FireLife(SITE)
    life.tell(1, alarm("1-1-5-1"), alarm("1-1-5-2", suppressed=("out_of_service",)))
    life.tell(9, AlarmUpdated(alarm="fire-3/1-1-5-2/fire", why="unsuppressed", at=at(9)))
    assert life.story == [(9, f"+ {CONFIRMED}")]


def test_it_is_over_when_nothing_is_on() -> None:
    """The last end clears it; a reset clears it at once, and what is still on begins it anew."""
    life = FireLife(SITE)
    life.tell(1, alarm("1-1-5-1"), alarm("1-1-5-2"))
    life.tell(2, over("1-1-5-1"))
    life.tell(3, over("1-1-5-2"))
    life.tell(10, reset())
    life.tell(11, alarm("1-1-5-1"), alarm("1-1-5-2"))
    life.tell(12, reset(), alarm("1-1-5-1"), alarm("1-1-5-2"))
    mine = [(s, e) for s, e in life.story if CONFIRMED in e]
    assert mine == [
        (1, f"+ {CONFIRMED}"),
        (3, f"- {CONFIRMED}"),
        (11, f"+ {CONFIRMED}"),
        (12, f"- {CONFIRMED}"),
        (12, f"+ {CONFIRMED}"),
    ]


def test_a_flood_in_one_building_does_not_drown_the_detector_of_another() -> None:
    """Each building has so many alarms remembered; of more, its own oldest goes."""
    far = device("fire-1", kind="fire_panel", building="b1")
    life = FireLife(burning_site(STAYS, far))
    life.tell(1, alarm("1-1-5-1", panel="fire-1"))
    life.tell(2, *(alarm(f"1-1-{zone}-1") for zone in range(10, 210)))
    assert life.story == []
    life.tell(3, alarm("1-1-5-2", panel="fire-1"))
    life.tell(4, alarm("1-1-209-2"))
    assert life.story == [(3, "+ b1/fire_confirmed"), (4, f"+ {CONFIRMED}")]
    assert len(life.disk[".fire"]) < 20_000


def test_a_fire_of_more_than_are_remembered_is_over_with_its_last_alarm() -> None:
    """300 detectors, killed meanwhile: those that come last end first, or the panel is reset."""
    everyone = [f"1-1-{zone}-{point}" for zone in range(10, 40) for point in range(1, 11)]
    life = FireLife(SITE, release=False)
    life.tell(1, *map(alarm, everyone))
    for second, each in enumerate(reversed(everyone), 2):
        assert (second - 1, f"- {CONFIRMED}") not in life.story
        life.tell(second, over(each))
        if second % 50 == 0:
            life.killed(second)
    assert life.story == [(1, f"+ {CONFIRMED}"), (301, f"- {CONFIRMED}")]
    life.tell(400, *map(alarm, everyone))
    life.tell(401, reset())
    assert life.story[2:] == [(400, f"+ {CONFIRMED}"), (401, f"- {CONFIRMED}")]


def test_sites_that_want_no_release_are_still_told() -> None:
    """The alarm does not hang on the gates."""
    life = FireLife(SITE, release=False)
    life.tell(1, alarm("1-1-5-1"), alarm("1-1-5-2"))
    assert life.story == [(1, f"+ {CONFIRMED}")]
