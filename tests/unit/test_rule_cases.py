"""The cases of what is shipped: alarms of profiles, built-in rules, rules of the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from edge.config import Configuration, load
from edge.config.site_alarms import IN_CODE
from edge.model import AlarmCleared, AlarmRaised, Command
from edge.profiles import Profiles
from edge.rules.build import alarm_key, build
from edge.rules.catalogue import CATALOGUE
from edge.trial.case_file import PlacedCase, case_files, load_cases
from edge.trial.play import play
from edge.trial.report import told_of
from edge.trial.run import run_case
from edge.trial.stage import Follow, Stage
from tests.source_tree import ROOT, modules

SITES = {
    "profiles": ROOT / "tests/cases/rules/profiles/site.yaml",
    "built_in": ROOT / "tests/cases/rules/built_in/site.yaml",
    "riverside": ROOT / "simulators/sites/riverside/site.yaml",
}


@cache
def site(name: str) -> Configuration:
    """One of the sites, loaded."""
    return load(SITES[name], language="en")


@cache
def cases(name: str) -> tuple[PlacedCase, ...]:
    """The cases beside it."""
    found = site(name)
    links = [link.id for link in found.links]
    return tuple(load_cases(case_files(SITES[name], []), found.site, links, "en"))


def every() -> Iterator[tuple[str, PlacedCase]]:
    """All cases, each with its site's name."""
    for name in SITES:
        for placed in cases(name):
            yield name, placed


@cache
def follows(name: str) -> tuple[Follow, ...]:
    """Everything that follows in the cases of a site."""
    told: list[Follow] = []
    for placed in cases(name):
        stage = Stage(site(name), placed.case.start)
        play(stage, placed.case)
        told += [each.follow for each in stage.happened]
    return tuple(told)


@pytest.mark.parametrize(
    ("name", "placed"), [*every()], ids=lambda v: v if isinstance(v, str) else f"{v.file}:{v.line}"
)
def test_case(name: str, placed: PlacedCase) -> None:
    """What is expected follows at its second, and nothing else."""
    outcome = run_case(site(name), placed.case)
    assert outcome.passed, "\n" + "\n".join(told_of(placed, outcome, lambda _, en: en))


def test_every_alarm_of_every_profile_has_a_case() -> None:
    """Each is raised and cleared by some case, on a device of that profile."""
    profiles = Profiles()
    devices = {device.profile: device.id for device in site("profiles").site.devices.values()}
    assert set(devices) == set(profiles.ids())
    wanted = {(devices[own], name) for own in devices for name in profiles.get(own).alarms}
    told = [each for each in follows("profiles") if isinstance(each, AlarmRaised)]
    cleared = {each.alarm for each in follows("profiles") if isinstance(each, AlarmCleared)}
    assert wanted - {(each.device, each.rule) for each in told} == set()
    assert wanted - {(each.device, each.rule) for each in told if each.alarm in cleared} == set()
    assert len(wanted) > 150


def test_the_key_of_an_alarm_is_the_id_of_its_rule() -> None:
    """Of events, of points, of what has gone stale, of components; without making the rule."""
    found = site("profiles")
    for each in found.alarms:
        rule = build(found.site.devices[each.device], each.name, each.spec)
        assert rule.id == alarm_key(each.device, each.name, each.spec)
    assert len(found.alarms) > 150


@pytest.mark.parametrize("name", [rule.name for rule in CATALOGUE])
def test_every_built_in_rule_has_a_case(name: str) -> None:
    """Each raises an alarm that is cleared later, or gives a command, in some case."""
    built_in = next(rule for rule in CATALOGUE if rule.name == name)
    found = site("built_in")
    own = {rule.id for rule in built_in.build(found.site, found.watch[name])}
    assert own, "the site of the cases has no device that this rule is about"
    told = [*follows("built_in")]
    cleared = {each.alarm for each in told if isinstance(each, AlarmCleared)}
    raised = {
        each.alarm for each in told if isinstance(each, AlarmRaised) and each.watched_by in own
    }
    commanded = [each for each in told if isinstance(each, Command) and each.issued_by in own]
    assert raised & cleared or commanded


def test_every_rule_of_the_demonstration_site_has_a_case() -> None:
    """Each is raised and cleared by some case."""
    told = [*follows("riverside")]
    raised = {each.alarm for each in told if isinstance(each, AlarmRaised)}
    cleared = {each.alarm for each in told if isinstance(each, AlarmCleared)}
    rules = {rule.id for rule in site("riverside").rules}
    assert len(rules) >= 3
    assert rules <= raised & cleared


def test_categories_of_rules_in_code_are_known() -> None:
    """A policy for one of them is no mistake; `whistle check` would warn of it otherwise."""
    told = [each for name in SITES for each in follows(name) if isinstance(each, AlarmRaised)]
    placed = {each.spec.category for name in SITES for each in site(name).alarms}
    written = {rule.acts.words.category for rule in site("riverside").rules if rule.acts.words}
    assert {each.category for each in told} - placed - written <= set(IN_CODE)
    text = "".join(module.text for module in modules("edge/rules"))
    assert [category for category in IN_CODE if f'"{category}"' not in text] == []
