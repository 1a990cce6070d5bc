"""Rules in a file of their own: what they replace, and where their mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.config import load
from edge.errors import ConfigError
from tests.fakes.dry_runs import SITE


def tried(folder: Path, rules: str) -> dict[str, str]:
    """The rules that count, each with what its alarm says, when these are tried."""
    (folder / "site.yaml").write_text(SITE, encoding="utf-8")
    (folder / "mine.yaml").write_text(rules, encoding="utf-8")
    found = load(folder / "site.yaml", language="en", rules=folder / "mine.yaml")
    return {rule.acts.rule: rule.acts.words.text.en for rule in found.rules if rule.acts.words}


RULE = """
  - id: {id}
    when: {{point: hydrant-1/pressure, below: 90, {more}}}
    raise: {{category: x.x, severity: 300, lane: fault, text: {{zh: 新, en: New}}}}
"""


def test_rules_of_the_same_name_are_replaced_and_others_stay(tmp_path: Path) -> None:
    """With the schedules that they name, of the site's or their own."""
    mine = "schedules: {day: {from: '08:00', to: '18:00'}}\nrules:"
    mine += RULE.format(id="low", more="") + RULE.format(id="new", more="")
    mine += """
  - id: by_day
    when: {all: [{point: hydrant-1/pressure, below: 90}, {during: day}]}
    raise: {category: x.x, severity: 300, lane: fault, text: {zh: 日, en: By day}}
"""
    found = tried(tmp_path, mine)
    assert (found["low"], found["new"], found["by_day"]) == ("New", "New", "By day")
    assert found["falls"] == "Falls"
    assert list(found)[:2] == ["low", "mean"]
    assert tried(tmp_path, "schedules: {night: {from: '20:00', to: '06:00'}}")["low"] != "New"


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("rules:" + RULE.format(id="low", more="abov: 3"), "mine.yaml:3:50  rules[0].when.abov"),
        (
            "rules:" + RULE.format(id="x", more="") * 2,
            "mine.yaml:6:9  rules[8].id: x is the id in line 2 already",
        ),
        ("rulez: []", "mine.yaml:1:1  rulez: a file of rules has no rulez → did you mean rules?"),
        ("rules: [", "mine.yaml:1:9"),
        ("[]", "mine.yaml:1:1  rules: there are no rules"),
        ("rules: 3", "mine.yaml:1:8  rules: there are no rules → write a list rules:"),
    ],
)
def test_mistakes_are_told_where_they_are_written(tmp_path: Path, rules: str, said: str) -> None:
    """In the other file, with its own lines; the site's own are as they were."""
    with pytest.raises(ConfigError) as refused:
        tried(tmp_path, rules)
    assert said in str(refused.value)
