"""Whom alarms call: one for a cause, one for a storm, again when it goes on, never for years."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from edge.alarms import Told
from edge.alarms.flood import LIMIT, WITHIN
from edge.alarms.life import AFTERWARDS
from edge.alarms.occurrences import MOST_OF_KEY, MOST_WAITING
from edge.model import Alarm, Covers, Lane
from edge.site import Escalation
from tests.fakes.alarm_life import POLICY, RESPOND, AlarmLife, name_of, site_with

CAUSE, ONE, TWO = "link/offline", "d/offline", "e/offline"
GROUP = "offline@link"
FIRE = {"lane": Lane.LIFE_SAFETY, "category": "fire"}


def names(told: list[Told]) -> list[str]:
    """What was told."""
    return [name_of(each) for each in told]


def only(life: AlarmLife, key: str) -> Alarm:
    """The one occurrence of a key."""
    [alarm] = life.of(key)
    return alarm


def calls(life: AlarmLife, key: str) -> bool:
    """Whether the active alarm of a key has an issue."""
    return life.alarms.active[key].issue is not None


def dead_link() -> AlarmLife:
    """A link is lost, and then the devices behind it."""
    life = AlarmLife()
    life.raised(CAUSE, group=GROUP, severity=600)
    life.raised(ONE, group=GROUP)
    life.raised(TWO, group=GROUP)
    return life


def test_the_first_out_calls_and_its_consequences_name_it() -> None:
    """Behind a dead link the devices' alarms are told, without issues of their own."""
    life = dead_link()
    assert [calls(life, key) for key in (CAUSE, ONE, TWO)] == [True, False, False]
    assert [only(life, key).first for key in (CAUSE, ONE, TWO)] == [0, 1, 1]


def test_a_more_severe_one_calls_all_the_same() -> None:
    """First does not mean worst: a person trapped after the door fault is an issue."""
    life = AlarmLife()
    life.raised("d/door", group="d/stop")
    life.raised("d/entrapment", group="d/stop", severity=900)
    assert calls(life, "d/entrapment")
    assert only(life, "d/entrapment").first == 1


def test_what_goes_on_after_its_cause_calls_for_itself() -> None:
    """The link is back, one device is not: two minutes later that is an issue, and only one."""
    life = dead_link()
    life.cleared(CAUSE)
    life.cleared(ONE)
    assert life.wait(life.now + AFTERWARDS - timedelta(seconds=1)) == []
    [told] = life.wait(life.now + timedelta(seconds=1))
    assert name_of(told) == "realarmed"
    assert calls(life, TWO)
    further = life.wait(life.now + timedelta(days=1))
    assert "realarmed" not in names(further)
    assert [
        each.event.at - told.event.at for each in further if each.alarm and each.alarm.key == TWO
    ] == [
        RESPOND,
        2 * RESPOND,
    ]


def test_what_ends_with_its_cause_calls_nobody() -> None:
    """All are back in time; also when the cause comes again before that."""
    life = dead_link()
    life.cleared(CAUSE)
    life.wait(life.now + AFTERWARDS / 2)
    life.raised(CAUSE, group=GROUP, severity=600)
    assert life.wait(life.now + AFTERWARDS) == []
    for key in (CAUSE, ONE, TWO):
        life.cleared(key)
    assert names(life.wait(life.now + AFTERWARDS)) == []


def test_a_group_that_was_put_aside_comes_back_as_one() -> None:
    """Maintenance ends on a link that is still dead: one issue, not three."""
    life = AlarmLife()
    life.window("maintenance")
    for key, severity in ((CAUSE, 600), (ONE, 500), (TWO, 500)):
        life.raised(key, group=GROUP, severity=severity)
    assert names(life.window_ends("maintenance")) == ["suppression.ended", *["unsuppressed"] * 3]
    assert [calls(life, key) for key in (CAUSE, ONE, TWO)] == [True, False, False]


def storm(life: AlarmLife, count: int, **sides: object) -> list[str]:
    """So many raises of one category from one device; what was told."""
    told = [life.raised(f"fire-1/{number}/fire", **sides) for number in range(count)]
    return [name for each in told for name in names(each)]


def test_a_storm_calls_once_with_a_count() -> None:
    """All of 100 are told; ten call, and one for the rest, whose count is told at 2, 4, 8."""
    life = AlarmLife()
    told = storm(life, 100, category="x")
    assert told.count("raised") == 101
    assert told.count("more") == 6
    issues = [alarm for alarm in life.alarms.active.values() if alarm.issue]
    assert [alarm.key for alarm in issues][-1] == "fire-1/.flood/x"
    assert len(issues) == LIMIT + 1
    assert issues[-1].count == 90


@pytest.mark.parametrize("restart", [False, True])
def test_a_storm_ends_with_quiet_and_its_last_alarm(restart: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Not while one goes on, not within ten minutes of the last raise; a restart counts on."""
    life = AlarmLife()
    storm(life, LIMIT + 3, category="x")
    key = "fire-1/.flood/x"
    for number in range(LIMIT + 2):
        life.cleared(f"fire-1/{number}/fire")
    if restart:
        life.restart()
    assert names(life.wait(life.now + WITHIN + timedelta(seconds=1))).count("cleared") == 0
    life.cleared(f"fire-1/{LIMIT + 2}/fire")
    [over] = life.wait(life.now)
    assert over.alarm
    assert (name_of(over), over.alarm.key) == ("cleared", key)
    assert not any(each.startswith("storm:") for each in life.disk)


@pytest.mark.parametrize("restart", [False, True])
def test_a_storm_that_is_over_at_once_waits_for_the_quiet(restart: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """All of it clear within a second: the storm's own alarm stays for ten minutes."""
    life = AlarmLife()
    storm(life, LIMIT + 2, category="x")
    for number in range(LIMIT + 2):
        life.cleared(f"fire-1/{number}/fire")
    if restart:
        life.restart()
    assert "fire-1/.flood/x" in life.alarms.active
    assert "cleared" not in names(life.wait(life.now + WITHIN - timedelta(seconds=1)))
    assert "cleared" in names(life.wait(life.now + timedelta(seconds=1)))


def test_a_storm_in_a_test_is_marked() -> None:
    """The monthly test rings every bell: issues say so, and none of them escalates."""
    life = AlarmLife()
    life.window("test", covers=Covers(category="fire"))
    storm(life, 50, **FIRE)
    alarms = life.alarms.active
    assert alarms["fire-1/.flood/fire"].issue
    assert alarms["fire-1/.flood/fire"].notice == "draft"
    assert "escalated" not in names(life.wait(life.now + timedelta(hours=7)))


def test_a_fire_before_the_test_escalates_through_it() -> None:
    """A real one, called before the window began: marking must not silence it."""
    life = AlarmLife()
    life.raised("d/fire", **FIRE)
    assert names(life.window("test")) == ["suppression.began", "suppressed"]
    [escalated] = life.wait(life.now + RESPOND)
    assert name_of(escalated) == "escalated"


def test_who_accepts_in_a_test_is_given_the_time_to_resolve() -> None:
    """Of a fire that was called before the window: the next deadline is the one to resolve."""
    life = AlarmLife()
    life.raised("d/fire", **FIRE)
    life.window("test", lasts=None)
    life.answered("accepted", 1, "d/fire")
    assert life.wait(life.now + timedelta(hours=23)) == []
    assert names(life.wait(life.now + timedelta(hours=2)))[0] == "escalated"


def test_a_fire_that_a_test_had_marked_calls_in_full_afterwards() -> None:
    """Its draft is published and the next party is told, when it is still on at the end."""
    life = AlarmLife()
    life.window("test")
    life.raised("d/fire", **FIRE)
    assert only(life, "d/fire").notice == "draft"
    life.window_ends("test")
    assert only(life, "d/fire").notice == "at_once"
    assert "escalated" in names(life.wait(life.now + RESPOND))


def test_out_of_service_leaves_a_test_mark_behind() -> None:
    """The panel is back in service while the test goes on: its fire is an issue, marked."""
    life = AlarmLife()
    life.window("test")
    life.window("out_of_service")
    life.raised("d/fire", **FIRE)
    assert only(life, "d/fire").issue is None
    assert names(life.window_ends("out_of_service")) == ["suppression.ended", "unsuppressed"]
    assert only(life, "d/fire").notice == "draft"


def test_accepting_one_has_seen_those_before_it() -> None:
    """Not those after it: what came again since is still to be looked at."""
    life = AlarmLife()
    for _ in range(3):
        life.raised()
        life.cleared()
    assert [alarm.count for alarm in life.of()] == [1, 2, 3]
    told = life.answered("accepted", 3)
    assert names(told) == ["issue.changed", "acknowledged", "acknowledged"]
    assert [alarm.acknowledged for alarm in life.of()] == [True, True, False]
    life.acknowledged()
    life.raised()
    assert life.alarms.active["d/a"].count == 1, "seen, and counted anew"


def test_a_step_without_a_name_is_never_taken_for_a_copy() -> None:
    """Two nameless words of the platform are two words; a named one counts once."""
    life = AlarmLife()
    life.raised()
    assert life.answered("accepted", 1, step="")
    assert life.answered("processing", 1, step="")
    assert only(life, "d/a").issue
    assert life.answered("resolved", 1, step="s")
    assert life.answered("resolved", 1, step="s") == []


def test_an_issue_by_the_second() -> None:
    """Deadlines from the raise; one party after the other, and then nobody."""
    life = AlarmLife()
    begun = life.now
    life.raised()
    told = life.wait(begun + timedelta(days=3))
    assert names(told) == ["escalated", "escalated"]
    assert [each.event.at - begun for each in told] == [RESPOND, 2 * RESPOND]


def test_a_policy_with_fewer_parties_than_before() -> None:
    """The site file was changed under an issue that had escalated: it goes no further."""
    life = AlarmLife()
    life.raised()
    life.wait(life.now + RESPOND)
    assert POLICY.issue
    fewer = replace(POLICY.issue, escalation=Escalation(to=("community",)))
    life.site = site_with(replace(POLICY, issue=fewer))
    life.restart()
    assert life.wait(life.now + timedelta(days=2)) == []


def test_a_clock_without_a_battery_does_not_put_deadlines_off_for_years() -> None:
    """Started in 1970, an issue of 2026 has what was left of its ten minutes."""
    life = AlarmLife()
    life.raised(realarm=timedelta(hours=1))
    life.shelved("d/b", timedelta(hours=1))
    life.now -= timedelta(days=56 * 365)
    life.restart()
    told = life.wait(life.now + RESPOND)
    assert names(told) == ["escalated"]
    assert names(life.wait(life.now + timedelta(minutes=51)))[-2:] == ["unshelved", "realarmed"]


def test_what_waits_is_bounded() -> None:
    """Of a key that nobody ever looks at, and of all: the oldest clear one is given up."""
    life = AlarmLife()
    for _ in range(MOST_OF_KEY + 50):
        life.raised()
        life.cleared()
    assert [alarm.number for alarm in life.of()][-1] == life.number - 2
    assert len(life.of()) == MOST_OF_KEY
    for number in range(MOST_WAITING):
        life.raised(f"k{number}/a")
        life.cleared(f"k{number}/a")
    waiting = [alarm for alarm in life.alarms.all.values() if not alarm.active]
    assert len(waiting) == MOST_WAITING
    assert len(life.disk) <= len(life.alarms.all) + MOST_WAITING + 1, "and the storms' counts"


def test_a_state_of_another_shape_is_given_up() -> None:
    """It is forgotten on the disk as well, and the rest is taken up."""
    life = AlarmLife()
    life.raised()
    life.disk |= {"alarm:77": b'{"key": 1}', "storm:x": b"{}", "shelf:y": b"", "rule:z": b"?"}
    life.restart()
    assert list(life.alarms.all) == [1]
    life.keep()
    assert set(life.disk) == {"alarm:1", "rule:z", "storm:d/.flood/c"}
