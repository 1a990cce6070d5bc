"""Suppressions by schedule: at the border, once, and never left behind."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from edge.driver import Report
from edge.model import Covers, Event, Reading, SuppressionBegan, SuppressionEnded
from edge.rules.engine import Engine
from edge.rules.schedule import Schedule, schedule_of
from edge.rules.spec import ScheduleSection
from edge.rules.window import GRACE, WindowRule
from tests.fakes import time as virtual
from tests.fakes.alarm_life import POLICY, AlarmLife
from tests.fakes.pipeline import House, alarm
from tests.fakes.time import EPOCH

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_WEDNESDAY = {"from": "10:00", "to": "11:00", "days": ["wed"], "nth": [1]}
ALWAYS = {"from": "00:00", "to": "24:00"}


def schedule(section: object) -> Schedule:
    """A schedule as the site file writes it."""
    calendar = {"off": (datetime(2026, 2, 4, tzinfo=ZONE).date(),)}
    return schedule_of(ScheduleSection.model_validate_json(json.dumps(section)), calendar, ZONE)


def window(section: object) -> WindowRule:
    """A test of the fire panels of a building."""
    covers = Covers(building="b1", category="fire.*")
    return WindowRule(
        name="bells", why="test", covers=covers, reason="bells", schedule=schedule(section)
    )


def local(text: str) -> datetime:
    """An instant in the site's time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


class Days:
    """A window's rule through the days, killed wherever the story wants it."""

    def __init__(self, section: object, begun: str) -> None:
        self.section, self.now = section, local(begun)
        self.disk: dict[str, bytes] = {}
        self.told: list[tuple[str, str]] = []
        self.events: list[Event] = []
        self.killed(begun)

    def killed(self, back: str) -> None:
        """The gateway starts with what is on the disk."""
        self.now = local(back)
        self.engine = Engine([window(self.section)])
        self.engine.restore(self.disk)
        self._take(self.engine.begin(self.now))

    def until(self, end: str) -> None:
        """Time passes; the rule is woken when it asks for it."""
        while (wake := self.engine.wake_at()) is not None and wake <= local(end):
            self.now = wake
            self._take(self.engine.feed(None, wake))
        self.now = local(end)

    def _take(self, follows: object) -> None:
        assert isinstance(follows, list)
        for event in follows:
            self.events.append(event)
            at = self.now.astimezone(ZONE).strftime("%m-%d %H:%M")
            self.told.append((at, event.kind.removeprefix("suppression.")))
        self.disk |= self.engine.take_changed()


def test_the_monthly_test_begins_and_ends_at_its_borders() -> None:
    """The first Wednesday of each month, to the minute, once each."""
    days = Days(FIRST_WEDNESDAY, "2026-03-03T00:00")
    days.until("2026-03-05T12:00")
    days.killed("2026-03-31T12:00")
    days.until("2026-04-02T00:00")
    assert days.told == [
        ("03-04 10:00", "began"),
        ("03-04 11:00", "ended"),
        ("04-01 10:00", "began"),
        ("04-01 11:00", "ended"),
    ]
    began = days.events[0]
    assert isinstance(began, SuppressionBegan)
    assert (began.id, began.why, began.reason) == ("bells", "test", "bells")
    assert began.covers == Covers(building="b1", category="fire.*")
    assert began.until == local("2026-03-04T11:00") + GRACE


@pytest.mark.parametrize("back", ["2026-03-04T10:31", "2026-03-04T10:59"])
def test_a_restart_within_says_nothing_again(back: str) -> None:
    """What began has begun; it ends when it has to."""
    days = Days(FIRST_WEDNESDAY, "2026-03-04T09:00")
    days.until("2026-03-04T10:30")
    days.killed(back)
    days.until("2026-03-04T12:00")
    assert days.told == [("03-04 10:00", "began"), ("03-04 11:00", "ended")]


def test_a_gateway_that_was_off_begins_late_or_ends_late() -> None:
    """It looks at the time when it starts, on either side of the border."""
    days = Days(FIRST_WEDNESDAY, "2026-03-04T10:20")
    assert days.told == [("03-04 10:20", "began")]
    days.killed("2026-03-04T15:00")
    assert days.told[1:] == [("03-04 15:00", "ended")]


def test_a_clock_that_was_set_is_noticed_within_a_minute() -> None:
    """The schedule goes by the time of the day, not by how long something took."""
    days = Days(FIRST_WEDNESDAY, "2026-03-04T10:20")
    days.engine.shift(timedelta(hours=3))
    days.until("2026-03-04T13:21")
    assert [what for _, what in days.told] == ["began", "ended"]
    days.engine.shift(-timedelta(hours=3))
    days.now = local("2026-03-04T10:21")
    days.until("2026-03-04T10:23")
    assert [what for _, what in days.told] == ["began", "ended", "began"]


def test_a_window_without_a_gap_goes_on() -> None:
    """Round the clock nothing emerges at midnight: it is begun anew before it runs out."""
    days = Days(ALWAYS, "2026-03-04T10:00")
    days.until("2026-03-07T00:00")
    assert {what for _, what in days.told} == {"began"}
    ends = [event.until for event in days.events if isinstance(event, SuppressionBegan)]
    begins = [event.at for event in days.events if isinstance(event, SuppressionBegan)]
    assert len(begins) == 4, "once, and at each of three midnights"
    assert all(end and end > at for end, at in zip(ends, begins[1:], strict=False))


def test_a_window_whose_rule_is_gone_ends_by_itself() -> None:
    """Taken out of the site file while it was on, it does not silence for ever."""
    days = Days(FIRST_WEDNESDAY, "2026-03-04T10:20")
    life = AlarmLife()
    life.now = days.now
    life.say(days.events[0])
    told = life.wait(local("2026-03-04T12:00"))
    assert [each.event.kind for each in told] == ["suppression.ended"]
    assert told[0].event.at == local("2026-03-04T11:05")


def test_an_end_that_came_twice_is_told_once() -> None:
    """A person ended the test early; the border adds nothing."""
    life = AlarmLife()
    assert life.window("test")
    assert life.window_ends("test")
    assert life.say(SuppressionEnded(id="test", by="", at=life.now)) == []


def test_what_a_test_raised_calls_when_it_is_over() -> None:
    """Through the whole pipeline: silent until ten past eight, then an issue, once."""
    rule = replace(window({"from": "08:00", "to": "08:10"}), covers=Covers(device="d"))

    async def story() -> House:
        house = House(rule, alarm("d/a", "d/x"), policies=[POLICY])
        reading = Reading(point="d/x", value=True, at=EPOCH)
        await house.after(15 * 60, Report((reading,)))
        return house

    house = virtual.run(story())
    told = [(kept.event.kind, kept.event.at - EPOCH) for kept in house.journal.kept]
    over = timedelta(minutes=10)
    assert told == [
        ("suppression.began", timedelta(0)),
        ("alarm.raised", timedelta(0)),
        ("suppression.ended", over),
        ("alarm.updated", over),
    ]
    issues = [kept.alarm.issue for kept in house.journal.kept if kept.alarm]
    assert issues[0] is None
    assert issues[1]


def begins_in(section: object, year: int) -> list[str]:
    """The days of a year on which a schedule applies at half past ten."""
    applies = schedule(section).applies
    first = datetime(year, 1, 1, 10, 30, tzinfo=ZONE)
    days = (first + timedelta(days=day) for day in range(365))
    return [day.strftime("%m-%d") for day in days if applies(day.astimezone(UTC))]


def test_nth_counts_weekdays_of_the_month() -> None:
    """First and last, and a fifth that only some months have."""
    base = {"from": "10:00", "to": "11:00", "days": ["wed"]}
    first = begins_in(base | {"nth": [1]}, 2026)
    assert len(first) == 12
    assert first[:3] == ["01-07", "02-04", "03-04"]
    last = begins_in(base | {"nth": ["last"]}, 2026)
    assert len(last) == 12
    assert last[:3] == ["01-28", "02-25", "03-25"]
    assert begins_in(base | {"nth": [5]}, 2026) == ["04-29", "07-29", "09-30", "12-30"]
    assert begins_in(base | {"nth": [1], "except": "off"}, 2026) == [
        d for d in first if d != "02-04"
    ]


def test_single_dates() -> None:
    """Alone they are the only days; beside weekdays they come in addition."""
    base = {"from": "10:00", "to": "11:00", "dates": ["2026-11-09", "2026-03-05"]}
    assert begins_in(base, 2026) == ["03-05", "11-09"]
    both = begins_in(base | {"days": ["wed"], "nth": [1]}, 2026)
    assert len(both) == 14
    assert {"03-04", "03-05", "11-09"} <= set(both)


def test_nth_needs_its_weekday() -> None:
    """The first of every weekday would be the first seven days of a month: nobody means that."""
    with pytest.raises(ValidationError, match="nth"):
        schedule({"from": "10:00", "to": "11:00", "nth": [1]})
