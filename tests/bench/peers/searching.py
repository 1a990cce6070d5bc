"""The highest load that is kept up with, found by trying; no I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

CLOSE: Final = 1.07
"""Nearer than this two loads need not be told apart."""


def highest(keeps_up: Callable[[int], bool], first: int, tries: int) -> int:
    """The most devices that were kept up with, 0 when none were; at most so many tries.

    Goes up or down in steps of a half until the limit lies between two loads, then halves.
    """
    good, bad, wanted = 0, 0, first
    for _ in range(tries):
        if keeps_up(wanted):
            good = max(good, wanted)
        else:
            bad = min(bad or wanted, wanted)
        if good and bad:
            if bad / good < CLOSE:
                break
            wanted = (good + bad) // 2
        else:
            wanted = wanted * 3 // 2 if good else wanted * 2 // 3
    return good
