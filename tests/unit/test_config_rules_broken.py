"""Broken rules and the message that each of them gets, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from edge.config import load
from edge.config.rule_checks import (
    MOST_CONDITIONS,
    MOST_ON_A_POINT,
    MOST_ON_AN_EVENT,
    MOST_STATISTICS,
    MOST_WINDOWS,
)
from edge.config.rule_reading import read_rules
from edge.errors import ConfigError
from edge.files.problems import Problems, screen
from edge.files.yaml_file import parse
from edge.profiles import Profiles
from edge.rules.denials import BUILT_IN as DENIALS

CASES = Path(__file__).parent.parent / "cases" / "rules_broken.yaml"
TABLE = YAML(typ="safe", pure=True).load(CASES.read_text(encoding="utf-8"))
NAMES = [each["name"] for each in TABLE["cases"]]


@pytest.fixture(scope="module")
def shipped() -> Profiles:
    """The shipped profiles, read once for all cases."""
    return Profiles()


def refusal(folder: Path, text: str, shipped: Profiles) -> ConfigError:
    """What is said of a site file with these rules."""
    path = folder / "site.yaml"
    path.write_text(TABLE["site"] + text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, language="en", profiles=shipped)
    return caught.value


def test_there_are_enough_cases() -> None:
    """The cases are found; an empty table would pass every other test here."""
    assert len(NAMES) == len(set(NAMES)) >= 45


def test_the_site_itself_is_sound(tmp_path: Path, shipped: Profiles) -> None:
    """What is told in the cases comes from their rules alone."""
    path = tmp_path / "site.yaml"
    path.write_text(TABLE["site"], encoding="utf-8")
    assert load(path, language="en", profiles=shipped).warnings == ()


@pytest.mark.parametrize("case", TABLE["cases"], ids=NAMES)
def test_message(case: dict[str, str], tmp_path: Path, shipped: Profiles) -> None:
    """The whole message: file, line, column, mistake and remedy; no echo."""
    error = refusal(tmp_path, case["file"], shipped)
    assert str(error) == case["en"].rstrip("\n")
    assert screen(error.problems, "zh") == case["zh"].rstrip("\n")


def rule(number: int, when: str) -> str:
    """One rule of many."""
    return f"""  - id: r{number}
    when: {when}
    raise: {{category: x.y, severity: 1, lane: info, text: {{zh: 甲, en: A}}}}
"""


def test_too_many_rules_on_one_point(tmp_path: Path, shipped: Profiles) -> None:
    """The first rule too many is told, with the bound; what a reading may cost is limited."""
    rules = [
        rule(number, "{point: hydrant-1/pressure, below: 150}")
        for number in range(MOST_ON_A_POINT + 1)
    ]
    (problem,) = refusal(tmp_path, "rules:\n" + "".join(rules), shipped).problems
    assert problem.where == f"rules[{MOST_ON_A_POINT}].when"
    assert problem.what.en == "there are too many rules that look at hydrant-1/pressure"
    assert problem.remedy.en == "100 at most; take some out, or join them"
    assert problem.remedy.zh == "最多 100 个；删去一些，或合并"


def test_too_many_windows(tmp_path: Path, shipped: Profiles) -> None:
    """What remembers a time remembers much: all of the site's together are limited."""
    one = ", ".join(["{count: {event: access.denied}, within: 1h, above: 1}"] * 60)
    needed = MOST_WINDOWS // 60 + 1
    rules = [rule(number, f"{{all: [{one}]}}") for number in range(needed)]
    (problem,) = refusal(tmp_path, "rules:\n" + "".join(rules), shipped).problems
    assert problem.where == f"rules[{needed - 1}].when"
    assert problem.what.en == "there are too many statistics and counts"
    assert problem.what.zh == "统计与计数太多"


MEAN = "{mean: hydrant-1/pressure, over: 5min, above: 1}"
BATTERY = "{point: hydrant-1/battery_percent, below: 5}"
TOO_MUCH = (
    # one too many, that condition again and again, what is told: English, Chinese
    (
        MOST_STATISTICS + 1,
        MEAN,
        (
            "statistics in rules that look at hydrant-1/pressure",
            "看 hydrant-1/pressure 的规则里的统计",
        ),
    ),
    (
        MOST_CONDITIONS // 60 + 1,
        f"{{any: [{', '.join([BATTERY] * 59)}]}}",
        (
            "conditions in rules that look at hydrant-1/battery_percent",
            "看 hydrant-1/battery_percent 的规则里的条件",
        ),
    ),
    (
        MOST_ON_AN_EVENT + 1,
        "{event: access.denied, device: gate-1}",
        ("rules that listen to gate-1/access.denied", "听 gate-1/access.denied 的规则"),
    ),
    (
        MOST_ON_AN_EVENT + 1,
        "{alarm: hydrant-1/pressure_low}",
        ("rules that listen to alarm.raised", "听 alarm.raised 的规则"),
    ),
)


@pytest.mark.parametrize(("number", "when", "said"), TOO_MUCH)
def test_what_would_cost_too_much(
    number: int, when: str, said: tuple[str, str], tmp_path: Path, shipped: Profiles
) -> None:
    """Each bound on what one reading or one event may cost, at the first rule too many."""
    rules = [rule(each, when) for each in range(number)]
    (problem,) = refusal(tmp_path, "rules:\n" + "".join(rules), shipped).problems
    assert problem.where == f"rules[{number - 1}].when"
    assert problem.what.en == f"there are too many {said[0]}"
    assert problem.what.zh == f"{said[1]}太多"
    (tmp_path / "site.yaml").write_text(TABLE["site"] + "rules:\n" + "".join(rules[:-1]))
    assert len(load(tmp_path / "site.yaml", profiles=shipped).rules) == number - 1


def test_points_of_a_text_cost_as_much(tmp_path: Path, shipped: Profiles) -> None:
    """A rule hears each reading of a point that only its text names."""
    rules = [
        rule(number, MEAN).replace("en: A", "en: 'A {hydrant-1/battery_percent}'")
        for number in range(MOST_STATISTICS + 1)
    ]
    (problem,) = refusal(tmp_path, "rules:\n" + "".join(rules), shipped).problems
    assert problem.what.en.endswith("rules that look at hydrant-1/battery_percent")


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("watch: {denails: {}}\n", "watch.denails", "there is no built-in rule denails; did you"),
        ("watch: {denials: {count: 1}}\n", "watch.denials.count", "1 is out of range"),
        ("watch: {denials: {counts: 5}}\n", "watch.denials.counts", "there is no key counts here"),
        ("watch: {denials: {within: 2}}\n", "watch.denials.within", "this is not a duration"),
        ("watch: [denials]\n", "watch", "watch is not a section of keys"),
    ],
)
def test_options_of_built_in_rules(text: str, where: str, said: str) -> None:
    """An unknown name and a bad value are told where they stand."""
    problems = Problems()
    read_rules(parse(text, "site.yaml"), problems, (DENIALS,))
    (problem,) = problems.found
    assert problem.where == where
    assert problem.line == 1
    assert f"{problem.what.en}; {problem.remedy.en}".startswith(said)
    assert problem.what.zh


def test_options_that_are_not_written_are_the_defaults() -> None:
    """Every built-in rule has its options, whether the file speaks of it or not."""
    problems = Problems()
    for text in ("site: {}\n", "watch: {}\n", "watch: {denials: {count: 5}}\n"):
        draft = read_rules(parse(text, "site.yaml"), problems, (DENIALS,))
        assert draft.watch == {"denials": DENIALS.section()}
    assert problems.found == []


def test_a_long_circle_is_told_from_its_first_rule(tmp_path: Path, shipped: Profiles) -> None:
    """Each circle once, beginning with the rule that stands first in the file."""
    rules = "".join(
        f"  - id: r{number}\n    when: {{alarm: court/r{(number + 1) % 4}}}\n"
        "    raise: {category: x.y, severity: 1, lane: info, text: {zh: 甲, en: A}}\n"
        for number in range(4)
    )
    (problem,) = refusal(tmp_path, f"rules:\n{rules}", shipped).problems
    assert problem.where == "rules[0].when"
    assert problem.what.en.endswith(": r0 → r3 → r2 → r1 → r0")


def test_what_a_built_in_rule_finds_wrong(tmp_path: Path, shipped: Profiles) -> None:
    """A device that its options name and the site does not have is told at the rule's options."""
    text = """watch:
  nobody_passed:
    residents: [{id: '1', gates: [gate-9], agreed: signed, device: gate-1}]
"""
    (problem,) = refusal(tmp_path, text, shipped).problems
    assert (problem.where, problem.line) == ("watch.nobody_passed", 19)
    assert problem.what.en == "there is no device gate-9"
    assert problem.what.zh == "没有设备 gate-9"
