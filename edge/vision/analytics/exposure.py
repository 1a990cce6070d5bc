"""Undoes what a camera's exposure does to a part of the picture, by what it does to all of it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.pictures import Image

SIZE: Final = (64, 36)
"""Of the whole picture, made small to compare it."""
FOLLOWS_S: Final = 120.0
"""The light of the day is followed within this time, and is no exposure."""
LEAST: Final = 0.4
MOST: Final = 2.5
"""A camera that makes more of a white van than this has gone dark."""
FLOOR: Final = 4.0
"""Gray levels that keep black from counting."""


class Exposure:
    """Compares each picture as a whole with those before it: most of a scene stays as it is."""

    def __init__(self) -> None:
        self._usual: npt.NDArray[np.float32] | None = None
        self._t = 0.0

    def undo(self, image: Image, part: Image, t: float) -> Image:
        """Return a part of the picture, as bright as it would have been at the usual exposure."""
        small = np.asarray(cv2.resize(image, SIZE, interpolation=cv2.INTER_AREA), np.float32)
        small += FLOOR
        if self._usual is None:
            self._usual, self._t = small, t
        gain = np.clip(np.median(self._usual / small, axis=(0, 1)), LEAST, MOST)
        follow = 1 - float(np.exp(-max(0.0, t - self._t) / FOLLOWS_S))
        self._t = t
        self._usual += np.float32(follow) * (small - self._usual)
        return np.asarray((part * gain).clip(0, 255), np.uint8)
