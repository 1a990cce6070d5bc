"""A gate was told to open, said yes, and did not move."""

from __future__ import annotations

from typing import Literal

import pytest

from edge.model import (
    Action,
    CommandResult,
    Location,
    Observation,
    Outcome,
    Quality,
    Record,
    Text,
)
from edge.rules.barrier import BUILT_IN, BarrierOptions
from tests.fakes.rule_life import RuleLife, at, cleared, device, raised, reading
from tests.fakes.site import bare_site

SEEN = Observation(point="bar-1/door_open", equals=True, within_s=10)
WORDS = Text("开", "Open")
ACTIONS = {
    "open": Action(text=WORDS, effect="opens", observe=SEEN),
    "release": Action(text=WORDS, effect="releases", observe=SEEN),
    "close": Action(text=WORDS, effect="closes", observe=SEEN),
    "reboot": Action(text=WORDS),
}
BLIND = Action(text=WORDS, effect="opens")
SITE = bare_site(
    devices=dict(
        [
            device("bar-1", building="b1", actions=ACTIONS),
            device("bar-0", building="b1", actions={**ACTIONS, "open": BLIND}),
            device("door-1", building="b1", actions={"open": ACTIONS["open"]}),
        ]
    )
)
KEY = "bar-1/barrier_stuck"
OPEN = reading("bar-1/door_open", value=True)
FIRE = raised("fire-1/1/fire", "fire.alarm", location=Location(building="b1"))


def life() -> RuleLife:
    """The barrier and the door."""
    return RuleLife(lambda: BUILT_IN.build(SITE, BarrierOptions()))


def result(
    observed: Literal["", "yes", "no"],
    action: str = "open",
    device: str = "bar-1",
    outcome: Outcome = "done",
) -> CommandResult:
    """What became of a command."""
    return CommandResult(
        command="c1", device=device, action=action, outcome=outcome, at=at(0), observed=observed
    )


def told(*records: Record) -> list[tuple[float, str, str]]:
    """What is said when these come, a second apart."""
    of = life()
    for seconds, record in enumerate(records):
        of.tell(seconds, record)
    return of.story


@pytest.mark.parametrize("action", ["open", "release"])
def test_done_and_not_seen_to_open_is_stuck(action: str) -> None:
    """Told once, however often it is tried; over when it is seen open, or does as it is told."""
    no = result("no", action)
    assert told(no, no, OPEN, OPEN) == [(0, "raised", KEY), (2, "cleared", KEY)]
    assert told(no, result("yes", action)) == [(0, "raised", KEY), (1, "cleared", KEY)]
    assert told(no, OPEN, no) == [(0, "raised", KEY), (1, "cleared", KEY), (2, "raised", KEY)]


@pytest.mark.parametrize(
    "said",
    [
        result("yes"),
        result(""),
        result("", outcome="failed"),
        result("no", "close"),
        result("no", "reboot"),
        result("no", device="bar-0"),
        result("no", device="door-1"),
    ],
    ids=[
        "opened",
        "cannot be seen",
        "not done",
        "closing",
        "no passage",
        "blind",
        "waits to be pushed",
    ],
)
def test_what_is_not_a_stuck_barrier(said: CommandResult) -> None:
    """Only an action that lets pass, of which the profile says where that is seen, is judged."""
    assert told(said) == []


@pytest.mark.parametrize(
    "said",
    [
        reading("bar-1/door_open", value=False),
        reading("bar-1/door_open", None, quality=Quality.BAD),
        result("no", "close"),
    ],
)
def test_nothing_else_ends_it(said: Record) -> None:
    """A contact that is shut or unknown does not."""
    assert told(result("no"), said) == [(0, "raised", KEY)]


def test_during_a_fire_others_look_after_the_gates() -> None:
    """Nothing new is raised while it burns there; elsewhere is not here."""
    over = cleared(FIRE.alarm)
    assert told(FIRE, result("no")) == []
    assert told(FIRE, result("no"), over, result("no")) == [(3, "raised", KEY)]
    elsewhere = raised("fire-2/1/fire", "fire.alarm", location=Location(building="b2"))
    test = raised("f/1/fire", "fire.alarm", location=FIRE.location, suppressed=("out_of_service",))
    assert told(elsewhere, test, result("no")) == [(2, "raised", KEY)]
    assert told(result("no"), FIRE, OPEN) == [(0, "raised", KEY), (2, "cleared", KEY)]


def test_a_restart_forgets_neither_the_barrier_nor_the_fire() -> None:
    """Its end is still told; in a fire nothing is raised before either."""
    of = life()
    of.tell(0, result("no"), FIRE)
    of.killed(1)
    of.tell(2, OPEN, result("no"))
    assert of.story == [(0, "raised", KEY), (2, "cleared", KEY)]


def test_a_barrier_that_is_taken_away_is_stuck_no_more() -> None:
    """The site file names it no longer when the gateway comes back; another stays stuck."""
    other = device("bar-2", building="b1", actions=ACTIONS)
    sites = [bare_site(devices={**SITE.devices, **dict([other])}), bare_site(devices=dict([other]))]
    of = RuleLife(lambda: BUILT_IN.build(sites[0], BarrierOptions()))
    of.tell(0, result("no"), result("no", device="bar-2"))
    del sites[0]
    of.killed(5)
    of.tell(6, result("yes", device="bar-2"))
    assert of.story[1:] == [
        (0, "raised", "bar-2/barrier_stuck"),
        (5, "cleared", KEY),
        (6, "cleared", "bar-2/barrier_stuck"),
    ]


def test_a_site_may_do_without() -> None:
    """And has the rule only where there is something to judge."""
    assert list(BUILT_IN.build(SITE, BarrierOptions(enabled=False))) == []
    assert [rule.id for rule in BUILT_IN.build(SITE, BarrierOptions())] == [".barrier/b1"]
    bare = bare_site(devices=dict([device("door-1", actions={"reboot": ACTIONS["reboot"]})]))
    assert list(BUILT_IN.build(bare, BarrierOptions())) == []
