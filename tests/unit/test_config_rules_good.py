"""Sound rules: what is made of them, what the editor accepts, which circles there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from edge.config import Configuration, load
from edge.config.json_schema import site_schema
from edge.config.rule_loops import Knot, check_loops
from edge.config.rules_of import rules_of
from edge.files.problems import Problems
from edge.files.yaml_file import Mark, parse
from edge.model import AlarmRaised, Cause, Lane, Text
from edge.rules.catalogue import CATALOGUE
from tests.source_tree import ROOT

RIVERSIDE = ROOT / "simulators/sites/riverside/site.yaml"
SITES = (
    RIVERSIDE,
    ROOT / "tests/cases/rules/built_in/site.yaml",
    ROOT / "tests/cases/rules/profiles/site.yaml",
)


@pytest.fixture(scope="module")
def riverside() -> Configuration:
    """The demonstration site."""
    return load(RIVERSIDE, language="en")


def raised(rule: str, category: str) -> AlarmRaised:
    """An alarm as far as policies look at it."""
    return AlarmRaised(
        alarm=f"gate-1/{rule}",
        device="gate-1",
        rule=rule,
        category=category,
        severity=1,
        lane=Lane.INFO,
        text=Text("", ""),
        cause=Cause(point="", value=None),
        at=datetime(2026, 6, 1, tzinfo=UTC),
    )


def test_rules_have_the_keys_of_their_alarms(riverside: Configuration) -> None:
    """One device that all conditions name is whose alarm it is."""
    assert [rule.id for rule in riverside.rules] == [
        "breaker-1/cabinet_fire_risk",
        "gate-1/broken_in_at_night",
        "hydrant-1/hydrant_loses_pressure",
    ]


def test_a_rules_own_policy_goes_first(riverside: Configuration) -> None:
    """Its issue is its own; an alarm of the same category by another rule has the site's."""
    own = riverside.site.policy_for(raised("broken_in_at_night", "access.break_in"))
    other = riverside.site.policy_for(raised("forced", "access.break_in"))
    assert own is not None
    assert other is not None
    assert own.issue is not None
    assert other.issue is not None
    assert own.issue.title.en == "Broken in at night: {place}"
    assert other.issue.title.en == "Gate alarm: {place}"


def test_a_rules_own_policy_is_for_its_alarm_alone(riverside: Configuration) -> None:
    """What a rule in code raises is not told by the policy of a rule that has its name."""
    alarm = replace(raised("broken_in_at_night", "access.break_in"), alarm="gate-1/.flood/x")
    policy = riverside.site.policy_for(alarm)
    assert policy is not None
    assert policy.issue is not None
    assert policy.issue.title.en == "Gate alarm: {place}"


def test_every_rule_has_an_id_of_its_own(riverside: Configuration) -> None:
    """Alarms, doors, links, rules in code and written ones share one room for names."""
    rules, templates = rules_of(riverside)
    ids = [*(rule.id for rule in rules), *(template.id for template in templates)]
    assert len(ids) == len(set(ids))
    assert {rule.id for rule in riverside.rules} <= set(ids)
    assert riverside.watch.keys() == {rule.name for rule in CATALOGUE}


def tree(path: Path) -> Any:
    """A file as plain values."""
    return parse(path.read_text(encoding="utf-8"), path.name).tree


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.parent.name)
def test_the_editor_accepts_what_is_loaded(path: Path) -> None:
    """Rules, schedules, calendar and options are in the schema."""
    Draft202012Validator(site_schema()).validate(tree(path))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("when:  ", "wenn:  "),
        ("lane: life_safety", "lane: urgent"),
        ("over: 6h", "over: six"),
        ("event: access.denied", "event: access.deny"),
        ("watch:", "watch: {denails: {}}"),
    ],
)
def test_the_editor_underlines_what_is_refused(before: str, after: str) -> None:
    """A wrong shape shows while it is being typed."""
    text = RIVERSIDE.read_text(encoding="utf-8") + "\nwatch:\n"
    assert before in text
    broken = parse(text.replace(before, after, 1), "site.yaml").tree
    assert not Draft202012Validator(site_schema()).is_valid(broken)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a: b - c", 6),
        ("a: 'b - c'", 7),
        ('a: "b - c"', 7),
        ("a: 'b ''- c'", 4),
        ("a: |\n  b - c\n", 4),
        ("a: b -\n   c", 4),
    ],
)
def test_a_letter_of_a_text_knows_its_column(text: str, column: int) -> None:
    """Where every letter stands as it is read; else the place of the text as a whole."""
    assert parse(text, "f").letter(("a",), 2) == Mark("f", 1, column)


EDGES = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16)


def goes_round(edges: set[tuple[int, int]]) -> bool:
    """Whether something leads back to itself, found by taking away what nothing leads to."""
    left = set(range(8))
    while free := {at for at in left if not any(b == at and a in left for a, b in edges)}:
        left -= free
    return bool(left)


@given(EDGES)
def test_a_circle_is_told_exactly_where_there_is_one(edges: set[tuple[int, int]]) -> None:
    """However rules hear of each other's alarms; what is told is a real way round."""
    knots = [
        Knot(
            name=f"r{at}",
            rule=at,
            tells_alarm=f"court/r{at}",
            hears_alarms=[f"court/r{a}" for a, b in edges if b == at],
        )
        for at in range(8)
    ]
    problems = Problems()
    check_loops(parse("rules: []", "site.yaml"), knots, problems)
    assert bool(problems.found) is goes_round(edges)
    for problem in problems.found:
        way = problem.what.en.partition(": ")[2].split(" → ")
        assert way[0] == way[-1] == min(way)
        steps = pairwise(way)
        assert all((int(a[1:]), int(b[1:])) in edges for a, b in steps)
