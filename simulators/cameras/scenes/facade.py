"""A building's facade, seen from below: windows, balconies, and what is thrown out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2

from edge.model import Value
from edge.vision.pictures import Image
from simulators.cameras.scene import HEIGHT, WIDTH
from simulators.cameras.scenes.film import Film, surface, through_glass

METRE: Final = 9.0
"""In pixels: some forty metres of facade are in the picture."""
GRAVITY: Final = 9.81
FLOOR_M: Final = 3.0


@dataclass(frozen=True, slots=True)
class _Fall:
    began: float
    top: float
    left: float
    size: int


class Facade:
    """Verbs: throw{floor}: something falls, from the tenth floor where none is named."""

    fps = 25.0
    verbs = frozenset({"throw"})

    def __init__(self, seed: int = 5) -> None:
        self._empty = through_glass(_empty(seed))
        self._film = Film(seed)
        self._fall: _Fall | None = None

    def act(self, verb: str, args: Mapping[str, Value], t: float) -> None:
        """Throw something."""
        del verb
        floor = float(args.get("floor", 10.0))
        self._fall = _Fall(t, HEIGHT - floor * FLOOR_M * METRE, 300.0, int(args.get("size", 3)))

    def draw(self, t: float) -> Image:
        """The picture of this moment."""
        image = self._empty.copy()
        if self._fall is not None and t >= self._fall.began:
            fallen = t - self._fall.began
            y = self._fall.top + 0.5 * GRAVITY * fallen**2 * METRE
            x = self._fall.left + 1.5 * fallen * METRE
            if y < HEIGHT + 10:
                half = self._fall.size
                low, high = (int(x) - half, int(y) - half), (int(x) + half, int(y) + half)
                cv2.rectangle(image, low, high, (235, 238, 240), cv2.FILLED)
        return self._film.expose(image)


def _empty(seed: int) -> Image:
    image = surface((116, 128, 142), 5, seed)
    for y in range(HEIGHT, -30, -27):
        cv2.line(image, (0, y), (WIDTH, y), (96, 106, 116), 2)
        for x in range(20, WIDTH, 76):
            cv2.rectangle(image, (x, y - 22), (x + 30, y - 6), (72, 66, 58), cv2.FILLED)
            cv2.rectangle(image, (x, y - 22), (x + 30, y - 6), (160, 166, 170), 1)
            cv2.rectangle(image, (x + 36, y - 12), (x + 66, y - 2), (140, 148, 152), cv2.FILLED)
    return image
