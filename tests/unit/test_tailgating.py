"""More people pass than were let in, as far as a contact or a counter can tell."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.model import Quality
from edge.rules.door import DoorRule
from edge.rules.engine import Engine
from edge.rules.tailgating import BUILT_IN, MOST, TailgatingOptions
from tests.fakes.rule_life import RuleLife, at, device, reading
from tests.fakes.site import bare_site

DOOR = {"may_open": "", "door_open": ""}
SITE = bare_site(
    devices=dict(
        [
            device("door", units=DOOR),
            device("lane", units={**DOOR, "passages": ""}),
            device("stile", units={"may_open": "", "passages": ""}),
            device("bare", units={"may_open": ""}),
        ]
    )
)
OPTIONS = TailgatingOptions()
WORDS = {"allow": ("may_open", True), "open": ("door_open", True), "shut": ("door_open", False)}


def life() -> RuleLife:
    """The gates of the site."""
    return RuleLife(lambda: BUILT_IN.build(SITE, OPTIONS), -100)


def play(gate: str, *deeds: tuple[float, str | int | None]) -> list[tuple[float, str]]:
    """Let things happen to a gate seen shut, and ten minutes pass; a number is the counter's.

    `kill` is a restart in no time, `back` one after which the verdict is overdue.
    """
    of = life()
    of.tell(-50, reading(f"{gate}/door_open", value=False))
    for seconds, deed in deeds:
        if deed in {"kill", "back"}:
            of.wait(seconds if deed == "kill" else 0)
            of.killed(seconds)
            continue
        point, value = WORDS[deed] if isinstance(deed, str) else ("passages", deed)
        quality = Quality.BAD if value is None else Quality.GOOD
        of.tell(seconds, reading(f"{gate}/{point}", value, quality=quality))
    of.wait(600)
    assert {alarm for _, _, alarm in of.story} <= {f"{gate}/tailgating"}
    return [(seconds, word) for seconds, word, _ in of.story]


def test_only_gates_that_show_something_are_watched() -> None:
    """Without a contact or a counter nothing can be known, and nothing is pretended."""
    watched = [rule.id.partition("/")[0] for rule in BUILT_IN.build(SITE, OPTIONS)]
    assert watched == ["door", "lane", "stile"]
    assert list(BUILT_IN.build(SITE, TailgatingOptions(enabled=False))) == []


@pytest.mark.parametrize(
    "deeds",
    [
        [(0, "allow"), (1, "open"), (4, "shut")],
        [(0, "allow"), (1, "open"), (29, "shut")],
        [(0, "allow"), (1, "open"), (4, "shut"), (5, "open"), (6, "shut")],
        [(0, "allow"), (1, "open"), (4, "shut"), (5, "allow"), (6, "open"), (9, "shut")],
        [(0, "allow"), (1, "open"), (4, "shut"), (6, "open"), (8.9, "allow"), (9, "shut")],
        [(0, "allow"), (1, "allow"), (2, "open"), (4, "shut"), (6, "open"), (8, "shut")],
        [(0, "open"), (4, "shut")],
        [(0, "allow"), (1, "open"), (4, "shut"), (10.1, "open"), (14, "shut")],
    ],
    ids=[
        "one passage",
        "long open is held open, not this",
        "bounced off the latch",
        "a grant each",
        "the second grant told late",
        "two grants before",
        "no grant at all is forced",
        "no grant in reach is forced",
    ],
)
def test_what_a_contact_cannot_tell_is_not_told(deeds: list[tuple[float, str]]) -> None:
    """Each of these is in order, or somebody else's to tell."""
    assert play("door", *deeds) == []


def test_a_door_that_opens_again_on_the_same_grant() -> None:
    """Told when no grant has come in time for the second opening; over after a minute."""
    again: list[tuple[float, str | int | None]] = [
        (0, "allow"),
        (1, "open"),
        (4, "shut"),
        (6, "open"),
        (7, "shut"),
    ]
    assert play("door", *again) == [(9, "raised"), (69, "cleared")]
    assert play("door", *again, (8, "kill")) == [(9, "raised"), (69, "cleared")]
    assert play("door", *again, (20, "kill"), (65, "kill")) == [(9, "raised"), (69, "cleared")]
    assert play("door", *again, (20, "back")) == [(20, "raised"), (80, "cleared")]


def test_ten_seconds_are_in_reach() -> None:
    """The window's end belongs to it, as it does for whether a door was forced."""
    again: list[tuple[float, str | int | None]] = [(0, "allow"), (1, "open"), (4, "shut")]
    assert play("door", *again, (10, "open")) == [(13, "raised"), (73, "cleared")]


def test_a_grant_that_nobody_used_is_not_saved_for_later() -> None:
    """An old one does not pay for the next opening, and so the late one is used up by it."""
    old: list[tuple[float, str | int | None]] = [(0, "allow"), (15, "open"), (16, "allow")]
    assert play("door", *old, (18, "shut"), (20, "open")) == [(23, "raised"), (83, "cleared")]


def test_a_contact_that_is_lost_ends_what_was_pending() -> None:
    """Of a door that is unknown nothing is said, and its first sight is no opening."""
    of = life()
    of.tell(0, reading("door/door_open", value=False), reading("door/may_open", value=True))
    of.tell(1, reading("door/door_open", value=True))
    of.tell(3, reading("door/door_open", value=False))
    of.tell(5, reading("door/door_open", value=True))
    of.tell(6, reading("door/door_open", None, quality=Quality.BAD))
    of.tell(7, reading("door/door_open", value=True))
    of.wait(600)
    assert of.story == []


@pytest.mark.parametrize("gate", ["lane", "stile"])
@pytest.mark.parametrize(
    ("deeds", "told"),
    [
        ([(0, "allow"), (1, 11)], []),
        ([(0, "allow"), (1, 12)], [(4, "raised"), (64, "cleared")]),
        ([(0, "allow"), (1, 12), (3, "allow")], []),
        ([(0, "allow"), (1, 11), (2, 12), (4, 13)], [(5, "raised"), (67, "cleared")]),
        ([(1, 12)], []),
        ([(0, "allow"), (1, 3)], []),
        ([(0, "allow"), (0.5, None), (1, 15)], []),
        ([(0, "allow"), (0.5, "kill"), (1, 15)], []),
    ],
    ids=[
        "one",
        "two on one",
        "two on two",
        "three on one",
        "forced",
        "counter begun anew",
        "counter lost",
        "gateway away",
    ],
)
def test_a_counter_knows(
    gate: str, deeds: list[tuple[float, str | int | None]], told: list[tuple[float, str]]
) -> None:
    """Passages beyond the grants; what was not seen to be counted is not judged."""
    assert play(gate, (-1, 10), *deeds) == told


def test_while_a_door_is_open_its_grant_stays_in_reach() -> None:
    """A counter that ticks late in an opening still finds the grant; a second one does not."""
    deeds: list[tuple[float, str | int | None]] = [(-1, 10), (0, "allow"), (1, "open"), (25, 11)]
    assert play("lane", *deeds, (30, "shut")) == []
    assert play("lane", *deeds, (26, 12), (30, "shut")) == [(29, "raised"), (89, "cleared")]


steps = st.lists(
    st.tuples(st.sampled_from([0.2, 1.5, 4.0, 20.0]), st.sampled_from([*WORDS])), max_size=30
)


@given(steps)
def test_no_opening_is_both_forced_and_shared(deeds: list[tuple[float, str]]) -> None:
    """Whatever happens: each opening is told by one rule at most, and waiting things are few."""
    engine = Engine(
        [
            *BUILT_IN.build(bare_site(devices=dict([device("door", units=DOOR)])), OPTIONS),
            DoorRule(
                device="door",
                grant_window=OPTIONS.grant_window,
                settle=OPTIONS.settle,
                held_open_after=OPTIONS.settle * 1000,
            ),
        ]
    )
    engine.begin(at(-100))
    engine.feed(reading("door/door_open", value=False), at(-100))
    openings, told, seconds, shut = 0, 0, 0.0, True
    for wait, deed in deeds:
        seconds += wait
        openings += shut and deed == "open"
        shut = deed == "shut" or (shut and deed == "allow")
        point, value = WORDS[deed]
        told += _found(engine.feed(None, at(seconds)))
        told += _found(engine.feed(reading(f"door/{point}", value), at(seconds)))
        state = engine._states["door/.tailgating"]
        assert max(len(state.grants), len(state.owed)) <= MOST
    told += _found(engine.feed(None, at(seconds + 4)))
    assert told <= openings


def _found(follows: Sequence[object]) -> int:
    return sum(getattr(each, "kind", "") in {"alarm.raised", "access.forced"} for each in follows)
