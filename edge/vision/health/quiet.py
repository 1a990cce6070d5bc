"""How long a camera's picture is the same to the pixel when nothing moves."""

from __future__ import annotations

from collections import deque
from typing import Final

TIMES: Final = 4.0
"""So many times its longest quiet spell is more than a camera's way."""
LEAST_S: Final = 60.0
"""And at least so long: the first quiet minute after a busy day is no fault."""
SPELLS: Final = 3
"""Spells that have to have ended before anything is said."""
SLOT_S: Final = 3600.0
REMEMBERED: Final = 25
"""Hours of which the longest spell is remembered: a day and a night."""
SHORTEST_S: Final = 1.0
"""What is shorter is no spell."""


class Quiet:
    """Takes whether each picture was the same as the one before."""

    def __init__(self) -> None:
        self.since = 0.0
        """When the picture of now came first."""
        self._longest: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)
        self._ended = 0

    def begin(self, t: float) -> None:
        """Take the first picture."""
        self.since = t

    def see(self, same: bool, t: float) -> None:  # noqa: FBT001 - one fact of a picture
        """Take the next picture."""
        if same:
            return
        length, self.since = t - self.since, t
        if length < SHORTEST_S:
            return
        self._ended += 1
        slot = t // SLOT_S
        if self._longest and self._longest[-1][0] == slot:
            length = max(length, self._longest.pop()[1])
        self._longest.append((slot, length))

    def too_long(self, t: float) -> bool:
        """Whether it is the same for several times longer than it ever was when it went on."""
        if self._ended < SPELLS:
            return False
        known = [length for slot, length in self._longest if t // SLOT_S - slot < REMEMBERED]
        return t - self.since >= max(LEAST_S, TIMES * max(known, default=0.0))
