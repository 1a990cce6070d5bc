"""Modbus frames told field by field: literal frames, and anything at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.modbus.unit import DevicePlaced
from edge.trace import Frame, Part, Way
from tests.fakes.modbus import made, placed, profile, section

AT = datetime(2026, 1, 1, tzinfo=UTC)
LIFT = placed("lift-1", 2, profile("lifts/ba_box"))
BREAKER = placed("breaker-1", 1, profile("sensors/leakage_breaker"))


def told(
    body: bytes, way: Way, *before: bytes, device: DevicePlaced = LIFT, tcp: bool = False
) -> list[tuple[int, int, str, str, str]]:
    """Start, end, name, value and words of each part, in English."""
    kind = {"type": "tcp", "host": "x"} if tcp else {"type": "rtu", "port": "x"}
    link = section(kind).bind([device])
    asked = [Frame(n, AT, "out", "", each) for n, each in enumerate(before)]
    parts = link.describe(Frame(99, AT, way, "", body), asked)
    return [(p.start, p.end, p.name.en, p.value, p.words.en if p.words else "") for p in parts]


ASK = bytes.fromhex("02 03 00 40 00 04 45 ee")
ANSWER = bytes.fromhex("02 03 08 00 04 01 00 00 00 02 00 df e2")


def test_a_request_on_a_serial_line() -> None:
    """Unit, function in words, the address with its number in the manual, count, checksum."""
    assert told(ASK, "out") == [
        (0, 1, "Unit", "2", ""),
        (1, 2, "Function", "3", "read holding registers"),
        (2, 4, "Address", "64", "number 65 in the manual"),
        (4, 6, "Count", "4", ""),
        (6, 8, "Checksum", "45 ee", "right"),
    ]


def test_an_answer_names_the_points_in_its_registers() -> None:
    """Each register by the manual's number, and each point that lies in it with its value."""
    parts = told(ANSWER, "in", ASK)
    assert parts[:6] == [
        (0, 1, "Unit", "2", ""),
        (1, 2, "Function", "3", "read holding registers"),
        (2, 3, "Byte count", "8", ""),
        (3, 5, "Register 65", "0x0004 = 4", ""),
        (3, 5, "General fault", "true", "yes"),
        (5, 7, "Register 66", "0x0100 = 256", ""),
    ]
    assert (9, 11, "Other fault", "false", "no") in parts
    assert parts[-1] == (11, 13, "Checksum", "df e2", "right")


def test_the_answer_on_record_of_a_breaker() -> None:
    """254 V, as published: the checksum is right, and the value stands with its unit."""
    ask = bytes.fromhex("01 04 00 08 00 01 b0 08")
    parts = told(bytes.fromhex("01 04 02 00 fe 38 b0"), "in", ask, device=BREAKER)
    assert parts == [
        (0, 1, "Unit", "1", ""),
        (1, 2, "Function", "4", "read input registers"),
        (2, 3, "Byte count", "2", ""),
        (3, 5, "Register 8", "0x00FE = 254", ""),
        (3, 5, "Voltage, phase A", "254 V", ""),
        (5, 7, "Checksum", "38 b0", "right"),
    ]


def test_an_answer_whose_question_nobody_has() -> None:
    """Registers are numbered in the answer; no point is made up."""
    parts = told(ANSWER, "in")
    assert [each[2] for each in parts[3:7]] == [f"Register no. {n}" for n in (1, 2, 3, 4)]
    other = bytes.fromhex("02 03 00 40 00 03 04 2c")  # asks for three registers, not four
    assert told(ANSWER, "in", other) == parts


def test_the_question_is_the_last_one_that_it_can_answer() -> None:
    """Not a later one to another unit, nor one of another length."""
    elsewhere = bytes.fromhex("05 03 00 00 00 04 45 8d")
    assert told(ANSWER, "in", ASK, elsewhere) == told(ANSWER, "in", ASK)


def test_noise_and_a_wrong_checksum() -> None:
    """Noise before a sound frame is told apart; a broken frame says what it should have been."""
    parts = told(b"\xff\x00" + ANSWER, "in", ASK)
    assert parts[0] == (0, 2, "Noise", "ff 00", "")
    assert parts[-1] == (13, 15, "Checksum", "df e2", "right")
    broken = told(ANSWER[:-1] + b"\x00", "in", ASK)
    assert broken[-1] == (11, 13, "Checksum", "df 00", "wrong, should be df e2")
    short = told(ANSWER[:7], "in", ASK)
    assert short[-1] == (0, 0, "Cut short", "6", "6 bytes are missing")


def test_a_refusal_is_named() -> None:
    """The exception code in words."""
    parts = told(bytes.fromhex("02 83 02 30 f1"), "in", ASK)
    assert parts[1:3] == [
        (1, 2, "Function", "131", "refused: read holding registers"),
        (2, 3, "Exception", "2", "illegal data address"),
    ]
    assert parts[-1][4] == "right"


def test_modbus_over_tcp() -> None:
    """The header, and the question found by its transaction; what follows is told too."""
    ask = bytes.fromhex("00 07 00 00 00 06 02 03 00 40 00 04")
    later = bytes.fromhex("00 08 00 00 00 06 02 03 00 00 00 04")
    answer = bytes.fromhex("00 07 00 00 00 0b 02 03 08 00 04 01 00 00 00 02 00")
    parts = told(answer + b"\x01", "in", ask, later, tcp=True)
    assert parts[:5] == [
        (0, 2, "Transaction", "7", ""),
        (2, 4, "Protocol", "0", "Modbus"),
        (4, 6, "Length", "11", ""),
        (6, 7, "Unit", "2", ""),
        (7, 8, "Function", "3", "read holding registers"),
    ]
    assert (9, 11, "General fault", "true", "yes") in parts
    assert parts[-1] == (17, 18, "Not a frame", "01", "")
    cut = told(answer[:12], "in", ask, tcp=True)
    assert (4, 6, "Length", "11", "5 bytes are missing") in cut


def test_a_write_is_told_with_its_action() -> None:
    """What is written, in the words of the profile; the echo reads the same."""
    action = {"text": {"zh": "合闸", "en": "Close"}, "table": "coil", "register": 1, "value": 1}
    device = placed("d", 1, made({"p": {"register": 0}}, actions={"close": action}))
    frame = bytes.fromhex("01 05 00 01 ff 00 dd fa")
    parts = told(frame, "out", device=device)
    assert parts[2:5] == [
        (2, 4, "Address", "1", ""),
        (2, 6, "Action", "", "Close"),
        (4, 6, "Value", "0xFF00", "on"),
    ]
    assert told(frame, "in", frame, device=device) == parts


def test_coils_labels_and_doubt() -> None:
    """A bit by its point, a number by its name, a value outside its range as not believed."""
    device = placed(
        "d",
        1,
        made(
            {
                "on": {"type": "bool", "table": "coil", "register": 9, "text": _named("On")},
                "mode": {
                    "register": 0,
                    "labels": {3: {"zh": "检修", "en": "inspection"}},
                    "text": _named("Mode"),
                },
                "hot": {"register": 1, "valid": {"max": 5}, "text": _named("Hot")},
            }
        ),
    )
    ask, answer = bytes.fromhex("01 01 00 00 00 0a bc 0d"), bytes.fromhex("01 01 02 00 02 38 3d")
    assert (4, 5, "On", "true", "yes") in told(answer, "in", ask, device=device)
    ask = bytes.fromhex("01 03 00 00 00 02 c4 0b")
    parts = told(bytes.fromhex("01 03 04 00 03 00 09 ca 35"), "in", ask, device=device)
    assert (3, 5, "Mode", "3", "inspection") in parts
    assert (5, 7, "Hot", "?", "not believed") in parts


def _named(name: str) -> dict[str, str]:
    return {"zh": name, "en": name}


@pytest.mark.parametrize("tcp", [True, False])
@given(
    body=st.binary(max_size=300),
    before=st.lists(st.binary(max_size=20), max_size=3),
    out=st.booleans(),
)
def test_anything_at_all(tcp: bool, body: bytes, before: list[bytes], out: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever the bytes: nothing is raised, and each part lies within them."""
    kind = {"type": "tcp", "host": "x"} if tcp else {"type": "rtu", "port": "x"}
    link = section(kind).bind([LIFT])
    asked = [Frame(n, AT, "out", "", each) for n, each in enumerate(before)]
    parts = link.describe(Frame(99, AT, "out" if out else "in", "", body), asked)
    assert all(_within(part, body) for part in parts)


@given(cut=st.integers(0, 13), bit=st.integers(0, 103))
def test_a_damaged_answer(cut: int, bit: int) -> None:
    """A sound answer, cut or with a bit turned, is told as far as it goes."""
    damaged = bytearray(ANSWER)
    damaged[bit // 8] ^= 1 << bit % 8
    parts = told(bytes(damaged[: cut or None]), "in", ASK)
    assert parts


def _within(part: Part, body: bytes) -> bool:
    return 0 <= part.start <= part.end <= len(body)
