"""What a lift's cabin looks like when it is empty, learnt while nothing moves in it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from edge.vision.analytics.background import DIFFERS, Levels, distance, relit
from edge.vision.analytics.masks import joined
from edge.vision.analytics.put_down import judge
from edge.vision.analytics.window import Mask

STILL_S: Final = 5.0
"""So long nothing may move before what is seen counts as still: people in a lift do move."""
MOVES: Final = 0.004
"""Nothing moves while less than this part of the cabin differs between two looks."""
FOLLOWS: Final = 0.05
"""An empty cabin takes over this part of what it looks like now at each look: lamps age."""
LIT: Final = 0.5
"""When so much differs at once while nothing moves, a lamp was switched."""
SETTLED_S: Final = 3600.0
"""What stands still for an hour belongs to the cabin: a new poster, a mat, boards for a move."""


class EmptyCabin:
    """The reference; `smallest` is the least thing that counts, in parts of the cabin.

    It is learnt the first time that nothing moves for five seconds, with nobody there as far as
    can be told. If something stood there then, it shows when that is taken out, and the place
    behind it is learnt at once.
    """

    def __init__(self, smallest: float) -> None:
        self._smallest = smallest
        self._reference: Levels | None = None
        self._last: Levels | None = None
        self._still: float | None = None
        self._other: float | None = None

    @property
    def known(self) -> bool:
        """Whether the cabin has been seen empty."""
        return self._reference is not None

    def forget(self) -> None:
        """Learn it anew."""
        self._reference = self._last = self._still = self._other = None

    def differs(self, now: Levels, mask: Mask) -> Mask:
        """255 where the cabin is not as when it is empty, though its lamp be on or off."""
        inside = mask > 0
        if self._reference is None or self._reference.shape != now.shape:
            return np.zeros(now.shape[:2], np.uint8)
        other = distance(now, self._reference) >= DIFFERS
        if float(other[inside].mean()) >= LIT:
            lit = distance(now, relit(self._reference, now, inside)) >= DIFFERS
            if float(lit[inside].mean()) < float(other[inside].mean()) / 2:
                other = lit
        return ((other & inside) * 255).astype(np.uint8)

    def bares(self, now: Levels, place: Mask) -> bool:
        """Whether a place only shows what was behind a thing that has been taken out."""
        return self._reference is not None and judge(now, self._reference, place) != "object"

    def see(self, now: Levels, mask: Mask, t: float, *, somebody: bool) -> None:
        """Take a look; `somebody` where a detector sees people, who may stand quite still."""
        if self._reference is not None and self._reference.shape != now.shape:
            self.forget()
        last, self._last = self._last, now
        inside = mask > 0
        moves = last is None or last.shape != now.shape or somebody
        if not moves and last is not None:
            moves = float((distance(now, last)[inside] >= DIFFERS / 2).mean()) >= MOVES
        if moves:
            self._still = self._other = None
            return
        if self._still is None:
            self._still = t
        if t - self._still < STILL_S:
            return
        if self._reference is None:
            self._reference = now.copy()
            return
        self._follow(self._reference, now, mask, t)

    def _follow(self, reference: Levels, now: Levels, mask: Mask, t: float) -> None:
        """While nothing moves: take over what is as before, a lamp's light, and bare places."""
        other = self.differs(now, mask)
        part = cv2.countNonZero(other) / max(1, cv2.countNonZero(mask))
        if part < self._smallest / 2:
            self._other = None
            same = (mask > 0) & (other == 0)
            follow = FOLLOWS if distance(now, reference)[same].mean() < DIFFERS / 2 else 1.0
            reference[same] += follow * (now[same] - reference[same])
            return
        if self._other is None:
            self._other = t
        whole = joined(other, 4)
        if t - self._other >= SETTLED_S or judge(now, reference, whole) != "object":
            self._reference = now.copy()
