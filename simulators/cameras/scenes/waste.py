"""A waste station at a gate: one bin before a wall, and what is heaped on it."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from edge.model import Value
from edge.vision.pictures import Image
from simulators.cameras.scene import HEIGHT, WIDTH
from simulators.cameras.scenes.film import Film, glow, surface, through_glass

OVERFLOWING = 95.0
"""Per cent; more than that lies on top and beside it."""


class Waste:
    """Verbs: fill{percent}, empty."""

    fps = 2.0
    verbs = frozenset({"fill", "empty"})

    def __init__(self, seed: int = 4) -> None:
        self._film = Film(seed)
        self._seed = seed
        self._empty = through_glass(_empty(seed))
        self._now = self._empty

    def act(self, verb: str, args: Mapping[str, Value], t: float) -> None:
        """Fill the bin so far, or empty it."""
        del t
        percent = float(args.get("percent", 100.0)) if verb == "fill" else 0.0
        self._now = _filled(self._empty, percent, self._seed)

    def draw(self, t: float) -> Image:
        """The picture of this moment."""
        del t
        return self._film.expose(self._now)


def _filled(empty: Image, percent: float, seed: int) -> Image:
    """Bags in the bin, over its rim, and beside it."""
    image = empty.copy()
    chance = np.random.default_rng(seed)
    colours = ((38, 36, 40), (70, 66, 62), (150, 160, 170), (60, 90, 150), (96, 120, 82))
    for number in range(int(percent / 7)):
        high = 176 - 6 * number if percent > OVERFLOWING else 190 - 2 * number
        x = int(chance.integers(232, 408))
        _bag(image, (x, max(96, high)), int(chance.integers(24, 44)), colours[number % 5])
    if percent > OVERFLOWING:
        for x, size in ((160, 44), (470, 52), (540, 36)):
            _bag(image, (x, 318), size, colours[(x + size) % 5])
    image[188:, 210:430] = empty[188:, 210:430]
    return image


def _bag(image: Image, middle: tuple[int, int], size: int, colour: tuple[int, int, int]) -> None:
    cv2.ellipse(image, middle, (size, int(size * 0.8)), 0, 0, 360, colour, cv2.FILLED, cv2.LINE_AA)
    light = tuple(min(255, c + 46) for c in colour)
    where = (middle[0] - size // 3, middle[1] - size // 3)
    cv2.ellipse(image, where, (size // 3, size // 6), -30, 0, 360, light, cv2.FILLED, cv2.LINE_AA)
    knot = (middle[0], middle[1] - int(size * 0.8))
    cv2.circle(image, knot, max(3, size // 8), colour, cv2.FILLED)


def _empty(seed: int) -> Image:
    wall = surface((126, 140, 156), 8, seed)
    for row, y in enumerate(range(0, 250, 22)):
        cv2.line(wall, (0, y), (WIDTH, y), (104, 112, 122), 2)
        for x in range(28 * (row % 2), WIDTH, 56):
            cv2.line(wall, (x, y), (x, y + 22), (104, 112, 122), 2)
    ground = surface((104, 108, 110), 9, seed + 1, height=HEIGHT - 250)
    image = np.vstack((wall[:250], ground))
    body = surface((70, 112, 52), 5, seed + 2)
    shape = np.array(((212, 178), (428, 178), (404, 338), (236, 338)), np.int32)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillConvexPoly(mask, shape, 255)
    cv2.copyTo(body, mask, image)
    cv2.rectangle(image, (206, 166), (434, 186), (52, 88, 40), cv2.FILLED)
    cv2.rectangle(image, (222, 150), (418, 170), (24, 26, 26), cv2.FILLED)
    for x in (256, 384):
        cv2.circle(image, (x, 340), 14, (28, 28, 30), cv2.FILLED)
    cv2.circle(image, (320, 256), 30, (220, 226, 220), 5, cv2.LINE_AA)
    return glow(image, (320, 60), 300, (18, 20, 22))
