"""Why somebody counts as trapped, or a lift as failing, as a person reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge.model import DeviceChanged, Value
from simulators.lift_history import LiftFault
from tests.fakes.accounts import why
from tests.fakes.lift_life import BETWEEN, CALM, LiftLife
from tests.fakes.lift_month import BEGINS, Month

TRAPPED, SENSORS = "lift-1/entrapment", "lift-1/sensor_implausible"
STANDS = "the car stands and nobody can leave it, for 90s"
HEARD = "it is heard, or the day does not count"
FEW = "at least 6 faults within 7 days, on three of them"
DAY = timedelta(days=1)


def faults(first: int, days: int, each: int) -> list[LiftFault]:
    """So many faults of the door on each of some days, three hours apart."""
    return [
        LiftFault(lift="lift-1", code="door", at=BEGINS + day * DAY + timedelta(hours=6 + 3 * n))
        for day in range(first, first + days)
        for n in range(each)
    ]


def trapped(life: LiftLife) -> list[str]:
    """The account of the entrapment, now."""
    return why(life.engine, TRAPPED, life.now)


def test_a_car_in_order() -> None:
    """Each fact with the point that claims it, its value, and whether it holds."""
    lines = trapped(LiftLife().poll(5))
    assert lines[0] == "Passengers trapped in the lift: is not active"
    assert lines[1:4] == [
        "  ✗ the lift says so itself, for 3s",
        "    ✗ lift-1/fault_code says: it reports people trapped  [now 0]",
        f"  ✗ {STANDS}",
    ]
    for line in (
        "    ✓ it stands",
        "      ✗ outside the door zone",
        "        ✓ lift-1/door_zone says: inside the door zone  [now 1]",
        "    ✗ it is not known to be empty",
        "      ✓ lift-1/passenger says: nobody is inside  [now 2]",
        "    ✓ neither in inspection nor with firefighters",
        "    ✓ its sensors do not contradict each other",
    ):
        assert line in lines


def test_on_the_way_to_an_entrapment_and_out_of_it() -> None:
    """Since when, until when; once it is on, what ends it and when."""
    life = LiftLife().poll(5).poll(30, **BETWEEN)
    assert f"  ✗ {STANDS}  (since 00:00:05, changes at 00:01:35)" in trapped(life)
    on = trapped(life.poll(80))
    assert on[0] == "Passengers trapped in the lift: is active"
    assert f"  ✓ {STANDS}  (since 00:00:05)" in on
    out = "the people are out, for 10s: it is empty, its door open at a landing"
    assert f"  ✗ {out}, or it says so no more" in on
    lines = trapped(life.poll(5, **CALM["sensor_box"]))
    times = "(since 00:01:55, changes at 00:02:05)"
    assert f"  ✓ {out}, or it says so no more  {times}" in lines


def test_the_word_of_the_lift_itself() -> None:
    """It is waited for as long as its profile says."""
    life = LiftLife().poll(5).poll(2, fault_code=11)
    assert trapped(life)[1:3] == [
        "  ✗ the lift says so itself, for 3s  (since 00:00:05, changes at 00:00:08)",
        "    ✓ lift-1/fault_code says: it reports people trapped  [now 11]",
    ]
    lines = trapped(life.poll(3))
    assert lines[0].endswith("is active")
    assert lines[1] == "  ✓ the lift says so itself, for 3s  (since 00:00:05)"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (
            {"service_mode": 2},
            [
                "    ✗ neither in inspection nor with firefighters",
                "      ✓ lift-1/service_mode says: in inspection or with firefighters  [now 2]",
            ],
        ),
        ({"speed": 0.8}, ["    ? it stands", "    ✗ plausible (it stands and moves at once)"]),
        ({"passenger": 2}, ["    ✗ it is not known to be empty"]),
    ],
)
def test_what_keeps_it_from_being_told(values: dict[str, Value], says: list[str]) -> None:
    """A mode, a contradiction, an empty car: no time runs, and it can be seen why."""
    lines = trapped(LiftLife().poll(5).poll(60, **{**BETWEEN, **values}))
    assert f"  ✗ {STANDS}" in lines
    assert set(says) <= set(lines)


def test_a_silent_lift_is_unknown_since_it_was_last_heard() -> None:
    """What is too old is not shown as if it were so now."""
    life = LiftLife().poll(5)
    life.silent = True
    lines = trapped(life.poll(30))
    last = "lift-1/passenger says: somebody is inside"
    assert f"      ? {last}  [value unknown]  (since 00:00:04)" in lines
    assert "[now" not in "".join(lines)


def test_sensors_that_contradict_each_other() -> None:
    """What, since when, until when it is told, and when it will be believed again."""
    life = LiftLife().poll(5).poll(30, **BETWEEN, speed=0.8)
    both = "The lift's sensors say that it stands and moves at once"
    assert why(life.engine, SENSORS, life.now) == [
        "The lift's sensors contradict each other: is not active",
        f"  ✗ {both}, for 1min  (since 00:00:05, changes at 00:01:05)",
        "  ✗ 5 contradictions within 1h  [now 0]",
        "  ✗ 30 trips in a row never empty  [now 0]",
    ]
    life.poll(100).poll(100, **CALM["sensor_box"])
    first, _, slips, _ = why(life.engine, SENSORS, life.now)
    assert first == f"{both}: is active  (changes at 01:02:15)"
    assert slips == "  ✗ 5 contradictions within 1h  [now 1]"


def failing(month: Month, days: float) -> list[str]:
    """The account of one lift's faults, so many days after the story began."""
    return why(month.engine, "lift-1/maintenance", BEGINS + days * DAY)


def test_a_lift_that_is_being_learnt() -> None:
    """How many days are left, and that nothing is known of its health."""
    month = Month().begin().live(faults(3, 1, 1))
    assert failing(month, 4.1) == [
        "The lift fails more and more often: is not active",
        "  ✗ observed for 14 days, 10 are left  [now 4 d]",
        "  ? its health is below 100  [value unknown]",
        f"  ✗ {FEW}; the leading one is Fault door  [now 1]",
        f"  ✓ {HEARD}",
    ]


def test_a_lift_that_fails_more_often() -> None:
    """The leading fault against the usual and the neighbours, its health, what ends it."""
    month = Month().begin().live([*faults(3, 1, 1), *faults(20, 4, 4)])
    lines = failing(month, 24)
    assert lines[0].endswith("is active")
    assert lines[1] == "  ✓ observed for 14 days, 0 are left  [now 14 d]"
    assert lines[2].startswith("  ✓ its health is below 100  [now ")
    assert lines[3].startswith("  ✓ ")
    assert "Fault door: 16 in " in lines[3]
    assert "usually " in lines[3]
    assert "other lifts 0.0" in lines[3]
    assert lines[-1].startswith("  ✓ more than ")


def test_a_lift_that_cannot_be_heard() -> None:
    """The day will not count."""
    month = Month().begin()
    gone = DeviceChanged(
        device="lift-1", state="offline", reason="", at=BEGINS + timedelta(hours=1)
    )
    month.feed(gone)
    assert failing(month, 0.5)[-1] == f"  ✗ {HEARD}"
