"""Alarms that have one cause: what a stopped lift says, what is lost with a link."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from edge.alarms.flood import LIMIT
from edge.config import load
from edge.config.rules_of import rules_of
from edge.model import AlarmRaised, Lane, Reading
from edge.pipeline import Pipeline
from edge.profiles import Profiles
from edge.rules.alarm import PointAlarm
from edge.rules.build import OFFLINE, build
from edge.schema import AlarmSpec
from tests.fakes import time as virtual
from tests.fakes.alarm_life import POLICY, AlarmLife, name_of
from tests.fakes.pipeline import House
from tests.fakes.rule_life import device
from tests.fakes.time import EPOCH

RIVERSIDE = Path(__file__).parents[2] / "simulators" / "sites" / "riverside" / "site.yaml"
OF_A_STOP = ("entrapment", "stopped_outside_door_zone", "out_of_service", "safety_circuit")
_, LIFT = device("lift-1", kind="lift", link="bus")


def spec(**changes: object) -> AlarmSpec:
    """An alarm of a device that does not answer."""
    written: dict[str, object] = {
        "when": {"point": "online", "equals": False},
        "category": OFFLINE,
        "severity": 500,
        "lane": "fault",
        "text": {"zh": "离线", "en": "offline"},
    }
    return AlarmSpec.model_validate(written | changes, strict=False)


def group(written: AlarmSpec, root: str = "") -> str:
    """The group of the alarm that is built."""
    rule = build(LIFT, "a", written, root)
    assert isinstance(rule, PointAlarm)
    return rule.words.group


def test_a_device_is_lost_with_its_link() -> None:
    """Or with what that hangs on; a group that is written goes before, and is the device's own."""
    assert group(spec()) == "offline@bus"
    assert group(spec(), "switch-3") == "offline@switch-3"
    assert group(spec(group="power")) == "lift-1/power"
    assert group(spec(category="lift.door")) == ""
    assert group(spec(category="lift.door", group="stopped")) == "lift-1/stopped"


def test_what_saves_lives_follows_from_nothing_less() -> None:
    """A fault as severe came first: the alarm of the life safety lane calls all the same."""
    life = AlarmLife()
    life.raised("d/fault", group="d/g", severity=900)
    life.raised("d/fire", group="d/g", severity=900, lane=Lane.LIFE_SAFETY)
    life.raised("d/second_fire", group="d/g", severity=900, lane=Lane.LIFE_SAFETY)
    calls = [key for key, alarm in life.alarms.active.items() if alarm.issue]
    assert calls == ["d/fault", "d/fire"]


def test_riverside_has_one_group_for_each_cause() -> None:
    """Each link's alarm shares its group with those of every device behind it."""
    configuration = load(RIVERSIDE, language="en")
    rules, _ = rules_of(configuration)
    by_category: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for rule in rules:
        if isinstance(rule, PointAlarm):
            by_category[rule.words.category][rule.words.group].add(rule.device)
    links = by_category["link.offline"]
    assert {link for each in links.values() for link in each} == set(configuration.site.links)
    offline = by_category[OFFLINE]
    assert sum(map(len, offline.values())) >= 10
    for name, devices in offline.items():
        assert {configuration.site.devices[each].link for each in devices} <= links[name]


@pytest.mark.parametrize("profile", [p for p in Profiles().ids() if p.startswith("lifts/")])
def test_a_stopped_lift_says_it_in_one_group(profile: str) -> None:
    """One stop is an entrapment, a door, a circuit, out of service: whatever the profile has."""
    alarms = Profiles().get(profile).alarms
    groups = {name: alarms[name].group for name in OF_A_STOP if name in alarms}
    assert set(groups.values()) <= {"stopped"}


def test_a_trapped_person_is_one_issue() -> None:
    """The lift says the cause and three consequences: all are told, the first-out calls."""
    alarms = Profiles().get("lifts/ba_box").alarms
    points = {
        "entrapment": "trapped",
        "safety_circuit": "safety_circuit_open",
        "stopped_outside_door_zone": "stopped_outside_door_zone",
        "out_of_service": "general_fault",
    }
    rules = [build(LIFT, name, alarms[name]) for name in points]

    async def story() -> Pipeline:
        house = House(*(rule for rule in rules if isinstance(rule, PointAlarm)), policies=[POLICY])
        for point in points.values():
            house.pipeline._step((Reading(point=f"lift-1/{point}", value=True, at=EPOCH),))
        await house.after(59)
        told = [kept for kept in house.journal.kept if isinstance(kept.event, AlarmRaised)]
        assert len(told) == len(points)
        return house.pipeline

    active = virtual.run(story()).alarms.active
    assert [key for key, alarm in active.items() if alarm.issue] == ["lift-1/entrapment"]
    first = active["lift-1/entrapment"].number
    assert {alarm.first for key, alarm in active.items() if not alarm.issue} == {first}


def test_fire_alarms_of_a_storm_that_are_back_in_service_are_told() -> None:
    """Rules do not listen to what is out of service, and do to a storm: they hear of the change."""
    life = AlarmLife()
    life.window("out_of_service", lasts=None)
    keys = [f"d/{number}/fire" for number in range(LIMIT + 2)]
    for key in keys:
        life.raised(key, lane=Lane.LIFE_SAFETY, category="fire")
    assert "flood" in life.alarms.active[keys[-1]].suppressed
    told = life.window_ends("out_of_service")
    back = {each.alarm.key for each in told if each.alarm and name_of(each) == "unsuppressed"}
    assert back >= set(keys)
    assert life.alarms.active[keys[-1]].suppressed == ("flood",)
