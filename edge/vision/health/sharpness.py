"""How sharp a view usually is, tile by tile, without being misled by grain or by the light."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.health.bands import Bands
from edge.vision.health.small import ACROSS, DOWN, Tiles, ranked, tiled

FOLLOWS_S: Final = 3600.0
"""How fast it follows: a lens that slips or fogs within an hour is told, a season is not."""
FEW: Final = 6
"""Tiles with structure above the grain that are needed to say anything."""
ABOVE_GRAIN: Final = 4.0
"""How many times the grain's energy a tile's outlines need to be measured by."""
FAINTEST: Final = 0.3
"""Gray levels squared below which outlines are the rounding of pixels."""


class Sharpness:
    """Compares the energy of fine structure with that of outlines: light scales both alike.

    Grain is in both too. It is what differs between two pictures, so it is measured, in the
    tiles in the middle, and taken off.
    """

    def __init__(self) -> None:
        self._usual: Tiles = np.zeros((DOWN, ACROSS), np.float32)
        self._known = 0
        self._before: Bands | None = None
        self._now: Tiles | None = None
        self._clear: npt.NDArray[np.bool_] = np.zeros((DOWN, ACROSS), np.bool_)

    def see(self, seen: Bands, outlines: Tiles, textured: npt.NDArray[np.bool_]) -> float | None:
        """Return how sharp it is, 1 as usual; None where nothing can be said.

        `outlines` is the energy of the coarse structure, `textured` where the view has some.
        """
        before, self._before = self._before or seen, seen
        fine = tiled(seen.fine * seen.fine)
        grain = _grain(seen.fine - before.fine)
        coarse_grain = _grain(seen.coarse - before.coarse)
        self._clear = textured & (outlines > ABOVE_GRAIN * coarse_grain + FAINTEST)
        left = np.maximum(outlines - coarse_grain, FAINTEST)
        self._now = np.maximum(fine - grain, 0) / left
        judged = self._clear & (self._usual > 0)
        if int(judged.sum()) < FEW:
            return None
        return ranked(self._now[judged] / self._usual[judged], 0.5)

    def learn(self, passed_s: float) -> None:
        """Take the last picture into what is usual, `passed_s` after the one before."""
        if self._now is None:
            return
        self._known += 1
        part = max(1 - math.exp(-passed_s / FOLLOWS_S), 1 / self._known)
        new = self._clear & (self._usual == 0)
        self._usual[new] = self._now[new]
        old = self._clear & ~new
        self._usual[old] += part * (self._now[old] - self._usual[old])


def _grain(apart: npt.NDArray[np.float32]) -> float:
    """Return the energy of what two pictures do not share, where the least moves."""
    return 0.5 * ranked(tiled(np.asarray(cv2.multiply(apart, apart), np.float32)), 0.5)
