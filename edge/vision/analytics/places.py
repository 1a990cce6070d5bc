"""Places of a window where something rests that was not there before."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import exp
from typing import Final

import cv2
import numpy as np

from edge.vision.analytics.background import Background, Levels, relit, stirred
from edge.vision.analytics.masks import cleaned, grown, joined
from edge.vision.analytics.put_down import judge
from edge.vision.analytics.window import Mask

MOST: Final = 20
"""Places at a time; more is a picture that has changed altogether."""
THERE: Final = 0.5
"""A place still holds its thing while so much of it differs from the empty background."""
GONE_S: Final = 2.0
"""So long it has to be as it was; a passing shadow may look like the floor."""
ALIVE: Final = 0.015
"""A place stirs when so much of it moves; nothing of a bag does, some of a person always does."""
APART_S: Final = 1.0
"""Between the two pictures that tell it: somebody who stands sways by a few centimetres."""
ANOTHER: Final = 0.2
"""When so much of a thing does not look as it did, it has turned, sat down, been swapped."""
BESIDE: Final = 6
"""Pixels between two pieces of one thing at most: what is like the floor divides it."""
NEAR, RIM = 4, 9
"""Pixels around a place: what moves that far off too passes in front and is not the thing itself;
what moves only nearer may be the thing that sways."""
DOUBTED: Final = 0.3
"""What stirs while something moves around it counts so much: a passer-by, or its own arms."""
RESTLESS: Final = 0.12
"""A thing that stirs in more than this part of the time is somebody who stands there."""
BEFORE: Final = 40
"""Pictures of the last second that are kept at most."""
REMEMBERS_S: Final = 20.0
"""The time over which that is judged."""


@dataclass(slots=True, eq=False, kw_only=True)
class Place:
    """One thing that rests: its pixels, since when, and how much it stirs (0 to 1).

    `watched` is how much of the time that it is judged over it has been watched already.
    `look` is what the window looked like when that was last judged. `gone` is since when it looks
    as if nothing were there; none while something is.
    """

    key: int
    pixels: Mask
    size: int
    since: float
    seen: float
    restless: float = 0.0
    watched: float = 0.0
    look: Levels
    gone: float | None = None

    @property
    def lifeless(self) -> bool:
        """Whether it is a thing, as far as can be told, and not somebody who stands still."""
        return self.restless < RESTLESS * self.watched


class Places:
    """Finds what rests against a background, keeps it while it is there."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._number = 0
        self._before: deque[tuple[float, Levels]] = deque(maxlen=BEFORE)
        self._t = 0.0
        self.known: list[Place] = []

    def forget(self) -> None:
        """All places are void: the background has begun anew."""
        self.known.clear()
        self._before.clear()

    def step(self, mask: Mask, smallest: float, t: float) -> None:
        """Look for new places of `smallest` pixels at least where `mask` is set; keep the others.

        What turns out to be a light or a gap goes into the background at once.
        """
        differs, moved = self._background.differs, self._moved(t)
        for place in list(self.known):
            self._keep(place, differs, moved, t)
        rests = self._background.rests & mask
        for place in self.known:
            rests[place.pixels > 0] = 0
        rests = joined(cleaned(rests, 1), 3)
        count, names, facts, _ = cv2.connectedComponentsWithStats(rests)
        for name in range(1, count):
            size = int(facts[name, cv2.CC_STAT_AREA])
            pixels = ((names == name) * 255).astype(np.uint8)
            if not self._part_of_one(pixels) and size >= smallest and len(self.known) < MOST:
                self._new(pixels, size, t)
        self._t = t

    def _part_of_one(self, pixels: Mask) -> bool:
        """Add a piece to the thing that it lies at: it came to rest a little later."""
        wide = grown(pixels, BESIDE)
        for place in self.known:
            if cv2.countNonZero(wide & place.pixels):
                place.pixels = place.pixels | pixels
                place.size = cv2.countNonZero(place.pixels)
                return True
        return False

    def _new(self, pixels: Mask, size: int, t: float) -> None:
        background = self._background
        if judge(background.now, background.reference, pixels) != "object":
            background.adopt(grown(pixels, 2) > 0)
            return
        self._number += 1
        self.known.append(
            Place(
                key=self._number,
                pixels=pixels,
                size=size,
                since=t - float(np.median(background.lasts[pixels > 0])),
                seen=t,
                look=background.now,
            )
        )

    def _keep(self, place: Place, differs: Mask, moved: Mask, t: float) -> None:
        inside = place.pixels > 0
        alive, around = _moves(moved, place.pixels)
        part = 1 - exp(-max(0.0, t - self._t) / REMEMBERS_S)
        if around:
            part *= DOUBTED
        else:
            look = relit(place.look, self._background.now, inside)
            if float(stirred(self._background.now, look)[inside].mean()) >= ANOTHER:
                place.look = self._background.now
                place.restless += (1 - place.restless) / 4
        place.watched += part * (1 - place.watched)
        place.restless += part * (float(alive) - place.restless)
        if float((differs[inside] > 0).mean()) >= THERE:
            place.seen, place.gone = t, None
            return
        if place.gone is None:
            place.gone = t
        if t - place.gone >= GONE_S:
            self.known.remove(place)

    def _moved(self, t: float) -> Mask:
        """255 where this picture is another than the one of a second before."""
        now = self._background.now
        self._before.append((t, now))
        while len(self._before) > 1 and t - self._before[1][0] >= APART_S:
            self._before.popleft()
        before = self._before[0][1]
        if before.shape != now.shape:
            self._before.clear()
            return np.zeros(now.shape[:2], np.uint8)
        return (stirred(now, before) * 255).astype(np.uint8)


def _moves(moved: Mask, pixels: Mask) -> tuple[bool, bool]:
    """Whether a thing itself moves, its rim included, and whether something does around it."""
    wide = grown(pixels, RIM)
    near = grown(pixels, NEAR)
    rim = (wide > 0) & (near == 0)
    return (
        cv2.countNonZero(moved & near) >= max(2.0, ALIVE * cv2.countNonZero(pixels)),
        bool(rim.any()) and float((moved[rim] > 0).mean()) >= 2 * ALIVE,
    )
