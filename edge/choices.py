"""What a person may have meant who wrote a word that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from edge.model import Text

MOST_NAMED: Final = 12
"""Choices that are listed when none comes close."""


def nearest(word: str, choices: Sequence[str]) -> str:
    """The choice that looks most like the word; empty when none does."""
    return next(iter(get_close_matches(word, choices, n=1, cutoff=0.6)), "")


def choose(word: str, choices: Sequence[str]) -> Text:
    """The remedy for a word that is none of the choices: the nearest one, or all."""
    near = nearest(word, choices)
    if near:
        return Text(f"是不是 {near}？", f"did you mean {near}?")
    if not choices:
        return Text("删去它", "take it out")
    if len(choices) == 1:
        return Text(f"应该写 {choices[0]}", f"write {choices[0]}")
    named, more = choices[:MOST_NAMED], "…" if len(choices) > MOST_NAMED else ""
    return Text(f"可以写 {'、'.join(named)}{more}", f"write one of {', '.join(named)}{more}")
