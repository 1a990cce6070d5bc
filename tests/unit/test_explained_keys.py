"""Every alarm that a site can raise is explained, also while it is not on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from edge.__main__ import main
from edge.config import Configuration, load
from edge.config.rules_of import rules_of
from edge.model import AlarmRaised, Quality, Reading, Value
from edge.rules.account import account_of
from edge.rules.alarm import EventAlarm, PointAlarm, StaleAlarm
from edge.rules.catalogue import CATALOGUE
from edge.rules.engine import Engine
from edge.rules.explain import Accounting, Explained, Explaining, Raising, keys_of
from edge.rules.explaining import explain
from edge.rules.template import MOST_COMPONENTS
from edge.trial.stage import Stage
from simulators.demo.stage import SITES
from tests.fakes.time import EPOCH

RIVERSIDE = Path(str(SITES / "riverside" / "site.yaml"))
NOON = datetime(2026, 6, 1, 12)  # noqa: DTZ001 - local time of the site
ODD: tuple[Value, ...] = (True, False, 0, 1, -3.5, 99_999, "odd")
DETECTOR = "1-1-5-1"


@cache
def riverside() -> Configuration:
    """The shipped site."""
    return load(RIVERSIDE)


@cache
def keys() -> tuple[str, ...]:
    """All alarms of the site: profiles', its own, built-in ones; of a template one component's."""
    rules, templates = rules_of(riverside())
    of_rules = [key for rule in rules for key in keys_of(rule)]
    return (*of_rules, *(each.id.replace("*", DETECTOR) for each in templates))


def flat(account: Explained) -> Iterator[Explained]:
    """A condition and all below it."""
    yield account
    for part in account.parts:
        yield from flat(part)


@pytest.mark.parametrize("key", keys())
def test_every_alarm_is_explained_before_anything_happened(key: str) -> None:
    """By the rule that raises it: not on, with at least one condition, in both languages."""
    engine = Engine(*rules_of(riverside()))
    account = account_of(engine, {}, key, EPOCH, {})
    assert account is not None
    assert account.truth is False
    assert account.parts
    assert all(each.words.zh and each.words.en for each in flat(account))
    assert "in code" not in account.words.en


def test_the_alarms_of_profiles_are_among_them() -> None:
    """What the site file and its profiles list, each on its device."""
    named = {key for key in keys() if DETECTOR not in key}
    placed = {f"{each.device}/{each.name}" for each in riverside().alarms}
    components = {f"{each.device}/{each.name}" for each in rules_of(riverside())[1]}
    assert placed - components <= named
    assert {"b3/fire_confirmed", "riverside/mains_lost", "lift-1/maintenance"} <= named
    assert {"gate-4/did_not_open", "lifts-b1/silent", "switch-b3/offline"} <= named


def test_no_alarm_has_two_rules() -> None:
    """Whoever asks gets the one that will raise it."""
    assert len(set(keys())) == len(keys())


def test_built_in_rules_can_all_say_why() -> None:
    """A new one that raises under another name than its own has to say so, and why."""
    silent = [
        rule.id
        for each in CATALOGUE
        for rule in each.build(riverside().site, riverside().watch[each.name])
        if not isinstance(rule, PointAlarm | StaleAlarm | EventAlarm)
        and not (isinstance(rule, Raising) and isinstance(rule, Explaining | Accounting))
    ]
    assert silent == []


@pytest.mark.parametrize("value", ODD)
def test_no_value_keeps_an_alarm_from_being_explained(value: Value) -> None:
    """Whatever all points say, of good quality or bad: each alarm is explained, nothing changes.

    What was raised meanwhile was raised under a key that its rule has declared.
    """
    stage = Stage(riverside(), NOON)
    latest = {}
    for device in riverside().site.devices.values():
        for name in (*device.points, "online"):
            point = f"{device.id}/{name}"
            stage.give(Reading(point=point, value=value, at=stage.now))
            bad = Reading(point=point, value=value, at=stage.now, quality=Quality.BAD)
            stage.give(bad)
            latest[point] = bad
    stage.go_to(timedelta(minutes=10))
    for told in stage.happened:
        if isinstance(told.follow, AlarmRaised) and told.follow.watched_by:
            found = stage.engine.look(told.follow.watched_by)
            assert found is not None
            assert told.follow.alarm in keys_of(found[0])
    assert stage.happened
    stage.engine.take_changed()
    for key in keys():
        account = account_of(stage.engine, stage.alarms.active, key, stage.now, latest)
        assert account is not None
        assert account.truth is (key in stage.alarms.active), key
    assert stage.engine.take_changed() == {}


def test_a_rule_by_its_own_name_shows_all_its_alarms() -> None:
    """One part for each of them, in their order."""
    engine = Engine(*rules_of(riverside()))
    found = engine.look(".fire_release")
    assert found is not None
    whole = explain(*found, EPOCH, {})
    assert (whole.words.en, whole.truth, len(whole.parts)) == (".fire_release", False, 3)


def test_to_ask_makes_no_rule() -> None:
    """A component that never spoke is shown, and costs nothing afterwards: anybody may ask."""
    engine = Engine(*rules_of(riverside()))
    detectors = (f"fire-3/9-9-9-{n}/fire" for n in range(50))
    assert all(account_of(engine, {}, key, EPOCH, {}) for key in detectors)
    assert not any("9-9-9" in rule for rule in engine._rules)
    assert account_of(engine, {}, "fire-3/1-1-5-1/no_such", EPOCH, {}) is None
    assert account_of(engine, {}, "fire-3", EPOCH, {}) is None


def test_a_component_beyond_those_told_apart_is_explained_with_the_others() -> None:
    """Its alarm is theirs."""
    engine = Engine(*rules_of(riverside()))
    known = engine._templates._components["fire-3/*/fire"]
    known.update(f"c{n}" for n in range(MOST_COMPONENTS))
    fire = Reading(point="fire-3/1-1-5-1.fire", value=True, at=EPOCH)
    engine.feed(fire, EPOCH)
    account = account_of(engine, {}, "fire-3/1-1-5-1/fire", EPOCH, {fire.point: fire})
    assert account is not None
    assert account.truth is True
    assert "[others]" in account.parts[0].words.en


def copied(folder: Path) -> Path:
    """The site's file, in a place where nothing has run."""
    return Path(shutil.copytree(RIVERSIDE.parent, folder / "site")) / RIVERSIDE.name


@pytest.mark.parametrize(
    ("slip", "near"),
    [
        ("b3/fire_confirmd", "b3/fire_confirmed"),
        ("lift-1/maintenence", "lift-1/maintenance"),
        ("gate-4/did_not_opn", "gate-4/did_not_open"),
    ],
)
def test_a_slip_of_the_pen(
    slip: str, near: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The nearest key is named, also that of a built-in rule."""
    site = copied(tmp_path)
    assert main(["--lang", "en", "rules", "explain", str(site), slip]) == 2
    assert f"did you mean {near}?" in capsys.readouterr().err


def test_without_a_gateway_it_is_told_from_the_journal_or_the_beginning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same account, as of the last kept state."""
    site = copied(tmp_path)
    assert main(["rules", "explain", str(site), "b3/fire_confirmed", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["source"], told["why"]["truth"]) == ("journal", False)
    assert len(told["why"]["parts"]) == 2
