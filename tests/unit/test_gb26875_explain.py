"""Frames of GB/T 26875.3 told field by field: literal frames, and anything at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.gb26875 import frames
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.explain import explain
from edge.drivers.gb26875.link import GbLink
from edge.trace import Frame, Part
from tests.fakes.gb26875 import PROFILE, component, frame, placed, settings

FIRE = bytes.fromhex(
    "40 40 05 00 01 01 1e 14 0a 01 07 13 7b 00 00 00 00 00 01 00 00 00 00 00 30 00 02"
    "02 01 01 01 2a 0a 00 02 00 02 00"
    "d2 bb b2 e3 b4 f3 cc fc 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
    "1e 14 0a 01 07 13 31 23 23"
)
"""A smoke detector on fire: zone 10, point 2, 一层大厅."""


def told(body: bytes, dialect: str = "std") -> list[tuple[int, int, str, str, str]]:
    """Start, end, name, value and words of each part, in English."""
    parts = explain(body, DIALECTS[dialect], {123: placed().device.name}, PROFILE)
    return [(p.start, p.end, p.name.en, p.value, p.words.en if p.words else "") for p in parts]


def test_a_fire_field_by_field() -> None:
    """Header, addresses by the names of the site, the object's fields, checksum, end."""
    assert frames.encode(frame(component(2))) == FIRE
    assert told(FIRE) == [
        (0, 2, "Start", "40 40", ""),
        (2, 4, "Serial number", "5", ""),
        (4, 6, "Version", "1.1", ""),
        (6, 12, "Time label", "2019-07-01 10:20:30", ""),
        (12, 18, "Source address", "123", "Device 1"),
        (18, 24, "Destination address", "1", ""),
        (24, 26, "Length of the app data", "48", ""),
        (26, 27, "Command", "2", "send data"),
        (27, 28, "Type", "2", "status of a component"),
        (28, 29, "Objects", "1", ""),
        (29, 30, "System type", "1", "Fire alarm system"),
        (30, 31, "System address", "1", ""),
        (31, 32, "Component type", "42", "Point optical smoke detector"),
        (32, 34, "Zone", "10", ""),
        (34, 36, "Point", "2", ""),
        (36, 38, "Status", "0x0002", "fire"),
        (38, 69, "Description", "一层大厅", ""),
        (69, 75, "Time", "2019-07-01 10:20:30", ""),
        (75, 76, "Checksum", "0x31", "right"),
        (76, 78, "End", "23 23", ""),
    ]


def test_an_analog_value_has_its_unit() -> None:
    """Counts are told in the unit of their kind."""
    app = bytes.fromhex("03 01 01 01 5b 01 00 02 00 05 58 02 1e 14 0a 01 07 13")
    parts = told(frames.encode(frame(app)))
    assert (36, 37, "Kind of value", "5", "Pressure") in parts
    assert (37, 39, "Value", "60.0 kPa", "") in parts


def test_a_heartbeat_of_a_maker_and_a_confirmation() -> None:
    """What only says that the device is there, in the dialect's own way."""
    assert (27, 28, "Heartbeat", "16", "") in told(frames.encode(frame(b"\x16")), "dgiot")
    confirm = told(frames.encode(frame(command=3)))
    assert (26, 27, "Command", "3", "confirm") in confirm
    assert confirm[-2:] == [(27, 28, "Checksum", "0xdd", "right"), (28, 30, "End", "23 23", "")]


def test_damage_is_told() -> None:
    """A wrong checksum with what it should be; what is missing; what stands before and behind."""
    wrong = bytearray(FIRE)
    wrong[75] ^= 1
    assert told(bytes(wrong))[-2] == (75, 76, "Checksum", "0x30", "wrong, should be 0x31")
    cut = told(FIRE[:40])
    assert cut[-2:] == [
        (38, 40, "The rest", "d2 bb", ""),
        (0, 0, "Fault", "too_short", "the frame is cut off"),
    ]
    around = told(b"hi" + FIRE + b"yo")
    assert around[0] == (0, 2, "Not a frame", "68 69", "")
    assert (80, 82, "Not a frame", "79 6f", "") in around
    assert told(b"nothing") == [(0, 7, "Not a frame", "6e 6f 74 68 69 6e 67", "")]
    assert told(b"") == []


def test_objects_without_their_time_and_more_objects_than_there_are() -> None:
    """Some devices leave the time out; what is announced and not there is not made up."""
    bare = bytes.fromhex("01 01 01 01 02 00")
    assert told(frames.encode(frame(bare)))[-3] == (31, 33, "Status", "0x0002", "fire")
    three = bytes.fromhex("15 03 02 1e 14 0a 01 07 13")
    names = [each[2] for each in told(frames.encode(frame(three)))]
    assert names.count("Status") == 1


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@given(body=st.binary(max_size=200), inside=st.booleans())
def test_anything_at_all(dialect: str, body: bytes, inside: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever the bytes, also as app data of a sound frame: each part lies within them."""
    raw = frames.encode(frame(body)) if inside else body
    link = GbLink("fire-port", settings(dialect), (placed(),))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    parts = link.describe(Frame(1, at, "in", "fire-1", raw), ())
    assert all(_within(part, raw) for part in parts)
    if inside:
        covered = {place for part in parts for place in range(part.start, part.end)}
        assert covered == set(range(len(raw))), "each byte of a sound frame is told of"


def _within(part: Part, body: bytes) -> bool:
    return 0 <= part.start <= part.end <= len(body)
