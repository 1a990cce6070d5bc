"""The mains of a building are lost when several of its devices say so at once."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.model import Location, Quality, Record, Suppression, Value
from edge.rules.mains import BUILT_IN, MOST_WORDS, MainsOptions
from edge.rules.rule import Quieting
from tests.fakes.rule_life import RuleLife, at, cleared, device, raised, reading
from tests.fakes.site import bare_site

PHASES = {"voltage_a": "V", "voltage_b": "V", "voltage_c": "V", "residual_current": "mA"}
SITE = bare_site(
    devices=dict(
        [
            device("lift-1", kind="lift", building="b1"),
            device("lift-2", kind="lift", building="b1"),
            device("lift-3", kind="lift", building="b2"),
            device("fire-1", kind="fire_panel", building="b1"),
            device("box", kind="electric", building="b1", units=PHASES),
            device("pump", kind="electric", units={"voltage": "V"}),
            device("well", kind="lift"),
        ]
    )
)
KEY = "b1/mains_lost"


def life() -> RuleLife:
    """All buildings of the site."""
    return RuleLife(lambda: BUILT_IN.build(SITE, MainsOptions()))


def off(name: str, alarm: str = "power_lost", **rest: object) -> Record:
    """A device's own alarm says that its mains are lost."""
    place = Location(building=SITE.devices[name].location.building)
    suppressed: tuple[Suppression, ...] = rest.get("suppressed", ())  # type: ignore[assignment]
    key = f"{name}/{rest.get('component', '')}/{alarm}".replace("//", "/")
    return raised(key, "lift.power", rule=alarm, location=place, suppressed=suppressed)


def on(name: str, alarm: str = "power_lost") -> Record:
    """It says so no more."""
    return cleared(f"{name}/{alarm}")


def volts(*values: float, name: str = "box") -> tuple[Record, ...]:
    """The three phases of the breaker."""
    return tuple(
        reading(f"{name}/voltage_{phase}", value)
        for phase, value in zip("abc", values, strict=True)
    )


def play(*story: tuple[float, Record]) -> list[tuple[float, str, str]]:
    """What is said when these come, and in the hour after."""
    of = life()
    for seconds, record in story:
        of.tell(seconds, record)
    of.wait(10_000)
    return of.story


def test_one_witness_is_its_own_alarm() -> None:
    """However often it says so, and whatever other buildings say."""
    assert play((0, off("lift-1")), (1, off("lift-1")), (2, off("lift-3"))) == []
    component = off("fire-1", "main_power_fault", component="1-1-0-1")
    other = off("fire-1", "main_power_fault", component="1-2-0-1")
    assert play((0, component), (1, other), (2, off("fire-1", "device_main_power_fault"))) == []


@pytest.mark.parametrize(("seconds", "told"), [(1, True), (60, True), (60.001, False)])
def test_two_witnesses_within_a_minute(seconds: float, *, told: bool) -> None:
    """Later ones have a trouble of their own."""
    story = play((0, off("lift-1")), (seconds, off("fire-1", "main_power_fault")))
    assert story == ([(seconds, "raised", KEY)] if told else [])


def test_an_old_trouble_is_no_witness_of_a_new_one() -> None:
    """A lift that has stood without mains for a day does not make one panel's fault a blackout."""
    day = 86_400
    assert play((0, off("lift-1")), (day, off("lift-2"))) == []
    assert play((0, off("lift-1")), (day, off("lift-2")), (day + 5, off("fire-1"))) == [
        (day + 5, "raised", KEY)
    ]


def test_it_is_over_when_too_few_say_so_for_a_minute() -> None:
    """A lift that has not come back afterwards keeps its own alarm, not the building's."""
    both = ((0, off("lift-1")), (1, off("lift-2")))
    assert play(*both, (100, on("lift-1"))) == [(1, "raised", KEY), (160, "cleared", KEY)]
    assert play(*both, (100, on("lift-1")), (130, off("lift-1"))) == [(1, "raised", KEY)]
    assert play(*both, (100, on("lift-1")), (110, on("lift-2")), (120, off("lift-3"))) == [
        (1, "raised", KEY),
        (160, "cleared", KEY),
    ]
    third = (500, off("fire-1"))
    assert play(*both, third, (600, on("lift-1"))) == [(1, "raised", KEY)]


def test_a_breaker_is_a_witness_when_all_its_phases_are_gone() -> None:
    """One phase that is left means that the mains are there; unknown is not zero."""
    of = life()
    of.tell(0, off("lift-1"), *volts(1, 2, 230))
    of.tell(1, reading("box/voltage_c", None, quality=Quality.BAD), reading("box/voltage_c", "x"))
    assert of.story == []
    of.tell(2, reading("box/voltage_c", 99.9))
    assert of.story == [(2, "raised", KEY)]
    of.tell(10, reading("box/voltage_b", 100))
    of.wait(1000)
    assert of.story == [(2, "raised", KEY), (70, "cleared", KEY)]


@pytest.mark.parametrize(
    "other",
    [
        off("lift-2", "emergency_power"),
        off("lift-2", suppressed=("test",)),
        off("lift-2", suppressed=("maintenance",)),
        off("lift-2", suppressed=("shelved", "flood")),
    ],
)
def test_who_bears_no_witness(other: Record) -> None:
    """Alarms about something else, and those that by somebody's word do not count."""
    assert play((0, off("lift-1")), (1, other)) == []
    assert play((0, off("lift-1")), (1, off("lift-2", suppressed=("flood",)))) != []


def test_what_stands_in_no_building_is_the_sites() -> None:
    """The pump and the well; the alarm bears the site's name."""
    of = life()
    of.tell(0, off("well"), reading("pump/voltage", 0))
    [alarm] = of.raised
    assert (alarm.alarm, alarm.location) == ("site/mains_lost", Location())


def test_it_names_the_building_and_who_said_so() -> None:
    """Where electricians go first, and what is without power."""
    of = life()
    of.tell(0, off("lift-1"), off("fire-1", "main_power_fault"))
    [alarm] = of.raised
    assert (alarm.category, alarm.location) == ("power.mains_lost", Location(building="b1"))
    assert (alarm.behind, alarm.cause.value) == (("lift-1", "fire-1"), 2)


def test_a_restart_forgets_neither_witness_nor_alarm() -> None:
    """Killed between the two, and again between the end and its telling."""
    of = life()
    of.tell(0, off("lift-1"))
    of.killed(10)
    of.tell(20, *volts(0, 0, 0))
    of.killed(30)
    of.tell(100, *volts(230, 230, 230))
    of.killed(110)
    of.wait(1000)
    assert of.story == [(20, "raised", KEY), (160, "cleared", KEY)]
    assert of.said[-1][1].at == at(160)


def test_a_voltage_that_is_well_costs_no_step() -> None:
    """It is quiet until one is low; then each one counts."""
    of = life()
    rule = of.engine._rules[".mains/b1"]
    assert isinstance(rule, Quieting)
    quiet = rule.quiet(of.engine._states[rule.id])
    assert quiet is not None
    assert quiet(reading("box/voltage_a", 100)) is True
    assert quiet(reading("box/voltage_a", 99.9)) is False
    of.tell(0, *volts(0, 230, 230))
    assert rule.quiet(of.engine._states[rule.id]) is None


def test_a_panel_of_a_thousand_parts_is_bounded() -> None:
    """And is still no more than one witness, that ends with the parts that are remembered."""
    of = life()
    for number in range(MOST_WORDS + 10):
        of.tell(number / 100, off("fire-1", "main_power_fault", component=f"1-1-0-{number}"))
    [witness] = of.engine._states[".mains/b1"].witnesses.values()
    assert len(witness.by) == MOST_WORDS
    assert of.story == []


def test_a_site_may_do_without() -> None:
    """Or ask for more witnesses."""
    assert list(BUILT_IN.build(SITE, MainsOptions(enabled=False))) == []
    of = RuleLife(lambda: BUILT_IN.build(SITE, MainsOptions(witnesses=3)))
    of.tell(0, off("lift-1"), off("lift-2"))
    assert of.story == []
    of.tell(1, off("fire-1"))
    assert of.story == [(1, "raised", KEY)]


def test_a_breaker_that_left_the_site_file_bears_no_witness_for_ever() -> None:
    """Taken out while its voltages were low: one witness is left, and that is not enough."""
    sites = [SITE, replace(SITE, devices={k: v for k, v in SITE.devices.items() if k != "box"})]
    of = RuleLife(lambda: BUILT_IN.build(sites[0], MainsOptions()))
    of.tell(0, *volts(0, 0, 0), off("lift-1"))
    del sites[0]
    of.killed(10)
    of.wait(200)
    assert of.story == [(0, "raised", KEY), (70, "cleared", KEY)]


@pytest.mark.parametrize(
    "value", [math.nan, -math.inf, -1e300, pytest.param(-(10**400), id="huge"), True, "0"]
)
def test_what_is_no_voltage_says_nothing(value: Value) -> None:
    """Neither a number beyond all measure nor something else is a low voltage."""
    of = life()
    of.tell(0, off("lift-1"), *(reading(f"box/voltage_{phase}", value) for phase in "abc"))
    assert of.story == []


moves = st.lists(
    st.tuples(st.floats(0.5, 100), st.sampled_from(["lift-1", "lift-2", "fire-1"]), st.booleans()),
    max_size=30,
)


@given(moves)
def test_it_ends_when_everybody_is_well_and_begins_with_two(
    story: list[tuple[float, str, bool]],
) -> None:
    """Whatever the order: on and off by turns, raised by at least two, and never left on."""
    of, seconds, without = life(), 0.0, set[str]()
    for wait, name, lost in story:
        seconds += wait
        of.wait(seconds)
        told = len(of.raised)
        of.tell(seconds, off(name) if lost else on(name))
        without = without | {name} if lost else without - {name}
        assert len(of.raised) == told or len(without) >= 2
    for name in without:
        of.tell(seconds, on(name))
    of.wait(seconds + 61)
    words = [word for _, word, _ in of.story]
    assert words == ["raised", "cleared"] * (len(words) // 2)
