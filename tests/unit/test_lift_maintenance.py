"""A lift that is going to break down is named days before; no other lift ever is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
import pytest

from edge.model import AlarmCleared, DeviceChanged, LinkChanged, Suppression
from edge.rules.fault_tally import MOST_CODES, Tally
from edge.rules.maintenance import BUILT_IN, MaintenanceSection, MaintenanceState
from simulators.lift_history import LiftFault, month_of_faults
from tests.fakes.lift_month import BEGINS, RULE, Month, raised
from tests.fakes.rule_life import device
from tests.fakes.site import bare_site

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def fault(days: float, lift: str = "lift-1", code: str = "door") -> LiftFault:
    """A fault so many days after the story begins."""
    return LiftFault(lift=lift, code=code, at=BEGINS + days * DAY)


def several(first: int, days: int, each: int, lift: str = "lift-1") -> list[LiftFault]:
    """So many incidents on each of some days, three hours apart, from six in the morning."""
    return [
        fault(day + (6 + 3 * number) / 24, lift)
        for day in range(first, first + days)
        for number in range(each)
    ]


def state(month: Month) -> MaintenanceState:
    """What the next process would know."""
    return msgspec.json.decode(month.disk[RULE.id], type=MaintenanceState)


def tally(month: Month, lift: str = "lift-1") -> Tally:
    """What is known of one lift."""
    return state(month).lifts[lift]


@pytest.mark.parametrize("group", range(3))
def test_failing_lift_is_named_in_time_and_no_other(group: int) -> None:
    """Twelve months of twenty lifts, through the engine: named before it breaks down, no other is.

    Three days before it, but for at most one month in four. How often it is wrong over hundreds of
    months is measured by `tests.bench.lift_maintenance`: see `docs/lift-maintenance.md`.
    """
    leads = []
    for seed in range(4 * group, 4 * group + 4):
        story = month_of_faults(seed, BEGINS)
        (told,) = Month().begin().live(story.faults).told
        assert told.device == story.failing, seed
        assert story.worse < told.at < story.breakdown, seed
        assert told.cause.about.startswith(f"{story.code}: "), seed
        leads.append(story.breakdown - told.at)
    assert sorted(leads)[1] >= 3 * DAY


def test_months_are_what_they_claim_to_be() -> None:
    """Rates differ, one lift is always bad, the storm hits all, the failing one gets worse."""
    story = month_of_faults(7, BEGINS)
    assert story == month_of_faults(7, BEGINS) != month_of_faults(8, BEGINS)
    by_lift = {lift: [each for each in story.faults if each.lift == lift] for lift in RULE.lifts}
    stormy = {each.lift for each in story.faults if each.code == "power_lost"}
    assert stormy == set(RULE.lifts)
    usual = {lift: len(each) for lift, each in by_lift.items() if lift != story.failing}
    assert max(usual, key=lambda lift: usual[lift]) == story.steady
    assert usual[story.steady] > 5 * sorted(usual.values())[10]
    own = [each.at for each in by_lift[story.failing]]
    last = sum(at > story.breakdown - 4 * DAY for at in own)
    assert last > sum(story.worse - 4 * DAY < at < story.worse for at in own)
    assert max(own) <= story.breakdown
    assert timedelta(days=10) <= story.breakdown - story.worse <= timedelta(days=14)


def test_alarm_says_which_lift_which_fault_and_how_many() -> None:
    """A person reads the lift, the leading fault, the counts, and what was usual."""
    month = Month().begin().live([fault(3), *several(20, 4, 4)])
    (told,) = month.told
    assert (told.alarm, told.category, told.cause.value) == (
        "lift-1/maintenance",
        "lift.maintenance",
        9,
    )
    assert told.text.zh.startswith("1号电梯故障渐增，请尽快检修：故障 door，3天内9次，平时")
    assert told.text.en.startswith("Lift 1 fails more and more often")
    assert "health " in told.cause.about


def test_nothing_is_told_while_it_learns() -> None:
    """Thirteen days are too few, whatever happens on them; how many are missing can be seen."""
    month = Month().begin().live(several(5, 8, 5))
    assert month.told == []
    assert (tally(month).learning, tally(month).health) == (1, None)
    month.wait(BEGINS + 14.5 * DAY)
    assert tally(month).learning == 0
    assert tally(month).health is not None


def test_health_falls_with_what_becomes_worse() -> None:
    """A hundred for a quiet lift, below fifty when it is told."""
    month = Month().begin().live([fault(20.5, "lift-2"), *several(20, 4, 4)])
    assert tally(month, "lift-3").health == 100
    assert (tally(month).health or 0) < 50


@pytest.mark.parametrize("why", ["maintenance", "test", "out_of_service", "flood"])
def test_work_on_a_lift_is_not_counted(why: Suppression) -> None:
    """Who mends a door opens and closes it all day."""
    month = Month().begin()
    for each in several(20, 4, 4):
        month.feed(raised(each, (why,)))
    assert month.told == []
    assert tally(month).counts == {}


def test_shelved_faults_are_counted() -> None:
    """Somebody who does not want to hear of a fault does not mend it."""
    month = Month().begin()
    for each in several(20, 4, 4):
        month.feed(raised(each, ("shelved",)))
    assert len(month.told) == 1


def test_same_incident_counts_once() -> None:
    """A fault that comes back within two hours, and what follows it within ten minutes."""
    month = Month().begin()
    times = [0.0, 1.5, 3.0, 4.5]  # hours, each within two of the one before
    month.live([fault(20 + hours / 24) for hours in times])
    month.live([fault(22), fault(22 + 5 / 1440, code="stopped_outside_door_zone")])
    assert tally(month).counts == {"door": {"2026-03-22": 1, "2026-03-24": 1}}


def test_one_bad_day_is_no_trend() -> None:
    """However bad: a single day does not decide."""
    month = Month().begin().live([*several(20, 1, 6), fault(21.3), fault(22.3)])
    assert month.told == []


def test_day_that_hit_everybody_is_nobodys() -> None:
    """A mains failure three days in a row, with faults at all lifts."""
    faults = [each for lift in RULE.lifts for each in several(20, 3, 4, lift)]
    month = Month().begin().live(sorted(faults, key=lambda each: each.at))
    assert month.told == []


def test_restart_loses_no_count() -> None:
    """Killed after each incident, it says the same as if it had not been."""
    faults = [fault(3), *several(20, 4, 4)]
    calm, killed = Month().begin().live(faults), Month().begin()
    for each in faults:
        killed.feed(raised(each))
        killed.killed(each.at + HOUR)
    killed.wait(faults[-1].at + DAY)
    assert killed.told == calm.told
    assert tally(killed).counts == tally(calm).counts


def test_days_are_counted_in_local_time() -> None:
    """Half past midnight in Shanghai is the evening before in Greenwich."""
    month = Month().begin().live([fault(20 + 0.5 / 24)])
    assert tally(month).counts["door"] == {(BEGINS + 20 * DAY).date().isoformat(): 1}


def test_quiet_week_ends_it_and_then_it_is_learnt_anew() -> None:
    """Serviced and quiet for seven days it is over; what is usual now is another matter."""
    month = Month().begin().live(several(20, 4, 4))
    assert len(month.told) == 1
    month.wait(BEGINS + 28 * DAY)
    assert month.ended == []
    month.wait(BEGINS + 32 * DAY)
    (ended,) = month.ended
    assert ended == AlarmCleared(alarm="lift-1/maintenance", at=ended.at)
    assert (tally(month).learning, tally(month).health) == (7 - 1, None)
    assert len(month.live(several(33, 4, 4)).told) == 1, "while it learns"


def test_alarm_is_told_once() -> None:
    """It goes on getting worse: one alarm."""
    assert len(Month().begin().live(several(20, 10, 5)).told) == 1


@pytest.mark.parametrize("who", ["lift", "link", "gateway"])
def test_days_without_news_do_not_count_as_quiet(who: str) -> None:
    """What was silent for ten days had no faults that anybody knows of."""
    month = Month().begin()
    month.wait(BEGINS + 5 * DAY)
    ends = (BEGINS + 5.5 * DAY, BEGINS + 15.5 * DAY)
    if who == "gateway":
        month.killed(ends[1])
    for at, up in zip(ends, (False, True), strict=True):
        if who == "lift":
            month.feed(
                DeviceChanged(
                    device="lift-1", state="online" if up else "offline", reason="", at=at
                )
            )
        elif who == "link":
            month.feed(LinkChanged(link="bus", up=up, reason="", at=at))
    month.wait(BEGINS + 16 * DAY)
    assert len(tally(month).unseen) in {9, 10}
    assert tally(month).learning in {7, 8}
    assert bool(tally(month, "lift-2").unseen) is (who != "lift")


def test_gateway_that_was_off_for_months_has_seen_nothing_of_them() -> None:
    """Longer than what is remembered: not one of those days counts, all is learnt anew."""
    month = Month().begin()
    month.wait(BEGINS + 20 * DAY)
    month.killed(BEGINS + 120 * DAY)
    month.wait(BEGINS + 121.5 * DAY)
    assert tally(month).learning in {12, 13}
    assert tally(month).health is None
    assert month.live(several(122, 4, 4)).told == []


def test_codes_of_one_incident_are_bounded() -> None:
    """A fault that brings hundreds of others with it is one incident, and a few of their names."""
    month = Month().begin()
    for number in range(300):
        month.feed(raised(fault(20 + number / 86400, code=f"code_{number}")))
    assert len(tally(month).counts) == 1
    assert len(tally(month).latest) <= MOST_CODES + 1
    assert len(tally(month).texts) <= MOST_CODES + 1


def test_clock_set_back_by_months_stops_nothing() -> None:
    """Days that lie ahead are forgotten, and it goes on."""
    month = Month().begin().live(several(20, 2, 2))
    month.killed(BEGINS - 60 * DAY)
    assert tally(month).counts == {}
    assert state(month).day == (BEGINS - 60 * DAY).date().isoformat()


def test_state_is_bounded() -> None:
    """Sixty days and thirty-two codes, however many there are."""
    month = Month().begin()
    for day in range(100):
        month.feed(raised(fault(day + 0.4, code=f"code_{day}")))
    assert len(tally(month).counts) <= MOST_CODES + 1
    kept = {day for days in tally(month).counts.values() for day in days}
    assert min(kept) >= (BEGINS + 39 * DAY).date().isoformat()


def test_only_wear_is_counted() -> None:
    """Calls, mains, what follows from other faults and other devices say nothing of a lift."""
    month = Month().begin()
    for code in ("call", "power", "out_of_service", "fire_mode", "maintenance"):
        month.feed(raised(fault(20.5, code=code)))
    month.feed(raised(fault(20.6, "gate-1")))
    assert tally(month).counts == {}


def test_built_for_a_site_with_lifts() -> None:
    """One rule for all lifts of a site; none where there are none, or where it is off."""
    devices = dict([device("lift-1", kind="lift", link="bus"), device("gate-1")])
    site = bare_site(devices=devices)
    (rule,) = BUILT_IN.build(site, MaintenanceSection())
    assert rule.id == ".maintenance"
    assert "lift-1/device.offline" in rule.kinds
    assert list(BUILT_IN.build(site, MaintenanceSection(enabled=False))) == []
    assert list(BUILT_IN.build(bare_site(), MaintenanceSection())) == []


def test_midnight_is_the_sites() -> None:
    """The next judgement is due at the next local midnight."""
    step = RULE.step(RULE.start(), None, BEGINS + 5 * HOUR)
    assert step.wake == BEGINS + DAY
    assert isinstance(step.wake, datetime)
    assert date.fromisoformat(step.state.day) == BEGINS.date()
