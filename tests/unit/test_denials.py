"""Refused at one gate again and again."""

from __future__ import annotations

import pytest

from edge.model import Access, AccessDecision
from edge.rules.denials import BUILT_IN, DenialsOptions
from tests.fakes.rule_life import RuleLife, at, device
from tests.fakes.site import bare_site

SITE = bare_site(devices=dict([device("g1"), device("g2"), device("lift-1", kind="lift")]))
KEY = "g1/repeated_denials"


def life(**options: object) -> RuleLife:
    """The two gates of the site."""
    return RuleLife(lambda: BUILT_IN.build(SITE, DenialsOptions.model_validate(options)))


def denied(seconds: float, gate: str = "g1", decision: AccessDecision = "denied") -> Access:
    """A decision, at that second of the gate's clock."""
    return Access(device=gate, decision=decision, at=at(seconds), person="7")


def play(*seconds: float, of: RuleLife | None = None) -> RuleLife:
    """Denials as they happen, and an hour to see what becomes of them."""
    of = of or life()
    for second in seconds:
        of.tell(second, denied(second))
    of.wait(3600)
    return of


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        ((0, 1, 2, 3), []),
        ((0, 30, 60, 90, 120), [(120, "raised", KEY), (420, "cleared", KEY)]),
        ((0, 30, 60, 90, 120.001), []),
        ((0, 100, 130, 160, 190, 210), [(210, "raised", KEY), (510, "cleared", KEY)]),
        ((0, 1, 2, 3, 4, 200), [(4, "raised", KEY), (500, "cleared", KEY)]),
    ],
)
def test_five_within_two_minutes(seconds: list[float], told: list[object]) -> None:
    """The fifth of them raises, one that is later does not; five minutes without one clear."""
    assert play(*seconds).story == told


def test_each_gate_counts_its_own_denials_and_nothing_else() -> None:
    """Two gates do not add up, and who is let in was not refused."""
    both = life()
    for second in range(4):
        both.tell(second, denied(second), denied(second, "g2"), denied(second, decision="granted"))
    assert both.story == []
    both.tell(5, denied(5, "g2"))
    assert both.story == [(5, "raised", "g2/repeated_denials")]


def test_what_a_gate_had_stored_for_hours_is_no_rush() -> None:
    """Twelve denials of a night, told within a second, lie far apart by the gate's clock."""
    of = life()
    for number in range(12):
        of.tell(36_000 + number / 100, denied(number * 1800))
    assert of.story == []


def test_a_gate_whose_clock_is_wrong_is_judged_like_any_other() -> None:
    """What counts of its clock is how far apart its records are."""
    of = life()
    for second in range(5):
        of.tell(second, denied(second - 86_400))
    assert of.story == [(4, "raised", KEY)]


def test_a_restart_forgets_no_denial_and_repeats_no_alarm() -> None:
    """Killed after each one, the fifth still raises, once, and its end still comes."""
    of = life()
    for second in range(7):
        of.tell(second, denied(second))
        of.killed(second + 0.5)
    of.killed(100)
    of.wait(1000)
    assert of.story == [(4, "raised", KEY), (306, "cleared", KEY)]


def test_its_options_count() -> None:
    """Another number, another time; and none at all where a site does not want it."""
    assert play(0, 9, of=life(count=2, within="10s", clear_for="30s")).story == [
        (9, "raised", KEY),
        (39, "cleared", KEY),
    ]
    assert list(BUILT_IN.build(SITE, DenialsOptions(enabled=False))) == []
    watched = [rule.id for rule in BUILT_IN.build(SITE, DenialsOptions())]
    assert watched == ["g1/.denials", "g2/.denials"]
