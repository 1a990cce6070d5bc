"""The rules that site files and profiles share: conditions, durations, words for mistakes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from edge.choices import choose
from edge.config.site_checks import floor_number
from edge.config.site_file import Selection
from edge.duration import Duration, format_duration, parse_duration
from edge.files.messages import shown
from edge.files.problems import Problems, screen
from edge.files.sections import read
from edge.files.yaml_file import parse
from edge.profiles.alarm_checks import misfits
from edge.schema import AlarmSpec, Condition, Kind, PointSpec, Profile, Strict, Text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("500ms", 0.5), ("10min", 600), ("1.5h", 5400), ("7d", 604800), ("0s", 0)],
)
def test_duration(text: str, seconds: float) -> None:
    """A number with its unit."""
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["30", "5 min", "-1s", "1e3s", "s", "", "3661d", "٣s", 30, None])
def test_no_duration(text: Any) -> None:
    """Anything else is refused, also what is longer than ten years."""
    with pytest.raises(ValidationError):
        TypeAdapter(Duration).validate_python(text)


@given(st.integers(0, 10**9).map(lambda ms: timedelta(milliseconds=ms)))
def test_duration_round_trip(duration: timedelta) -> None:
    """A written duration is read as the same."""
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize(
    "when",
    [
        {"point": "door_open", "equals": True},
        {"point": "online", "equals": False},
        {"point": "*.fire", "not_equals": False},
        {"point": "1-1-10-2.fire", "equals": True},
        {"point": "mode", "any_of": [1, 2]},
        {"point": "leakage", "above": 300},
        {"point": "pressure", "outside": [100, 600.5]},
        {"point": "runs", "stale": "5min"},
        {"event": "access.duress"},
    ],
)
def test_condition(when: dict[str, Any]) -> None:
    """One subject, one comparison; an event needs none."""
    Condition.model_validate_json(json.dumps(when))


@pytest.mark.parametrize(
    "when",
    [
        {},
        {"equals": True},
        {"point": "a"},
        {"point": "a", "event": "access.duress", "equals": 1},
        {"event": "access.duress", "equals": 1},
        {"event": "access.opened"},
        {"point": "a", "above": 1, "below": 3},
        {"point": "a", "equals": 1, "stale": "1s"},
        {"point": "a", "outside": [3, 1]},
        {"point": "a", "outside": [1]},
        {"point": "a", "any_of": []},
        {"point": "A", "equals": 1},
        {"point": "a/b", "equals": 1},
        {"point": "a", "above": "3"},
    ],
)
def test_no_condition(when: dict[str, Any]) -> None:
    """Anything else is refused."""
    with pytest.raises(ValidationError):
        Condition.model_validate_json(json.dumps(when))


def _point(kind: Literal["bool", "int", "float", "str"]) -> PointSpec:
    return PointSpec(type=kind, text=Text(zh="点", en="Point"))


PROFILE = Profile(
    driver="none",
    kind="electric",
    make="Example",
    model="M1",
    source="made up",
    text=Text(zh="示例", en="Example"),
    points={kind: _point(kind) for kind in ("bool", "int", "float", "str")},
    component_points={"fire": _point("bool")},
)


def _misfits(**alarm: Any) -> list[str]:
    text = {"zh": "报警", "en": "Alarm"}
    rest = {"category": "a.b", "severity": 1, "lane": "info", "text": text}
    spec = AlarmSpec.model_validate_json(json.dumps({**rest, **alarm}))
    return [".".join(map(str, misfit.steps)) for misfit in misfits(spec, PROFILE)]


@pytest.mark.parametrize(
    ("when", "where"),
    [
        ({"point": "int", "above": 1.5}, []),
        ({"point": "int", "equals": 1}, []),
        ({"point": "int", "equals": 1.5}, ["when.equals"]),
        ({"point": "int", "equals": True}, ["when.equals"]),
        ({"point": "float", "equals": 1}, []),
        ({"point": "bool", "equals": 1}, ["when.equals"]),
        ({"point": "bool", "not_equals": "on"}, ["when.not_equals"]),
        ({"point": "str", "any_of": ["a", 3, "b"]}, ["when.any_of.1"]),
        ({"point": "str", "below": 3}, ["when.below"]),
        ({"point": "bool", "outside": [1, 2]}, ["when.outside"]),
        ({"point": "str", "stale": "1min"}, []),
        ({"point": "*.fire", "equals": True}, []),
        ({"point": "1-1-1-1.fire", "equals": True}, []),
        ({"point": "fire", "equals": True}, ["when.point"]),
        ({"point": "*.bool", "equals": True}, ["when.point"]),
        ({"point": "online", "equals": False}, []),
        ({"event": "access.forced"}, []),
    ],
)
def test_condition_fits_the_point(when: dict[str, Any], where: list[str]) -> None:
    """A comparison has to be possible with the values of the point."""
    assert _misfits(when=when) == where


def test_deadband_and_delay_make_sense() -> None:
    """A deadband is for numbers and leaves a way back; an event does not last."""
    outside = {"point": "int", "outside": [0, 10]}
    assert _misfits(when=outside, deadband=5) == []
    assert _misfits(when=outside, deadband=5.1) == ["deadband"]
    assert _misfits(when={"point": "int", "equals": 1}, deadband=1) == ["deadband"]
    assert _misfits(when={"event": "access.forced"}, **{"for": "1s"}) == ["for"]
    assert _misfits(when={"event": "access.forced"}, clear_for="1s") == []


class _Dog(Strict):
    """One branch of a union."""

    legs: int
    name: str


class _Bird(Strict):
    """The other."""

    wings: int


class _Zoo(Strict):
    """Unions with and without models."""

    animal: _Dog | _Bird
    size: int | str | None = None


def _said(text: str) -> str:
    problems = Problems()
    read(parse(text, "f.yaml"), (), _Zoo, problems)
    return screen(problems.found, "en")


def test_the_branch_that_was_meant() -> None:
    """Of a union only the mistakes of the branch are told that is nearest to what stands there."""
    assert _said("animal: {wings: two}").startswith("f.yaml:1:17  animal.wings: two is not")
    assert _said("animal: {legs: 4}") == "f.yaml:1:9  animal.name: name is missing → add name"


def test_all_types_that_would_do() -> None:
    """A value that is no branch of a union of types is told once."""
    said = _said("animal: {wings: 2}\nsize: [1]")
    assert said == (
        "f.yaml:2:7  size: this is not the right kind of value → write one of: a whole number, text"
    )


def test_misspelt_and_missing_is_one_mistake() -> None:
    """A misspelt key is not told a second time as missing."""
    said = _said("animal: {legs: 4, nmae: Rex}")
    assert said == "f.yaml:1:19  animal.nmae: there is no key nmae here → did you mean name?"


def test_shown() -> None:
    """A value in a message is short, on one line, and never a secret."""
    assert shown("host", "a\nb") == "a b"
    assert len(shown("host", "x" * 500)) < 50
    assert shown("broker_password", "hunter2") == "…"
    assert shown("api_key", "hunter2") == "…"
    assert shown("on", value=True) == "true"


def test_choose() -> None:
    """The nearest word, or the choices there are."""
    assert choose("modbuss", ["modbus", "mqtt"]).en == "did you mean modbus?"
    assert choose("x", ["modbus", "mqtt"]).en == "write one of modbus, mqtt"
    assert choose("x", ["modbus"]).zh == "应该写 modbus"
    assert choose("x", []).en == "take it out"


@pytest.mark.parametrize(
    ("floor", "number"),
    [("5", 5), ("-1", -1), ("B2", -2), ("12F", 12), ("地下1层", -1), ("roof", None), ("", None)],
)
def test_floor_number(floor: str, number: int | None) -> None:
    """A floor as people write it; a name has no number."""
    assert floor_number(floor) == number


@pytest.mark.parametrize("kind", get_args(Kind))
def test_an_alarm_can_select_every_kind_there_is(kind: str) -> None:
    """The site file and the profiles mean the same kinds."""
    assert Selection.model_validate({"kind": kind}).kind == kind


def test_every_drivers_door_needs_its_contact() -> None:
    """A door is part of any profile, told in both languages where the contact is missing."""
    with pytest.raises(ValidationError) as caught:
        Profile.model_validate_json(
            json.dumps(
                {
                    "driver": "any",
                    "kind": "gate",
                    "make": "any",
                    "model": "any",
                    "source": "assumption",
                    "text": {"zh": "门", "en": "Door"},
                    "points": {},
                    "door": {},
                }
            )
        )
    (told,) = caught.value.errors()
    assert told["ctx"]["zh"] == "有 door 却没有门磁点"
    assert told["ctx"]["en"] == "there is a door but no contact"
