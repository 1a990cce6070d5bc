"""What registers could mean: the right reading comes first, and says why."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.discovery.interpret import Interpretation, interpretations
from edge.drivers.modbus.decode import compile_read
from edge.drivers.modbus.planner import plan
from tests.fakes.modbus import made


def registers(raw: bytes, word_order: str = "big", byte_order: str = "big") -> list[int]:
    """A big-endian number laid out as a device may have it."""
    words = [raw[at : at + 2] for at in range(0, len(raw), 2)]
    if word_order == "little":
        words.reverse()
    return [int.from_bytes(word, "big" if byte_order == "big" else "little") for word in words]


def first(now: Sequence[int], before: Sequence[int] = ()) -> tuple[str, str, str, object]:
    """The likeliest reading."""
    best = interpretations(now, before)[0]
    return best.words, best.word_order, best.byte_order, best.value


@pytest.mark.parametrize("word_order", ["big", "little"])
@pytest.mark.parametrize("byte_order", ["big", "little"])
@pytest.mark.parametrize("value", [230.5, 49.98, -12.25, 0.75])
def test_a_measured_float_gives_its_order_away(
    word_order: str, byte_order: str, value: float
) -> None:
    """In each of the four orders the right one is the first, and is called plausible."""
    now = registers(struct.pack(">f", value), word_order, byte_order)
    before = registers(struct.pack(">f", value * 1.01), word_order, byte_order)
    assert first(now, before) == ("f32", word_order, byte_order, pytest.approx(value))
    assert interpretations(now, before)[0].plausible


@pytest.mark.parametrize("word_order", ["big", "little"])
def test_a_running_counter_gives_its_word_order_away(word_order: str) -> None:
    """Two looks at 70,526 and 70,536: in the right order it counts up, in the other it jumps."""
    before, now = ((70_526).to_bytes(4), (70_536).to_bytes(4))
    best, *others = interpretations(registers(now, word_order), registers(before, word_order))
    found = best if best.words == "u32" else next(each for each in others if each.words == "u32")
    assert (found.words, found.word_order, found.value) == ("u32", word_order, 70_536)
    assert found.why.en == "counts up, by 10"
    turned = [e for e in others if e.words == "u32" and e.word_order != word_order]
    assert not any(each.plausible for each in turned if each.byte_order == "big")


def test_one_register() -> None:
    """A whole number; a negative one as such; what stands for no value is doubted."""
    assert first([230]) == ("u16", "big", "big", 230)
    assert first([0x10000 - 7])[0] == "s16"
    assert first([0x10000 - 7])[3] == -7
    [nothing] = [each for each in interpretations([0xFFFF]) if each.words == "u16"]
    assert not nothing.plausible
    assert "no value" in nothing.why.en
    assert "flags" in interpretations([0x8001 & 0x8100 | 0x0100])[0].why.en


def test_letters() -> None:
    """A serial number in registers is read as text, in the order in which it makes letters."""
    best = interpretations(registers(b"SN-20481\0\0"))[0]
    assert (best.words, best.value, best.plausible) == ("text", "SN-20481", True)
    assert not any(each.words == "text" for each in interpretations([0x4142]))
    assert not any(each.words == "text" for each in interpretations(registers(b"....!!!!")))


def test_no_reading_is_told_twice() -> None:
    """Orders that make no difference are one reading, a sign that makes none is left out."""
    found = interpretations([0x2121, 0x2121])
    assert len({(each.words, each.value) for each in found}) == len(found)
    assert not any(each.words.startswith("s") for each in found)
    assert interpretations([]) == ()


@given(st.lists(st.integers(0, 0xFFFF), max_size=10), st.lists(st.integers(0, 0xFFFF), max_size=10))
def test_anything_at_all(now: list[int], before: list[int]) -> None:
    """Whatever the registers: something is told, the likely first, in both languages."""
    found = interpretations(now, before)
    assert bool(found) is bool(now)
    assert all(each.why.zh and each.why.en for each in found)


@given(st.lists(st.integers(0, 0xFFFF), min_size=4, max_size=4))
def test_a_profile_with_these_words_reads_the_same(now: list[int]) -> None:
    """What is offered can be written into a profile, and the driver reads that value."""
    for each in interpretations(now):
        if isinstance(each.value, int | float) and not math.isnan(each.value):
            assert _read(each, now) in (float(each.value), None)


def _read(each: Interpretation, now: list[int]) -> object:
    point = {
        "type": "float",
        "register": 0,
        "words": each.words,
        "word_order": each.word_order,
        "byte_order": each.byte_order,
    }
    profile = made({"p": point})
    [read] = plan(profile.points, profile.settings)
    raw = b"".join(word.to_bytes(2) for word in now[: read.count])
    (value,) = compile_read(read, profile.points, profile.settings)(raw)
    return value
