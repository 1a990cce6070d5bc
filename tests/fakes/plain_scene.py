"""A scene for simulated cameras that costs nothing to draw: a chequered wall, something moves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from edge.model import Value
from edge.vision.pictures import Image
from simulators.cameras.scene import HEIGHT, WIDTH

FPS = 12.0
SQUARE = 40


class PlainScene:
    """No verbs; a bright square goes round once in four seconds."""

    fps = FPS
    verbs: frozenset[str] = frozenset()

    def __init__(self) -> None:
        rows, columns = np.indices((HEIGHT, WIDTH)) // 20
        self._wall = np.repeat((60 + 90 * ((rows + columns) % 2))[..., None], 3, 2).astype(np.uint8)

    def act(self, verb: str, args: Mapping[str, Value], t: float) -> None:
        """Do nothing: nothing can be done here."""

    def draw(self, t: float) -> Image:
        """The picture of this moment."""
        image = self._wall.copy()
        left = int(t / 4 * WIDTH) % (WIDTH - SQUARE)
        image[100 : 100 + SQUARE, left : left + SQUARE] = 250
        return image
