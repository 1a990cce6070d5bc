"""Why what many devices have in common is told or not, as a person reads it."""

from __future__ import annotations

import math

from edge.model import Location, Record
from edge.rules import leakage, mains, offline
from tests.fakes.accounts import why
from tests.fakes.rule_life import RuleLife, cleared, device, raised, reading
from tests.fakes.site import bare_site

DAY = 86_400.0
PHASES = {"voltage_a": "V", "voltage_b": "V", "residual_current": "mA"}
SITE = bare_site(
    devices=dict(
        [
            *(device(f"lift-{n}", kind="lift", link="bus", building="b1") for n in (1, 2, 3)),
            device("box", kind="electric", link="power", building="b1", units=PHASES),
        ]
    )
)
POWER_LOST = raised(
    "lift-1/power_lost", "lift.power", rule="power_lost", location=Location(building="b1")
)


def volts(low: float, other: float) -> tuple[Record, ...]:
    """Both phases of the cabinet."""
    return reading("box/voltage_a", low), reading("box/voltage_b", other)


def test_mains_by_their_witnesses() -> None:
    """Who says so, by what, since when; which voltages are low; when it will be over."""
    of = RuleLife(lambda: mains.BUILT_IN.build(SITE, mains.MainsOptions()))
    key = "b1/mains_lost"
    of.tell(0, POWER_LOST, *volts(10.0, 226.0))
    one = "  ✗ at least 2 devices lost their mains within 1min, 1 say so"
    assert why(of.engine, key, 2, {"box/voltage_a": 10.0}) == [
        "The building has lost its mains: is not active",
        one,
        "    ✓ lift-1 says so: lift-1/power_lost  (since 00:00:00)",
        "  ✗ all voltages of box are low",
        "    ✓ box/voltage_a below 100 V  [now 10 V]",
        "    ✗ box/voltage_b below 100 V",
    ]
    of.tell(3, *volts(10.0, 20.0))
    whole, enough, _, box, *_ = why(of.engine, key, 4)
    assert whole.endswith(": is active")
    assert enough == "  ✓ at least 2 devices lost their mains within 1min, 2 say so"
    assert box == "    ✓ box says so: box/voltage  (since 00:00:03)"
    of.tell(100, cleared("lift-1/power_lost"))
    assert why(of.engine, key, 110)[:2] == [
        "The building has lost its mains: is active  (changes at 00:02:40)",
        one,
    ]


def rising(days: float, rise: float) -> RuleLife:
    """A residual current with its daily course, and so much more every day."""
    of = RuleLife(lambda: leakage.BUILT_IN.build(SITE, leakage.LeakageOptions()))
    for step in range(round(days * 72)):
        day = step / 72
        current = 100 + 40 * math.sin(2 * math.pi * day) + rise * day
        of.tell(step * 1200.0 + 5, reading("box/residual_current", current))
    return of


def test_a_residual_current_while_too_little_is_known() -> None:
    """How many hours there are, the value now, and nothing pretended."""
    key, point = "box/residual_current_trend", "box/residual_current"
    assert why(rising(2, 30).engine, key, 2 * DAY, {point: 160}) == [
        "Residual current rises day by day: is not active",
        "  ✗ enough of 96 hours are known: 16 of each day  [now 47 h]",
        "  ? 300 mA will be reached within 7d  [now 160 mA]",
        "  ? three quarters of the hours rise by at least 10 mA a day, three days  [value unknown]",
    ]


def test_a_residual_current_that_rises_and_one_that_does_not() -> None:
    """Level and rise against what it takes; for an alarm that is on, what ends it."""
    key = "box/residual_current_trend"
    assert why(rising(9, 30).engine, key, 9 * DAY) == [
        "Residual current rises day by day: is active",
        "  ✓ enough of 96 hours are known: 16 of each day  [now 96 h]",
        "  ✓ 300 mA will be reached within 7d  [now 366.5 mA]",
        "  ✓ three quarters of the hours rise by at least 10 mA a day, three days  [now 30 mA/d]",
        "  ✓ it rises by 5 mA a day or more: over when it is less  [now 30 mA/d]",
    ]
    assert why(rising(9, 0).engine, key, 9 * DAY)[2:] == [
        "  ✗ 300 mA will be reached within 7d  [now 100 mA]",
        "  ✗ three quarters of the hours rise by at least 10 mA a day, three days  [now 0 mA/d]",
    ]


def lost(of: RuleLife, seconds: float, *names: str) -> None:
    """Nobody hears these any more."""
    of.tell(seconds, *(reading(f"{name}/online", value=False) for name in names))


def test_a_silent_bus() -> None:
    """Who is lost since when, of how many, until when it is waited, and that the link is up."""
    of = RuleLife(lambda: offline.BUILT_IN.build(SITE, offline.OfflineOptions()))
    key = "bus/silent"
    lost(of, 10, "lift-1", "lift-2")
    assert why(of.engine, key, 11)[1:] == [
        "  ✗ of 3 at least 3 were lost within 2min",
        "    ✓ lift-1 cannot be reached  (since 00:00:10)",
        "    ✓ lift-2 cannot be reached  (since 00:00:10)",
        "    ✗ lift-3 cannot be reached",
        "  ✓ bus is heard",
    ]
    lost(of, 12, "lift-3")
    whole, enough, *_ = why(of.engine, key, 13)
    assert whole.endswith(": is not active  (changes at 00:00:32)")
    assert enough == "  ✓ of 3 at least 3 were lost within 2min  (since 00:00:12)"
    of.wait(40)
    assert why(of.engine, key, 41)[0].endswith(": is active")
    lost(of, 42, "bus")
    assert why(of.engine, key, 43)[-1] == "  ✗ bus is heard"


def test_what_several_links_hang_on() -> None:
    """The links one by one."""
    options = offline.OfflineOptions(behind={"switch-1": ("bus", "power")})
    of = RuleLife(lambda: offline.BUILT_IN.build(SITE, options))
    lost(of, 10, "bus")
    assert why(of.engine, "switch-1/offline", 11)[1:] == [
        "  ✗ of 2 at least 2 were lost within 2min",
        "    ✓ bus cannot be reached  (since 00:00:10)",
        "    ✗ power cannot be reached",
    ]


def test_a_link_and_what_is_behind_it() -> None:
    """The minute that it is waited for, and each device as far as it is known."""
    of = RuleLife(lambda: offline.BUILT_IN.build(SITE, offline.OfflineOptions()))
    lost(of, 10, "bus")
    latest = {"bus/online": False, "lift-1/online": False, "lift-2/online": True}
    whole, *lines = why(of.engine, "bus/offline", 11, latest)
    assert whole.endswith(": is not active  (since 00:00:10, changes at 00:01:10)")
    assert lines == [
        "  ✓ the link bus is lost  [now no]",
        "  ✓ lift-1 cannot be reached  (since 00:00:11)",
        "  ✗ lift-2 cannot be reached",
        "  ? lift-3 cannot be reached  [value unknown]",
    ]
