"""Whether a picture is the usual one, shifted."""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np

from edge.vision.health.small import HEIGHT, WIDTH, Plane

_SIZE: Final = (WIDTH // 2, HEIGHT // 2)
_WINDOW: Final = cv2.createHanningWindow(_SIZE, cv2.CV_32F)
LEAST: Final = 2.5
"""Pixels of 320 from which a shift counts: less is wind, warmth, a lorry that passes."""
FITS: Final = 0.5
"""Correlation of the two once the shift is undone."""
BETTER: Final = 0.25
"""By how much they have to fit better than without a shift."""


def turned(usual: Plane, seen: Plane) -> bool:
    """Whether the coarse structure is the usual one, elsewhere."""
    # It lays the window over what it is given, so it is given copies.
    (dx, dy), _ = cv2.phaseCorrelate(usual.copy(), seen.copy(), _WINDOW)
    if not LEAST / 2 < math.hypot(dx, dy) < _SIZE[1] / 2:
        return False
    back = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    undone = cv2.warpAffine(usual, back, _SIZE)
    fits = correlation(np.asarray(undone, np.float32), seen)
    still = correlation(usual, seen)
    return fits > FITS and fits > still + BETTER


def correlation(one: Plane, other: Plane) -> float:
    """Return how alike two planes are, from -1 to 1; 0 where one is even."""
    first, second = one - one.mean(), other - other.mean()
    size = math.sqrt(float((first * first).sum()) * float((second * second).sum()))
    return float((first * second).sum()) / size if size > 0 else 0.0
