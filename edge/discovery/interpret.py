"""What registers could mean: every type and order, the believable ones first; pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.discovery.plausible import Guess, judge_float, judge_text, judge_whole
from edge.drivers.modbus.profile import REGISTERS_OF, Order, Words
from edge.model import Text

PLAUSIBLE: Final = 0.5
"""A guess that is better than this is offered as plausible."""
SWAPPED: Final = 0.15
"""Bytes the other way round within a register are rare ..."""
TURNED: Final = 0.02
"""... the low word first is almost as common as the high one."""
F32_DIGITS: Final = 7
MOST_TEXT: Final = 16
"""Registers that are read as letters."""

Reading: TypeAlias = int | float | str
_ORDERS: Final[tuple[Order, ...]] = ("big", "little")
_NUMBERS: Final[tuple[Words, ...]] = ("u16", "s16", "u32", "s32", "f32", "u64", "s64", "f64")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """One way to read the registers, in the words of a profile; `text` is two letters in each.

    `plausible` is a guess, and `why` says what speaks for it or against it.
    """

    words: Words | Literal["text"]
    word_order: Order
    byte_order: Order
    value: Reading
    plausible: bool
    why: Text


def interpretations(
    registers: Sequence[int], before: Sequence[int] = ()
) -> tuple[Interpretation, ...]:
    """Return each way to read the first register, the first two and four, the likely ones first.

    `before` are the same registers some time ago: what counts or moves a little gives itself away.
    Orders that read the same are told once, and a sign only where it makes a difference.
    """
    told: dict[tuple[str, Reading], tuple[float, Interpretation]] = {}
    for words, word_order, byte_order, value, guess in _all(registers, before):
        if words[0] == "s" and (f"u{words[1:]}", value) in told:
            continue
        score = guess.score - SWAPPED * (byte_order == "little") - TURNED * (word_order == "little")
        each = Interpretation(
            words=words,
            word_order=word_order,
            byte_order=byte_order,
            value=value,
            plausible=score >= PLAUSIBLE,
            why=guess.why,
        )
        told.setdefault((words, value), (score, each))
    ranked = sorted(told.values(), key=lambda both: -both[0])
    return tuple(each for _, each in ranked)


def _all(
    registers: Sequence[int], before: Sequence[int]
) -> Iterator[tuple[Words | Literal["text"], Order, Order, Reading, Guess]]:
    for words in _NUMBERS:
        size = REGISTERS_OF[words]
        if len(registers) < size:
            continue
        for word_order in _ORDERS if size > 1 else _ORDERS[:1]:
            for byte_order in _ORDERS:
                now = _number(registers[:size], words, word_order, byte_order)
                then = None
                if len(before) >= size:
                    then = _number(before[:size], words, word_order, byte_order)
                yield words, word_order, byte_order, now, _judged(words, now, then)
    for byte_order in _ORDERS:
        raw = _bytes(registers[:MOST_TEXT], "big", byte_order)
        guess = judge_text(raw)
        if guess is not None:
            letters = raw.rstrip(b"\0 ").decode("ascii")
            yield "text", "big", byte_order, letters, guess


def _judged(words: Words, now: float, then: float | None) -> Guess:
    if words.startswith("f"):
        return judge_float(float(now), None if then is None else float(then))
    return judge_whole(int(now), 16 * REGISTERS_OF[words], None if then is None else int(then))


def _number(
    registers: Sequence[int], words: Words, word_order: Order, byte_order: Order
) -> int | float:
    raw = _bytes(registers, word_order, byte_order)
    if words.startswith("f"):
        (value,) = struct.unpack(">f" if words == "f32" else ">d", raw)
        return float(f"{value:.{F32_DIGITS}g}") if words == "f32" else float(value)
    return int.from_bytes(raw, signed=words.startswith("s"))


def _bytes(registers: Sequence[int], word_order: Order, byte_order: Order) -> bytes:
    ordered = registers if word_order == "big" else tuple(reversed(registers))
    return b"".join((register & 0xFFFF).to_bytes(2, byte_order) for register in ordered)
