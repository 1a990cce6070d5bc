"""Which lines two texts share."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

MOST_COMPARED: Final = 5_000
"""Lines between the first and the last that differ; of more, all count as replaced."""


class Run(NamedTuple):
    """Lines `old_from` up to `old_to` of the one are, or became, `new_from` up to `new_to`."""

    same: bool
    old_from: int
    old_to: int
    new_from: int
    new_to: int


def runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Both texts from beginning to end; first and last are what they begin and end with alike."""
    same = min(len(old), len(new))
    head = next((i for i in range(same) if old[i] != new[i]), same)
    same -= head
    tail = next((i for i in range(same) if old[-1 - i] != new[-1 - i]), same)
    a, b = len(old) - tail, len(new) - tail
    middle = [Run(same=False, old_from=head, old_to=a, new_from=head, new_to=b)]
    if max(a, b) - head <= MOST_COMPARED:
        match = SequenceMatcher(None, old[head:a], new[head:b], autojunk=False)
        middle = [
            Run(tag == "equal", i1 + head, i2 + head, j1 + head, j2 + head)
            for tag, i1, i2, j1, j2 in match.get_opcodes()
        ]
    return [
        Run(same=True, old_from=0, old_to=head, new_from=0, new_to=head),
        *middle,
        Run(same=True, old_from=a, old_to=len(old), new_from=b, new_to=len(new)),
    ]
