"""What follows from a rule that a site wrote: its alarm in words, commands, pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from edge.model import AlarmRaised, Command, Event, Lane, Location, Suppression, Text
from edge.rules.engine import Engine
from edge.rules.spec import RuleSection
from edge.rules.writing import write_rule
from edge.site import Building
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH
from tests.fakes.written import PLAIN, RAISE, Scene, rule, small_site

LEVEL = "sump-1/level"


def test_what_the_text_names_is_filled_in() -> None:
    """The device's name, and the values at the moment of the raise, with their units."""
    written = rule({"point": LEVEL, "above": 80, "for": "10s"}, **{"raise": RAISE})
    scene = Scene(written).reads(LEVEL, 85.0).at(5).reads(LEVEL, 91.25).at(10)
    [raised] = scene.said
    assert isinstance(raised, AlarmRaised)
    assert (raised.text.zh, raised.text.en) == ("sump-1号 水位 91.25 %", "Sump-1 at 91.25 %")
    assert raised.cause.value == 85.0


def test_commands_follow_once_for_each_time_it_becomes_true() -> None:
    """In the step of the raise, with an id made of the cause, and not again while it goes on."""
    command = [{"device": "gate-1", "action": "open", "args": {"leaf": 2}, "within": "20s"}]
    scene = Scene(rule({"point": LEVEL, "above": 80}, command=command))
    scene.reads(LEVEL, 90.0).at(1).reads(LEVEL, 91.0)
    assert scene.kinds == ["alarm.raised", "gate-1:open"]
    [first] = [each for each in scene.said if isinstance(each, Command)]
    assert (first.issuer, first.issued_by) == ("rule", "rule:sump-1/flood")
    assert first.args == {"leaf": 2}
    assert first.expires_at.timestamp() == EPOCH.timestamp() + 20
    scene.at(2).reads(LEVEL, 10.0).at(3).reads(LEVEL, 90.0)
    assert scene.kinds[2:] == ["alarm.cleared", "alarm.raised", "gate-1:open"]
    [_, second] = [each for each in scene.said if isinstance(each, Command)]
    assert first.id != second.id


def test_a_rule_without_an_alarm_acts_at_once() -> None:
    """Only commands: they are all that is told."""
    command = [{"device": "gate-1", "action": "open"}]
    scene = Scene(rule({"point": LEVEL, "above": 80}, command=command, **{"raise": None}))
    scene.reads(LEVEL, 90.0).at(1).reads(LEVEL, 10.0)
    assert scene.kinds == ["gate-1:open"]


def test_evidence_comes_from_the_cameras_that_stand_there() -> None:
    """Of the same unit where both say which; of the building otherwise."""
    of_gate = Scene(rule({"point": LEVEL, "above": 80}, evidence={"near": "gate-1"}))
    assert of_gate.reads(LEVEL, 90.0).kinds[1:] == ["camera-1:capture"]
    of_sump = Scene(rule({"point": LEVEL, "above": 80}, evidence={"near": "sump-1"}))
    assert of_sump.reads(LEVEL, 90.0).kinds[1:] == ["camera-1:capture", "camera-2:capture"]


def test_an_alarm_of_the_site_when_several_devices_are_named() -> None:
    """Nobody says whose it is: it is the site's."""
    parts = [{"point": LEVEL, "above": 80}, {"point": "sump-2/level", "above": 80}]
    [raised] = Scene(rule({"any": parts})).reads(LEVEL, 90.0).said
    assert isinstance(raised, AlarmRaised)
    assert (raised.alarm, raised.device) == ("site/flood", "site")
    assert raised.location is None


def test_an_alarm_stands_where_its_device_does_whatever_caused_it() -> None:
    """The cause is a point of another device: the place is said."""
    own = {"raise": {**PLAIN, "device": "gate-1"}}
    [raised] = Scene(rule({"point": LEVEL, "above": 80}, **own)).reads(LEVEL, 90.0).said
    assert isinstance(raised, AlarmRaised)
    assert raised.location == small_site().devices["gate-1"].location


@pytest.mark.parametrize(
    ("why", "follows"),
    [
        ("test", ["alarm.raised"]),
        ("maintenance", ["alarm.raised"]),
        ("flood", ["alarm.raised", "gate-1:open", "alarm.raised"]),
    ],
)
def test_nothing_follows_from_an_alarm_in_a_test_or_during_work(
    why: Suppression, follows: list[str]
) -> None:
    """Neither the rule's own commands, nor what other rules make of the alarm."""

    def put_aside(event: Event, now: datetime) -> tuple[Event, ...]:
        del now
        return (replace(event, suppressed=(why,)) if isinstance(event, AlarmRaised) else event,)

    command = [{"device": "gate-1", "action": "open"}]
    acts = rule({"point": LEVEL, "above": 80}, command=command)
    hears = rule({"event": "alarm.raised", "category": "water.*", "device": "sump-1"}, id="b")
    scene = Scene(acts, hears)
    scene.engine = Engine(scene.rules, through=put_aside)
    scene.engine.begin(scene.now)
    assert scene.reads(LEVEL, 90.0).kinds == follows


def test_the_alarm_of_a_building_is_in_it() -> None:
    """A rule on an alarm of a building is called after it, and has its place."""
    section = RuleSection.model_validate(
        {"id": "r", "when": {"alarm": "b1/fire_confirmed"}, "raise": {**PLAIN, "lane": Lane.FAULT}}
    )
    site = bare_site(buildings={"b1": Building(id="b1", name=Text("1号楼", "Building 1"))})
    acts = write_rule(section, site, {}).acts
    assert (acts.key, acts.named.en, acts.place) == ("b1/r", "Building 1", Location(building="b1"))
