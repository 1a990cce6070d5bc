"""When a picture is worth asking the detector: where something moves, or may have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from edge.vision.findings import Box
from edge.vision.geometry import intersection
from edge.vision.sections.zone import ZoneSection

HEARTBEAT_S: Final = 2.0
"""At least so often somebody looks: what came without moving much, what was there before."""

RESTING_S: Final = 1.0
"""So often while all that is followed stands still and nothing moves around it."""

HOLDS_S: Final = 1.0
"""What moved a moment ago may only have paused."""

REFUSED_S: Final = 5.0
"""So long a detector that cannot answer is left alone; it may be started or given its model."""

AROUND: Final = 0.1
"""Of the picture, around a zone: who comes is known before he is in it."""

ABOVE: Final = 0.35
"""Of the picture, above a zone: feet are in it, the rest of people is above."""


class Gate:
    """Says whether to ask about a picture; times are the frames' own."""

    def __init__(self, zones: Iterable[ZoneSection]) -> None:
        self._around = tuple(_surroundings(zone.area or zone.line or ()) for zone in zones)
        self._asked: float | None = None
        self._moved: float | None = None
        self._refused: float | None = None

    def wants(self, t: float, moving: Sequence[Box], *, living: bool, resting: bool) -> bool:
        """Whether to ask now: `moving` is where, `living` whether anything is followed.

        `resting` says that all of it stands still.
        """
        if any(intersection(box, around) > 0 for box in moving for around in self._around):
            self._moved = t
        if self._refused is not None and t - self._refused < REFUSED_S:
            return False
        if self._asked is None:
            return True
        if self._moved is not None and t - self._moved <= HOLDS_S:
            return True
        waits = HEARTBEAT_S
        if living:
            waits = RESTING_S if resting else 0.0
        return t - self._asked >= waits

    def asked(self, t: float) -> None:
        """Note that a detector has looked."""
        self._asked = t
        self._refused = None

    def refused(self, t: float) -> None:
        """Note that it cannot."""
        self._refused = t


def _surroundings(corners: Sequence[tuple[float, float]]) -> Box:
    across = [x for x, _ in corners]
    down = [y for _, y in corners]
    return Box(min(across) - AROUND, min(down) - ABOVE, max(across) + AROUND, max(down) + AROUND)
