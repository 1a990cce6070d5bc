"""Whether a picture stands still, by how this camera's pictures vary when they are live."""

from __future__ import annotations

import math
from collections import deque
from typing import Final, NamedTuple

import cv2
import numpy as np

from edge.vision.findings import Verdict
from edge.vision.health.quiet import Quiet
from edge.vision.health.small import ranked, tiled
from edge.vision.pictures import Gray

WRITTEN: Final = 8
"""Tiles of 144 that may change without anything having: the digits of a clock in the picture."""
ALIVE: Final = 4.0
"""Gray levels in more tiles than that: something moves. A still picture that is coded coarsely
changes by less, also when the encoder sends it as a whole again."""
EXACT: Final = 0.02
"""Gray levels in three quarters of the tiles, and five times that in all but those of the clock,
below which two pictures are the same to the pixel."""
OF_USUAL: Final = 0.6
HARDLY: Final = 0.1
"""Parts of what grain does to this camera's pictures. What stands still and is coded again differs
from one picture to the next by less than the first, and now and then by less than the second (and
than so many gray levels), as live pictures never do: rain that ends, or a lamp, leave a fifth."""
DOUBT_S: Final = 3.0
"""So long after two such pictures nobody calls it live: a whole picture comes every two."""
GRAINY: Final = 0.1
"""Gray levels of grain in the middle tile that have to come through in nine pictures of ten for a
camera to be lively: then its pictures are never alike, whether anything moves or not. A stream of
low bit rate holds the grain back."""
LEARNED: Final = 15
REMEMBERED: Final = 240
"""Pictures that the grain is known from: at least, and at most (some 50 seconds)."""
COMPARED: Final = 3
"""Pictures that have to be like the ones before: two that are alike may be chance. After so many
a single other one may come, when the encoder sends the whole picture again."""
SAME_LIGHT: Final = 48.0
"""Gray levels between the brightness of two pictures that may be expected to have grain alike: a
sensor that is blinded has none."""


class _Apart(NamedTuple):
    """By how many gray levels two pictures differ: the middle tile, most tiles, all but some."""

    middle: float
    widely: float
    anywhere: float


class Liveness:
    """Compares each picture with the one before.

    A lively camera's grain comes through in all pictures: without it the picture is frozen. Of
    others it is only known how long they were the same to the pixel before.
    """

    def __init__(self, after_s: float) -> None:
        self.since = float("-inf")
        """When the picture began to be the same, if it is."""
        self._after_s = after_s
        self._before: Gray | None = None
        self._grain = np.zeros((2, REMEMBERED), np.float32)
        self._known = 0
        self._alike = self._in_a_row = 0
        self._alike_since = 0.0
        self._hardly_at: deque[float] = deque(maxlen=2)
        self._alive_at = float("-inf")
        self._quiet = Quiet()

    def see(self, gray: Gray, t: float) -> Verdict:
        """Return what a picture says; `yes` is not to be told before `after_s` since `since`."""
        before, self._before = self._before, gray
        if before is None:
            self._alike_since = t
            self._quiet.begin(t)
            return "not_observable"
        apart = _apart(gray, before)
        if apart.anywhere > ALIVE:
            self._alive_at = t
        self._quiet.see(apart.widely < EXACT and apart.anywhere < 5 * EXACT, t)
        level = float(gray[::4, ::4].mean())
        usual = self._usual(level)
        said = self._by_grain(apart, usual, t) if usual > 0 else self._by_quiet(t)
        if self._alike == 0:
            self._grain[:, self._known % REMEMBERED] = apart.middle, level
            self._known += 1
        return said

    def _by_grain(self, apart: _Apart, usual: float, t: float) -> Verdict:
        """Judge a camera that is known to be lively."""
        hardly = apart.middle < HARDLY * min(usual, 1.0)
        if hardly:
            self._hardly_at.append(t)
        if apart.anywhere < ALIVE and apart.middle < OF_USUAL * usual:
            self._alike += 1
            self._in_a_row += 1
        elif apart.anywhere < ALIVE and apart.middle < 2 * usual and self._in_a_row >= COMPARED:
            self._in_a_row = 0
        else:
            if hardly and self._alike >= COMPARED:
                # Something moves in a picture that has no grain any more: it was live all along.
                self._known = 0
            self._alike_since, self._alike, self._in_a_row = t, 0, 0
        recent = [each for each in self._hardly_at if t - each < DOUBT_S]
        if len(recent) < 2:  # noqa: PLR2004 - one may be chance
            return "no"
        self.since = self._alike_since
        return "yes" if self._alike >= COMPARED else "not_observable"

    def _by_quiet(self, t: float) -> Verdict:
        """Judge a camera whose pictures may be alike because nothing moves."""
        self._alike_since, self._alike, self._in_a_row = t, 0, 0
        if self._quiet.too_long(t):
            self.since = self._quiet.since
            return "yes"
        return "no" if t - self._alive_at < self._after_s else "not_observable"

    def _usual(self, level: float) -> float:
        """Return what grain does to each picture in this light, 0 where that is not known."""
        grain, levels = self._grain[:, : self._known]
        known = grain[np.abs(levels - np.float32(level)) < SAME_LIGHT]
        if known.size < LEARNED or ranked(known, 0.1) < GRAINY:
            return 0.0
        return ranked(known, 0.1)


def _apart(one: Gray, other: Gray) -> _Apart:
    """Return by how much two pictures differ."""
    tiles = np.sort(tiled(cv2.absdiff(one, other).astype(np.float32)).ravel())
    count = tiles.size
    return _Apart(
        float(tiles[count // 2]), float(tiles[math.ceil(count * 0.75)]), float(tiles[-WRITTEN - 1])
    )
