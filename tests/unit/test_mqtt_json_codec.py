"""A sensor's JSON, value by value."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from edge.drivers.mqtt_json import codec
from edge.drivers.mqtt_json.codec import Unreadable
from edge.drivers.mqtt_json.profile import JsonProfile
from edge.model import Quality
from tests.fakes import mqtt

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXT = {"zh": "值", "en": "Value"}


def profile(point: dict[str, Any] | None = None, **changes: Any) -> JsonProfile:
    """A profile with the one point `x`."""
    points = {"x": {"type": "float", "path": "x", "text": TEXT} | (point or {})}
    read: JsonProfile = mqtt.sensor(
        "parking", "d", "1", points=points, alarms={}, **changes
    ).profile
    return read


def value(raw: object, **point: Any) -> Any:
    """What the raw value of `x` becomes; a bad one is none."""
    message = codec.decode(json.dumps({"x": raw}).encode(), profile(point), SHANGHAI)
    (measured,) = message.values
    assert (measured.value is None) is (measured.quality is Quality.BAD)
    return measured.value


@pytest.mark.parametrize(
    ("raw", "point", "expected"),
    [
        (12, {}, 12.0),
        ("12.5", {}, 12.5),
        (12, {"scale": 0.1, "offset": -40}, -38.8),
        (12.6, {"type": "int"}, 13),
        (True, {"type": "bool"}, True),
        (0, {"type": "bool"}, False),
        ("ON", {"type": "bool", "values": {"ON": True}}, True),
        (True, {"type": "int", "values": {"true": 7}}, 7),
        (3, {"type": "str", "values": {"3": "ajar"}}, "ajar"),
        ("text", {"type": "str"}, "text"),
        (0, {"valid": {"min": 0, "max": 0}}, 0.0),
    ],
)
def test_a_value_gets_the_points_meaning_and_type(
    raw: object, point: dict[str, Any], expected: object
) -> None:
    """Numbers, texts and flags by the profile's words."""
    got = value(raw, **point)
    assert type(got) is type(expected)
    assert got == pytest.approx(expected)


@pytest.mark.parametrize(
    ("raw", "point"),
    [
        ("warm", {}),
        ("nan", {}),
        ("inf", {}),
        (1e300, {}),
        (2**60, {"type": "int"}),
        (True, {}),
        ([1], {}),
        ({"a": 1}, {}),
        (2, {"type": "bool"}),
        ("true", {"type": "bool"}),
        (101, {"valid": {"max": 100}}),
        (-0.1, {"valid": {"min": 0}}),
        ("x" * 257, {"type": "str"}),
    ],
)
def test_what_does_not_fit_is_bad_and_never_zero(raw: object, point: dict[str, Any]) -> None:
    """A value without meaning is none with quality bad."""
    assert value(raw, **point) is None


@pytest.mark.parametrize(
    ("path", "tree", "expected"),
    [
        ("data.level", {"data": {"level": 5}}, 5.0),
        ("objects.1.v", {"objects": [{}, {"v": 6}]}, 6.0),
        ("0", {"0": 7}, 7.0),
    ],
)
def test_a_path_goes_through_objects_and_lists(path: str, tree: Any, expected: float) -> None:
    """Dots lead inwards; a number counts in a list and is a key in an object."""
    message = codec.decode(json.dumps(tree).encode(), profile({"path": path}), SHANGHAI)
    assert message.values[0].value == expected


@pytest.mark.parametrize(
    ("format_", "stamp", "at"),
    [
        ("iso", "2026-04-10T10:00:00+08:00", datetime(2026, 4, 10, 2, tzinfo=UTC)),
        ("iso", "2026-04-10T10:00:00", datetime(2026, 4, 10, 2, tzinfo=UTC)),
        ("unix", 1775786400, datetime(2026, 4, 10, 2, tzinfo=UTC)),
        ("unix_ms", "1775786400000", datetime(2026, 4, 10, 2, tzinfo=UTC)),
        ("%Y/%m/%d %H", "2026/04/10 10", datetime(2026, 4, 10, 2, tzinfo=UTC)),
        ("unix", "soon", None),
        ("unix", 10**30, None),
        ("iso", None, None),
    ],
)
def test_times_in_each_format(format_: str, stamp: object, at: datetime | None) -> None:
    """UTC comes out; what is no time is none."""
    timed = profile(timestamp={"path": "t", "format": format_})
    message = codec.decode(json.dumps({"x": 1, "t": stamp}).encode(), timed, SHANGHAI)
    assert message.at == at


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"\x80\x81", "not JSON"),
        (b"[" * 50_000, "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "none of the profile's points"),
        (b'{"y": 1, "x": null}', "none of the profile's points"),
        (b" " * (codec.MAX_BODY + 1), "bytes, more than"),
    ],
)
def test_what_is_no_message_is_unreadable(body: bytes, why: str) -> None:
    """Each raises `Unreadable` and says why."""
    with pytest.raises(Unreadable, match=why):
        codec.decode(body, profile(), SHANGHAI)


def test_availability_knows_two_words() -> None:
    """Anything else is unreadable."""
    assert codec.available(b"online\n", profile())
    assert not codec.available(b"offline", profile())
    with pytest.raises(Unreadable, match="availability"):
        codec.available(b"\xff", profile())


@given(st.binary(max_size=300))
def test_no_bytes_break_the_codec(body: bytes) -> None:
    """Any bytes are read or refused."""
    _try(body, profile())


_TREE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


_FAR = st.sampled_from(["9999-12-31T23:59:59-12:00", "0001-01-01", "1e300", 10**400, -1e18, "9999"])
"""Instants, and numbers, that no clock and no point can have."""


@given(
    st.fixed_dictionaries({"x": _TREE | _FAR, "t": _TREE | _FAR, "id": _TREE}),
    st.sampled_from(["bool", "int", "float", "str"]),
    st.sampled_from(["iso", "unix", "unix_ms", "%Y"]),
)
def test_no_tree_breaks_the_codec(tree: Any, kind: str, format_: str) -> None:
    """Values, times and numbers of any shape are read or refused; a good value has its type."""
    _try(
        json.dumps(tree).encode(),
        profile({"type": kind}, timestamp={"path": "t", "format": format_}),
    )


def _try(body: bytes, read: JsonProfile) -> None:
    types = {"bool": bool, "int": int, "float": float, "str": str}
    try:
        message = codec.decode(body, read, SHANGHAI)
    except Unreadable:
        return
    for measured in message.values:
        assert measured.value is None or type(measured.value) is types[read.points["x"].type]
    assert len(message.number) <= codec.MAX_TEXT


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"topic": "a/{id}x"}, "whole levels"),
        ({"topic": "{id}/{id}"}, "whole levels"),
        ({"topic": "a/+b/{id}"}, "whole levels"),
        ({"actions": {"open": {"text": TEXT}}}, "takes|no actions"),
    ],
)
def test_a_profile_that_cannot_work_is_refused(changes: dict[str, Any], why: str) -> None:
    """Said when the profile is read, not when the first message comes."""
    with pytest.raises(ValidationError, match=why):
        mqtt.sensor("bin", "d", "1", **changes)


@pytest.mark.parametrize(
    "point",
    [
        {"type": "str", "scale": 2},
        {"type": "bool", "values": {"ON": 1}},
        {"type": "int", "values": {"ON": True}},
    ],
)
def test_a_point_whose_words_do_not_fit_its_type_is_refused(point: dict[str, Any]) -> None:
    """A bool has no scale, and its words mean true or false."""
    with pytest.raises(ValidationError):
        profile(point)
