"""Words and bits to values: every way a profile can say it."""

from __future__ import annotations

import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.modbus.decode import compile_read
from edge.drivers.modbus.planner import plan
from edge.drivers.modbus.profile import ModbusProfile
from edge.model import Value
from simulators.modbus_registers import blank, lay_out
from tests.fakes.modbus import made, profile


def decoded(device: ModbusProfile, *words: int) -> dict[str, Value | None]:
    """The values of a device's only read."""
    (read,) = plan(device.points, device.settings)
    decoder = compile_read(read, device.points, device.settings)
    return dict(zip(decoder.names, decoder(struct.pack(f">{len(words)}H", *words)), strict=True))


@pytest.mark.parametrize(
    ("point", "words", "value"),
    [
        ({}, (0xFFFF,), 65535),
        ({"words": "s16"}, (0xFFFF,), -1),
        ({"words": "u32"}, (1, 2), 65538),
        ({"words": "u32", "word_order": "little"}, (1, 2), 131073),
        ({"words": "u32", "byte_order": "little"}, (0x0100, 0x0200), 65538),
        ({"words": "s32"}, (0xFFFF, 0xFFFE), -2),
        ({"words": "u64"}, (0, 0, 1, 0), 65536),
        ({"words": "s64"}, (0xFFFF,) * 4, -1),
        ({"byte_order": "little"}, (0x3412,), 0x1234),
        ({"words": "f32", "type": "float"}, (0x4366, 0x199A), 230.1),
        ({"words": "f32", "type": "float"}, (0x7FC0, 0), None),
        ({"words": "f64", "type": "float"}, (0x3FF8, 0, 0, 0), 1.5),
        ({"type": "float", "scale": 0.1}, (2354,), 235.4),
        ({"type": "float", "scale": 0.1, "offset": -40}, (0,), -40.0),
        ({"scale": 10, "offset": 1}, (7,), 71),
        ({"bits": "4..5"}, (0b110000,), 3),
        ({"bits": "8..11"}, (0x0A00,), 10),
        ({"type": "bool", "bit": 15}, (0x8000,), True),
        ({"type": "bool", "bit": "high.7"}, (0x8000,), True),
        ({"type": "bool", "bit": "low.2"}, (0x0004,), True),
        ({"type": "bool", "bit": "low.2", "inverted": True}, (0x0004,), False),
        ({"type": "bool"}, (2,), True),
        ({"valid": {"min": 0, "max": 100}}, (101,), None),
        ({"valid": {"min": 0, "max": 100}}, (100,), 100),
        ({"words": "s16", "valid": {"min": -5}}, (0xFFF0,), None),
        ({"labels": {"1": {"zh": "甲", "en": "A"}}}, (7,), 7),
    ],
)
def test_values(point: dict[str, Any], words: tuple[int, ...], value: Value | None) -> None:
    """One word, many words, both orders, bits, scales; what is not believed is none, never 0.

    An enumeration passes on a number that it has no label for.
    """
    got = decoded(made({"p": {"register": 0, **point}}), *words)["p"]
    assert got == value
    assert type(got) is type(value)


def test_bits_of_a_table() -> None:
    """Coils come eight to a byte, the lowest first."""
    device = made(
        {f"c{n}": {"register": n, "table": "coil", "type": "bool"} for n in (0, 2, 9)}
        | {"n": {"register": 3, "table": "coil", "type": "bool", "inverted": True}}
    )
    (read,) = plan(device.points, device.settings)
    decoder = compile_read(read, device.points, device.settings)
    assert dict(zip(decoder.names, decoder(bytes((0b0000_0101, 0b10))), strict=True)) == {
        "c0": True,
        "c2": True,
        "c9": True,
        "n": True,
    }


BOX_BITS = [
    (65, "low", 2, "general_fault"),
    (66, "high", 0, "safety_circuit_open"),
    (67, "high", 7, "door_close_fault"),
    (67, "high", 6, "stopped_outside_door_zone"),
    (67, "high", 5, "unintended_movement"),
    (67, "high", 4, "run_time_limiter"),
    (67, "high", 3, "position_lost"),
    (67, "high", 2, "door_open_fault"),
    (67, "high", 1, "restart_prevented"),
    (68, "high", 0, "other_fault"),
    (69, "high", 7, "trapped"),
    (69, "high", 6, "stopped_outside_unlocking_zone"),
    (69, "high", 5, "stopped_off_level"),
    (69, "high", 4, "restart_prevented_now"),
    (69, "high", 3, "start_failed"),
    (69, "high", 2, "safety_circuit_fault"),
    (69, "low", 6, "time_limiter"),
    (69, "low", 5, "run_timeout"),
    (69, "low", 3, "controller_link_lost"),
    (69, "low", 2, "upper_limit"),
    (69, "low", 1, "overrun_top"),
    (69, "low", 0, "upper_limit_switch_fault"),
    (70, "high", 7, "lower_limit"),
    (70, "high", 6, "overrun_bottom"),
    (70, "high", 5, "lower_limit_switch_fault"),
    (70, "high", 4, "moved_with_open_door"),
    (70, "high", 3, "door_opened_while_running"),
    (70, "high", 2, "overspeed"),
    (70, "high", 1, "speed_abnormal"),
    (70, "high", 0, "brake_fault"),
    (70, "low", 7, "control_fault"),
    (70, "low", 6, "drive_fault"),
    (70, "low", 5, "traction_machine_fault"),
    (70, "low", 4, "mains_fault"),
    (70, "low", 3, "levelling_fault"),
    (70, "low", 2, "inverter_fault"),
    (70, "low", 1, "alarm_button"),
    (70, "low", 0, "car_alarm_button"),
    (71, "high", 7, "power_lost"),
    (71, "high", 4, "overcurrent"),
    (71, "high", 3, "voltage_fault"),
    (71, "high", 2, "high_temperature"),
    (71, "high", 1, "communication_fault"),
    (71, "high", 0, "door_lock_bridged"),
]


@pytest.mark.parametrize(("register", "half", "bit", "name"), BOX_BITS)
def test_lift_box_bits(register: int, half: str, bit: int, name: str) -> None:
    """Each fault bit of the lift box sets its own point and no other."""
    words = [0] * 23
    words[register - 65] = 1 << bit + 8 * (half == "high")
    got = decoded(profile("lifts/ba_box"), *words)
    assert [point for point, value in got.items() if value is True] == [name]


def test_lift_box_counters() -> None:
    """The eight counters are 32 bits, the high word first; energy comes in tenths."""
    words = [0] * 7 + [value for n in range(1, 9) for value in (n, n)]
    got = decoded(profile("lifts/ba_box"), *words)
    assert got["running_hours"] == 65537
    assert (got["starts"], got["distance"], got["door_cycles"]) == (131074, 196611, 262148)
    assert (got["energy"], got["energy_saved"]) == (32768.5, 39322.2)
    assert (got["passengers_total"], got["speed"]) == (458759, 524296)


@pytest.mark.parametrize(
    ("index", "name", "word", "value"),
    [
        (20, "floor", 0xFFFF, -1),
        (19, "up", 1, True),
        (18, "down", 1, True),
        (17, "door_open", 1, True),
        (16, "door_closing", 1, True),
        (15, "running", 1, True),
        (14, "manual", 1, True),
        (13, "attendant", 1, True),
        (12, "independent", 1, True),
        (11, "overload", 1, True),
        (10, "maintenance", 1, True),
        (9, "fireman_operation", 1, True),
        (8, "fireman_emergency", 1, True),
        (7, "fireman_return", 1, True),
        (6, "fault", 1, True),
        (5, "mimo", 3, 3),
    ],
)
def test_interface_board(index: int, name: str, word: int, value: Value) -> None:
    """Each signal of the interface board is the register at its place after the first."""
    board = profile("lifts/techno_board")
    (read,) = plan(board.points, board.settings)
    words = [0] * read.count
    words[1 + index - read.start] = word
    got = decoded(board, *words)
    assert got.pop(name) == value
    assert not any(got.values())


_WAYS = st.fixed_dictionaries(
    {
        "words": st.sampled_from(["u16", "s16", "u32", "s32", "u64", "s64"]),
        "word_order": st.sampled_from(["big", "little"]),
        "byte_order": st.sampled_from(["big", "little"]),
    }
)


@given(way=_WAYS, number=st.integers(min_value=-(2**63), max_value=2**64 - 1))
def test_registers_and_back(way: dict[str, Any], number: int) -> None:
    """What a device lays out is what is read, for every kind of number and order."""
    bits = int(way["words"][1:])
    low = -(1 << bits - 1) if way["words"][0] == "s" else 0
    number = low + (number - low) % (1 << bits)
    device = made({"p": {"register": 3, **way}})
    tables = blank(device)
    lay_out(device, {"p": number}, tables)
    words = tables["holding"]
    assert decoded(device, *(words[address] for address in sorted(words))) == {"p": number}


@given(st.floats(width=32))
def test_floats_and_back(number: float) -> None:
    """A float keeps the seven digits that it has; infinity and NaN are not believed."""
    device = made({"p": {"register": 0, "words": "f32", "type": "float"}})
    tables = blank(device)
    lay_out(device, {"p": number}, tables)
    got = decoded(device, tables["holding"][0], tables["holding"][1])["p"]
    if not math.isfinite(number):
        assert got is None
    else:
        assert isinstance(got, float)
        assert math.isclose(got, number, rel_tol=1e-6, abs_tol=1e-44)
