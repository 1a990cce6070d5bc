"""Rules as a site file writes them: what is understood, what is refused in both languages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from edge.rules.limit import Quantity
from edge.rules.spec import (
    DEEPEST,
    MOST_TERMS,
    RuleSection,
    ScheduleSection,
    TextSection,
    When,
    walk,
)
from tests.fakes.written import PLAIN

POINT = {"point": "sump-1/level", "above": 80}


def read(model: type[BaseModel], written: Any) -> Any:
    """Read a section as the site file's reader does."""
    return model.model_validate_json(json.dumps(written))


@pytest.mark.parametrize(
    ("written", "quantity"),
    [
        (80, Quantity(80)),
        (0.5, Quantity(0.5)),
        ("80 %", Quantity(80, "%")),
        ("80%", Quantity(80, "%")),
        ("-12.5 mA", Quantity(-12.5, "mA")),
        ("30 ℃", Quantity(30, "℃")),
        ("1.5 m³/h", Quantity(1.5, "m³/h")),
    ],
)
def test_limits_may_carry_their_unit(written: Any, quantity: Quantity) -> None:
    """With a blank before it or none."""
    assert read(When, {**POINT, "above": written}).above == quantity


def test_walking_a_tree_tells_the_way_to_each_part() -> None:
    """As steps of the file, outer conditions first."""
    when = read(When, {"all": [POINT, {"not": {"any": [POINT, {"during": "night"}]}}]})
    assert [(steps, part.subject) for steps, part in walk(when)] == [
        ((), "all"),
        (("all", 0), "point"),
        (("all", 1), "not"),
        (("all", 1, "not"), "any"),
        (("all", 1, "not", "any", 0), "point"),
        (("all", 1, "not", "any", 1), "during"),
    ]
    assert when.comparison == ""
    assert read(When, POINT).comparison == "above"


def nested(depth: int) -> dict[str, Any]:
    """A condition within so many others."""
    return POINT if depth == 1 else {"not": nested(depth - 1)}


def rule(when: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A rule as it is written."""
    return {"id": "flood", "when": when, "raise": PLAIN, **more}


def test_the_bounds_are_allowed() -> None:
    """As deep and as many as is said, and no more."""
    read(RuleSection, rule(nested(DEEPEST)))
    read(RuleSection, rule({"all": [POINT] * (MOST_TERMS - 1)}))


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ({}, "a condition is about one thing, here is none"),
        ({"point": "a/b", "during": "night"}, "here is point and during"),
        ({"point": "a/b"}, "a condition has one comparison, here is none"),
        ({"point": "a/b", "above": 1, "below": 2}, "here is above and below"),
        ({"point": "a/b", "above": "much"}, "this is not a number"),
        ({"point": "a/b", "above": True}, "this is not a number"),
        ({"point": "a/b", "outside": [3, 3]}, "the lower limit is not below the upper one"),
        ({"point": "a/b", "equals": True, "deadband": 1}, "a deadband belongs to a comparison"),
        ({"point": "a/b", "above": 1, "over": "5min"}, "over does not belong beside point"),
        ({"mean": "a/b", "above": 1}, "mean lacks over"),
        ({"mean": "a/b", "above": 1, "over": "500ms"}, "this window is too short or too long"),
        ({"mean": "a/b", "above": 1, "over": "32d"}, "this window is too short or too long"),
        ({"mean": "a/b", "over": "5min", "equals": 1}, "equals does not belong beside mean"),
        ({"change": "a/b", "above": 1}, "change lacks within"),
        ({"count": {"event": "access.denied"}, "above": 3}, "count lacks within"),
        ({"absent": {"event": "access.granted"}}, "absent lacks for"),
        ({"event": "access.forced", "for": "3s"}, "for does not belong beside event"),
        ({"event": "access.forcd"}, "there is no event access.forcd"),
        ({"event": "access.forced", "category": "lift.*"}, "only an alarm has a category"),
        ({"expression": "a > 1"}, "expression lacks where"),
        ({"during": "night", "above": 1}, "above does not belong beside during"),
    ],
)
def test_conditions_that_are_refused(written: dict[str, Any], what: str) -> None:
    """Each says what is wrong, and in both languages what would be right."""
    refused(When, written, what)


@pytest.mark.parametrize(
    ("section", "written", "what"),
    [
        (RuleSection, rule(nested(DEEPEST + 1)), "too many conditions, or too deep: 7 on 7 levels"),
        (RuleSection, rule({"all": [POINT] * MOST_TERMS}), "65 on 2 levels"),
        (RuleSection, {"id": "flood", "when": POINT}, "this rule does nothing"),
        (ScheduleSection, {"from": "08:00", "to": "08:00"}, "there is no time between"),
        (ScheduleSection, {"from": "24:00", "to": "08:00"}, "there is no time between"),
        (TextSection, {"zh": "{place}", "en": "x"}, "there is no field {place}"),
        (TextSection, {"zh": "x", "en": "{sump-1/level:x}"}, "there is no field {sump-1/level}"),
        (TextSection, {"zh": "{", "en": "x"}, "a brace has no partner"),
    ],
)
def test_sections_that_are_refused(
    section: type[BaseModel], written: dict[str, Any], what: str
) -> None:
    """As conditions are."""
    refused(section, written, what)


def refused(section: type[BaseModel], written: dict[str, Any], what: str) -> None:
    """Whether a section says this of what is written, and what would be right."""
    with pytest.raises(ValidationError) as error:
        read(section, written)
    told = [each for each in error.value.errors() if what in each["msg"]]
    assert told, str(error.value)
    words = told[0].get("ctx", {})
    assert all(words[key] for key in ("zh", "en", "remedy_zh", "remedy_en"))
