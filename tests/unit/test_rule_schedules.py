"""Schedules: the time of the day at the site, midnight, days off, and clocks that are put."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.rules.schedule import LOOK_AGAIN, Schedule
from tests.fakes.written import Scene, rule, schedule

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str, zone: ZoneInfo = SHANGHAI, fold: int = 0) -> datetime:
    """An instant, said in local time."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def times(begins: float, ends: float, zone: ZoneInfo = BERLIN) -> Schedule:
    """Every day from one hour to another."""
    return Schedule(
        begins=timedelta(hours=begins),
        ends=timedelta(hours=ends),
        days=frozenset(range(7)),
        zone=zone,
    )


@pytest.mark.parametrize(
    ("at", "applies"),
    [
        ("2026-03-02 08:29:59", False),
        ("2026-03-02 08:30", True),
        ("2026-03-02 17:59:59", True),
        ("2026-03-02 18:00", False),
        ("2026-03-07 12:00", False),  # a Saturday
        ("2026-10-01 12:00", False),  # a holiday, on a Thursday
        ("2026-10-10 12:00", True),  # a Saturday that is worked
    ],
)
def test_office_hours(at: str, *, applies: bool) -> None:
    """Weekdays, less the holidays, and the days that are worked instead."""
    office = schedule(
        {
            "from": "08:30",
            "to": "18:00",
            "days": ["mon", "tue", "wed", "thu", "fri"],
            "except": "holidays",
            "also": "worked",
        },
        holidays=["2026-10-01"],
        worked=["2026-10-10"],
    )
    assert office.applies(local(at)) is applies


@pytest.mark.parametrize(
    ("at", "applies"),
    [
        ("2026-03-06 21:59", False),
        ("2026-03-06 22:00", True),  # a Friday
        ("2026-03-07 05:59", True),
        ("2026-03-07 06:00", False),
        ("2026-03-07 22:00", False),
        ("2026-03-06 05:00", False),  # would be Thursday's
    ],
)
def test_a_night_is_that_of_the_day_on_which_it_begins(at: str, *, applies: bool) -> None:
    """Friday's night lasts into Saturday."""
    friday = schedule({"from": "22:00", "to": "06:00", "days": ["fri"]})
    assert friday.applies(local(at)) is applies


def test_a_whole_day_off() -> None:
    """00:00 to 24:00 leaves no second out."""
    sunday = schedule({"from": "00:00", "to": "24:00", "days": ["sun"]})
    assert not sunday.applies(local("2026-03-07 23:59:59"))
    assert sunday.applies(local("2026-03-08 00:00"))
    assert sunday.applies(local("2026-03-08 23:59:59"))
    assert not sunday.applies(local("2026-03-09 00:00"))


def test_it_says_when_it_next_begins_or_ends() -> None:
    """Also when that is tomorrow; nothing when it is later still."""
    day = schedule({"from": "08:30", "to": "18:00", "days": ["mon", "tue"]})
    assert day.until(local("2026-03-02 09:00")) == local("2026-03-02 18:00")
    assert day.until(local("2026-03-02 19:00")) == local("2026-03-03 08:30")
    assert day.until(local("2026-03-03 19:00")) is None


def test_the_night_the_clock_is_put_forward() -> None:
    """02:30 does not exist: what begins then begins an hour later, what ends then as well."""
    begins, ends = times(2.5, 5), times(0, 2.5)
    spring = "2026-03-29"
    assert not begins.applies(local(f"{spring} 03:29", BERLIN))
    assert begins.applies(local(f"{spring} 03:30", BERLIN))
    assert ends.applies(local(f"{spring} 03:29", BERLIN))
    assert not ends.applies(local(f"{spring} 03:30", BERLIN))
    assert ends.until(local(f"{spring} 01:00", BERLIN)) == local(f"{spring} 03:30", BERLIN)


def test_the_night_the_clock_is_put_back() -> None:
    """02:30 comes twice: it begins with the first and ends with the last."""
    begins, ends = times(2.5, 5), times(0, 2.5)
    autumn = "2026-10-25"
    assert begins.applies(local(f"{autumn} 02:45", BERLIN))
    assert begins.applies(local(f"{autumn} 02:15", BERLIN, fold=1))
    assert ends.applies(local(f"{autumn} 02:45", BERLIN))
    assert ends.applies(local(f"{autumn} 02:15", BERLIN, fold=1))
    assert not ends.applies(local(f"{autumn} 02:30", BERLIN, fold=1))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - UTC is added
    st.integers(0, 95),
    st.integers(1, 96),
    st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("Australia/Lord_Howe")]),
    st.frozensets(st.integers(0, 6)),
)
def test_it_changes_only_when_it_says_so(
    now: datetime, begins: int, ends: int, zone: ZoneInfo, days: frozenset[int]
) -> None:
    """Whatever the zone does with its clocks, nothing changes before `until`, minute by minute."""
    one = Schedule(
        begins=timedelta(minutes=15 * begins),
        ends=timedelta(minutes=15 * ends),
        days=days,
        zone=zone,
        but=frozenset({date(2026, 10, 25)}),
    )
    at = now.replace(tzinfo=UTC, second=0, microsecond=0)
    before = one.applies(at)
    until = one.until(at) or at + timedelta(hours=20)
    while (at := at + timedelta(minutes=5)) < until:
        assert one.applies(at) is before
    assert one.wake(at) <= at + LOOK_AGAIN


def test_a_clock_that_is_set_is_noticed_within_a_minute() -> None:
    """A gateway that starts in 1970 and is then put right: night is when it is night."""
    scene = Scene(rule({"during": "night"}), start=local("1970-01-02 12:00"))
    step = local("2026-03-06 23:00") - scene.now
    scene.engine.shift(step)
    scene.start += step
    scene.now += step
    assert not scene.active
    assert scene.at(60).active
