"""How believable a number or a text is that registers could be; guesses with their reasons."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from edge.model import Text

LARGEST: Final = 1e7
SMALLEST: Final = 1e-3
"""What lifts and breakers measure lies between; a third of all wrongly read floats do too."""
FEW_DIGITS: Final = 4
"""Of a measured float that was set or rounded: 230.5, 25.25."""
MOVES: Final = 0.2
"""By so much of itself, and by so much at least, a measured value changes between two looks."""
COUNTS: Final = 10_000
"""The most that a counter goes on between two looks."""
MOST_CHANGE: Final = 1_000_000
WORD_BITS: Final = 16
ONE_WORD: Final = 1 << WORD_BITS
FLAGS: Final = 2
SMALL: Final = 1_000
LARGE_COUNT: Final = 100_000_000
LETTERS: Final = 4
"""Printable letters in a row that are hardly chance."""
NOTHING: Final = frozenset({0xFFFF, 0x7FFF, 0x8000})
"""What devices write where they have no value."""


@dataclass(frozen=True, slots=True)
class Guess:
    """From 0 to 1, and what speaks for it or against it."""

    score: float
    why: Text


_ZERO: Final = Guess(0.3, Text("为 0，看不出", "0 says nothing"))
_JUMPS: Final = Guess(0.05, Text("两次相差太大", "it jumps between two looks"))
_SLIGHTLY_NEGATIVE: Final = Text("不大的负数", "a negative number that is not large")


def judge_float(value: float, before: float | None) -> Guess:
    """A float has a sensible size, few digits, and moves little."""
    if not math.isfinite(value):
        guess = Guess(0.0, Text("不是有效的数", "not a number"))
    elif value == 0:
        guess = _ZERO
    elif not SMALLEST <= abs(value) <= LARGEST:
        guess = Guess(0.05, Text("大小不合理", "far too large or too small"))
    elif before is None or before == value:
        short = float(f"{value:.{FEW_DIGITS}g}") == value
        guess = Guess(0.6, Text("大小合理", "a sensible size"))
        if short:
            guess = Guess(0.8, Text("大小合理，位数少", "a sensible size with few digits"))
    elif math.isfinite(before) and abs(value - before) <= max(MOVES * abs(before), MOVES):
        guess = Guess(0.9, Text("大小合理，变化小", "a sensible size that moves a little"))
    else:
        guess = _JUMPS
    return guess


def judge_whole(value: int, bits: int, before: int | None) -> Guess:
    """A whole number is small, counts, or is what stands for no value."""
    change = 0 if before is None else value - before
    if 0 < change <= COUNTS and value > 0:
        many = value >= ONE_WORD or bits == WORD_BITS
        return Guess(0.85 if many else 0.7, Text(f"增加了 {change}", f"counts up, by {change}"))
    if abs(change) > MOST_CHANGE:
        return _JUMPS
    return _judge_word(value) if bits == WORD_BITS else _judge_long(value)


def _judge_long(value: int) -> Guess:
    if value == 0:
        return _ZERO
    if 0 < value < ONE_WORD:
        return Guess(0.55, Text("高位字为 0", "the high words are 0"))
    if -SMALL * SMALL <= value < 0:
        return Guess(0.5, _SLIGHTLY_NEGATIVE)
    if 0 < value <= LARGE_COUNT:
        return Guess(0.4, Text("可能是累计值", "may be a count"))
    return Guess(0.1, Text("大得不合理", "unreasonably large"))


def _judge_word(value: int) -> Guess:
    if value & 0xFFFF in NOTHING:
        return Guess(0.3, Text("常表示无数据", "often stands for no value"))
    if value == 0:
        return _ZERO
    if value < -SMALL:
        return Guess(0.2, Text("很大的负数", "a large negative number"))
    if value < 0:
        return Guess(0.6, _SLIGHTLY_NEGATIVE)
    if value.bit_count() <= FLAGS and value > 0xFF:  # noqa: PLR2004 - flags in the high byte
        return Guess(0.5, Text("只有一两位为 1，可能是标志位", "one or two bits: may be flags"))
    return Guess(0.55, Text("单个寄存器的整数", "a whole number in one register"))


def judge_text(raw: bytes) -> Guess | None:
    """Letters all along, padded at the end at most; none when they are no text."""
    letters = raw.rstrip(b"\0 ")
    if len(letters) < LETTERS or not (letters.isascii() and letters.decode().isprintable()):
        return None
    if sum(chr(letter).isalnum() for letter in letters) * 2 < len(letters):
        return None
    return Guess(0.8, Text("都是可读字符", "readable letters all along"))
