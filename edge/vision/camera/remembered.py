"""Where faces are in a clip between the pictures in which they were found."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from typing import Final

from edge.vision.findings import Box

HOLD_S: Final = 0.5
"""Before and after a picture in which a face was found, it is taken to be there still: a head that
turns or passes behind somebody is missed for less."""

NEAR: Final = 2.0
"""Of a face's own size: two that are nearer to each other are the same one that moved."""


class Remembered:
    """Faces and when they were seen, in seconds of the frames' clock; `most` at one time."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, float, Box]] = []
        self.most = 0

    def add(self, t: float, boxes: Sequence[Box]) -> None:
        """Places where faces are, or may be, at an instant."""
        for box in boxes:
            insort(self._seen, (t, t, box))

    def since(self, earlier: float, t: float, boxes: Sequence[Box]) -> None:
        """Places where faces are at an instant, and may have been ever since an earlier one."""
        if earlier < t - HOLD_S:
            for box in boxes:
                insort(self._seen, (earlier + HOLD_S, t, box))

    def searched(self, t: float, boxes: Sequence[Box], sure: int) -> None:
        """A picture was looked at: this is what was found, and how many are faces for sure."""
        self.most = max(self.most, sure)
        self.add(t, boxes)

    def at(self, t: float) -> tuple[Box, ...]:
        """Where faces are, or may be, at an instant: those seen around it, and the ways between."""
        around = [each for each in self._seen if each[0] - HOLD_S <= t <= each[1] + HOLD_S]
        before = [(until, box) for _, until, box in around if until <= t]
        after = [(since, box) for since, _, box in around if since > t]
        return (*dict.fromkeys(box for *_, box in around), *_between(before, after, t))


def _between(
    before: Sequence[tuple[float, Box]], after: Sequence[tuple[float, Box]], t: float
) -> Iterator[Box]:
    """Where a face is that was in one place and is then in another one nearby."""
    for then, one in before:
        for later, other in after:
            if _near(one, other):
                part = (t - then) / (later - then)
                yield Box(*(a + (b - a) * part for a, b in zip(one, other, strict=True)))


def _near(one: Box, other: Box) -> bool:
    reach_x = NEAR * max(one.right - one.left, other.right - other.left)
    reach_y = NEAR * max(one.bottom - one.top, other.bottom - other.top)
    across = abs(one.left + one.right - other.left - other.right) / 2
    down = abs(one.top + one.bottom - other.top - other.bottom) / 2
    return across <= reach_x and down <= reach_y
