"""A frame told to a technician."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.gb26875 import frames, objects
from edge.drivers.gb26875.describe import decode_json
from edge.drivers.gb26875.objects import Item
from tests.fakes.gb26875 import LABEL, component, frame

CASES = sorted((Path(__file__).parents[1] / "cases" / "gb26875").iterdir())
GOLDEN = "404005000101 1E140A010713 7B0000000000 010000000000 090002 1501021E140A010713 54 2323"


def told(app: bytes, dialect: str = "std", **fields: Any) -> dict[str, Any]:
    """Describe a frame with this app data."""
    return decode_json(frames.encode(frame(app, **fields)).hex(), dialect)


def one(kind: int, **fields: Any) -> dict[str, Any]:
    """Describe the only object of a frame of this type."""
    (only,) = told(objects.encode(kind, (Item(**fields),)))["objects"]
    return dict(only)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_recorded_case(case: Path) -> None:
    """A recorded frame is told exactly as written down beside it."""
    dialect = (case / "dialect").read_text().strip()
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    assert decode_json((case / "frame.hex").read_text(), dialect) == expected


def test_all_of_it() -> None:
    """Every field of a hand-made frame, and nothing else."""
    assert decode_json(GOLDEN) == {
        "ok": True,
        "error": None,
        "serial": 5,
        "time": "2019-07-01T10:20:30",
        "source": 123,
        "destination": 1,
        "command": 2,
        "type": 21,
        "objects": [{"status": 2, "flags": ["fire"], "time": "2019-07-01T10:20:30"}],
    }


@pytest.mark.parametrize(
    "text",
    [GOLDEN.lower(), GOLDEN.replace(" ", "\n"), "0x" + GOLDEN.replace(" ", ""), f" {GOLDEN} "],
)
def test_ways_to_write_hex(text: str) -> None:
    """Spaces, lines, case and 0x make no difference."""
    assert decode_json(text) == decode_json(GOLDEN)


def test_a_fire_of_a_component() -> None:
    """Status 02 00 is a fire, although bit 0 is clear."""
    assert told(component(2))["objects"] == [
        {
            "system_type": 1,
            "system_address": 1,
            "component_type": 42,
            "zone": 10,
            "point": 2,
            "status": 2,
            "flags": ["fire"],
            "description": "一层大厅",
            "time": "2019-07-01T10:20:30",
        }
    ]


@pytest.mark.parametrize(
    ("kind", "raw", "value", "unit"),
    [
        (1, 7, 7, "件"),
        (2, 123, 1.23, "m"),
        (3, -5, -0.5, "℃"),
        (3, 253, 25.3, "℃"),
        (4, 3, 0.3, "MPa"),
        (5, 1013, 101.3, "kPa"),
        (6, 255, 25.5, "%LEL"),
        (8, 2201, 220.1, "V"),
        (9, 1, 0.1, "A"),
        (10, 29, 2.9, "L/s"),
        (11, 7, 0.7, "m3/min"),
        (12, 9, 9, "m/s"),
        (200, -3, -3, ""),
    ],
)
def test_analog_values(kind: int, raw: int, value: float, unit: str) -> None:
    """Counts become the unit's number without noise in the last digit."""
    only = one(
        3,
        system_type=1,
        system_address=1,
        component_type=31,
        zone=1,
        point=1,
        analog_type=kind,
        analog=raw,
        time=LABEL,
    )
    assert (only["analog_type"], only["value"], only["unit"]) == (kind, value, unit)
    assert json.dumps(only["value"]) == json.dumps(value)


def test_names_of_bits() -> None:
    """All bits of the three kinds of status, lowest first; unnamed bits stay in the number."""
    system = one(1, system_type=1, system_address=1, status=0xFFFF, time=LABEL)
    assert system["status"] == 0xFFFF
    assert system["flags"] == [
        "normal",
        "fire",
        "fault",
        "shield",
        "supervise",
        "start",
        "feedback",
        "delay",
        "main_power_fault",
        "backup_power_fault",
        "bus_fault",
        "manual",
        "config_changed",
        "reset",
    ]
    assert told(component(0xFFFF))["objects"][0]["flags"] == [*system["flags"][:8], "power_fault"]
    assert told(component(0xFE00), "dahua-bcd")["objects"][0]["flags"] == [
        "offline",
        "open_circuit",
        "short_circuit",
        "removed",
        "sensor_fault",
        "upgrade_fault",
    ]
    assert one(21, status=0xFF, time=LABEL)["flags"] == [
        "normal",
        "fire",
        "fault",
        "main_power_fault",
        "backup_power_fault",
        "center_link_fault",
        "monitored_line_fault",
    ]


def test_names_of_operations() -> None:
    """Bit 5 confirms at a system and answers a duty check at the device; the others agree."""
    names = ["reset", "mute", "manual_alarm", "alarm_cleared", "self_test", "confirm", "test"]
    system = one(4, system_type=1, system_address=1, operation=255, operator=3, time=LABEL)
    device = one(24, operation=255, operator=3, time=LABEL)
    assert (system["operation"], system["operator"], system["flags"]) == (255, 3, names)
    assert device["flags"] == [*names[:5], "duty_answer", "test"]


def test_the_small_types() -> None:
    """Versions, texts, times and minutes come under their own names."""
    system = {"system_type": 1, "system_address": 1}
    assert one(5, **system, major=2, minor=1) == {**system, "major": 2, "minor": 1}
    assert one(6, **system, text="东区") == {**system, "text": "东区"}
    assert one(8, **system, time=LABEL) == {**system, "time": "2019-07-01T10:20:30"}
    assert one(26, text="A") == {"text": "A"}
    assert one(90, time=LABEL) == {"time": "2019-07-01T10:20:30"}
    assert one(91, minutes=10) == {"minutes": 10}
    assert one(81) == {}


@pytest.mark.parametrize("label", [bytes(6), bytes((0, 0, 0, 31, 2, 19)), bytes([255] * 6)])
def test_impossible_times(label: bytes) -> None:
    """Month 0, 31 February and all bits set are no time, and no error."""
    described = told(objects.encode(28, (Item(time=label),)), label=label)
    assert (described["ok"], described["time"]) == (True, None)
    assert described["objects"] == [{"time": None}]


def test_bcd_times() -> None:
    """One dialect writes the digits of the time; elsewhere the same bytes are another time."""
    label = bytes((0x30, 0x20, 0x10, 0x01, 0x07, 0x19))
    assert told(b"", "dahua-bcd", label=label)["time"] == "2019-07-01T10:20:30"
    assert told(b"", label=label)["time"] == "2025-07-01T16:32:48"
    assert told(b"", "dahua-bcd", label=LABEL)["time"] is None


@pytest.mark.parametrize(
    ("dialect", "command", "app"), [("std", 2, b""), ("dgiot", 2, b"\x16"), ("dahua-bcd", 7, b"")]
)
def test_heartbeats(dialect: str, command: int, app: bytes) -> None:
    """Each dialect's heartbeat is sound and carries no type."""
    described = told(app, dialect, command=command)
    assert (described["ok"], described["type"], described["objects"]) == (True, None, [])


def test_a_makers_own_type() -> None:
    """A type left to the makers is no error; its bytes are kept."""
    described = told(b"\x87\x01\xab\xcd")
    assert (described["ok"], described["type"]) == (True, 0x87)
    assert described["objects"] == [{"raw": "01abcd"}]


def test_a_reserved_type() -> None:
    """A type that the tables reserve is an error; its bytes are kept."""
    described = told(b"\x0a\x01\xab")
    assert (described["ok"], described["error"]) == (False, "type_unknown: 10")
    assert described["objects"] == [{"raw": "01ab"}]


def test_an_unknown_dialect_keeps_the_hex() -> None:
    """A dialect that is not spoken is named, and the frame is not lost."""
    described = decode_json("40 40", "fubei")
    assert (described["ok"], described["hex"]) == (False, "4040")
    assert str(described["error"]).startswith("dialect_unknown: fubei")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "bad_hex"),
        ("4g", "bad_hex"),
        ("404", "bad_hex"),
        ("0102", "bad_start"),
        ("4040", "too_short"),
        (GOLDEN.replace("54 2323", "55 2323"), "bad_checksum: 0x55 sent, 0x54 computed"),
        (GOLDEN.replace("2323", "2324"), "bad_end"),
        (GOLDEN[:-5], "too_short: 37 bytes, it needs 39"),
        (GOLDEN + "00", "bytes_after_frame: 1"),
        ("00" + GOLDEN, "bad_start: 1 bytes before 40 40"),
        (GOLDEN.replace("0900", "0104"), "over_length: 1025"),
    ],
)
def test_what_is_wrong_is_named(text: str, error: str) -> None:
    """Each fault has its name at the beginning of the error."""
    described = decode_json(text)
    assert described["ok"] is False
    assert str(described["error"]).startswith(error)


def test_what_can_be_read_of_a_bad_frame() -> None:
    """A wrong checksum hides nothing."""
    bad = decode_json(GOLDEN.replace("54 2323", "55 2323"))
    assert {**bad, "ok": True, "error": None} == decode_json(GOLDEN)


@pytest.mark.parametrize("after", ["4", "zz", "第"])
def test_what_stands_before_bad_hex_is_read(after: str) -> None:
    """A slip at the end of what was pasted hides nothing either."""
    bad = decode_json(GOLDEN + after)
    assert str(bad["error"]).startswith("bad_hex")
    assert {**bad, "ok": True, "error": None} == decode_json(GOLDEN)


def test_a_file_passed_by_mistake() -> None:
    """A megabyte of starts is answered, not chewed on."""
    assert decode_json("40" * (1 << 20))["ok"] is False


def test_what_can_be_read_of_a_cut_frame() -> None:
    """Fields up to the cut are told, the others are null."""
    cut = decode_json(GOLDEN[:30])
    assert (cut["serial"], cut["time"], cut["source"], cut["type"]) == (
        5,
        "2019-07-01T10:20:30",
        None,
        None,
    )


def test_a_missing_object_is_told() -> None:
    """Three announced, one there: the one is told, and so is the lack."""
    app = component(2)
    described = told(app[:1] + b"\x03" + app[2:])
    assert (described["ok"], len(described["objects"])) == (False, 1)
    assert described["error"] == "objects_missing: 3 announced, 1 whole"


@given(st.binary(max_size=200), st.sampled_from(["std", "dgiot", "dahua-bcd", "x"]))
def test_any_bytes_fit_into_json(raw: bytes, dialect: str) -> None:
    """Nothing that can be pasted makes it fail."""
    json.dumps(decode_json(raw.hex(), dialect))


@given(st.text(max_size=50))
def test_any_text_is_answered(text: str) -> None:
    """What is no hex is told so."""
    assert "ok" in decode_json(text)
