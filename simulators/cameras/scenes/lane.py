"""A fire lane before a building, seen from a high mast: hatched ground, a road beside it, cars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np

from edge.model import Value
from edge.vision.pictures import Image
from simulators.cameras.scene import FPS, HEIGHT, WIDTH
from simulators.cameras.scenes.cutouts import stand
from simulators.cameras.scenes.film import Film, glow, surface, through_glass
from simulators.cameras.scenes.moves import Presence, eased

_TALL: Final = 112
"""A car's height in the picture, in pixels."""
_PARKED: Final = (415.0, 252.0)
_ROAD_X: Final = 112.0


class Lane:
    """Verbs: park, drive_off (a car in the lane); pass (one on the road beside it)."""

    fps = FPS
    verbs = frozenset({"park", "drive_off", "pass"})

    def __init__(self, seed: int = 3) -> None:
        self._empty = through_glass(_empty(seed))
        self._film = Film(seed)
        self._parked = Presence(takes=3.0)
        self._passing = Presence(takes=4.0)

    def act(self, verb: str, args: Mapping[str, Value], t: float) -> None:
        """Do one of the verbs."""
        del args
        match verb:
            case "park":
                self._parked.come(t)
            case "drive_off":
                self._parked.go(t)
            case _:
                self._passing.come(t)
                self._passing.go(t)

    def draw(self, t: float) -> Image:
        """The picture of this moment; cars come from below and leave at the top."""
        image = self._empty.copy()
        if (part := self._parked.part(t)) > 0:
            x, y = _PARKED
            behind = 300 * (1 - eased(part)) if part <= 1 else -300 * eased(part - 1)
            stand(image, "car", (x, y + behind), _TALL)
        if (part := self._passing.part(t)) > 0:
            stand(image, "car", (_ROAD_X, HEIGHT + _TALL - 300 * part), _TALL)
        return self._film.expose(image)


def _empty(seed: int) -> Image:
    image = surface((62, 61, 60), 5, seed)
    pavement = surface((112, 118, 122), 6, seed + 1, width=70)
    for y in range(0, HEIGHT, 24):
        cv2.line(pavement, (0, y), (70, y), (92, 98, 102), 1)
    image[:, 215:285] = pavement
    image[:, 212:216] = image[:, 285:288] = (150, 154, 156)
    green = surface((58, 92, 74), 16, seed + 2, width=90)
    image[:, WIDTH - 90 :] = green
    paint = image.copy()
    yellow = (70, 190, 205)
    for y in range(-80, HEIGHT, 60):
        cv2.line(paint, (300, y + 80), (320, y + 60), yellow, 5, cv2.LINE_AA)
        cv2.line(paint, (510, y + 80), (530, y + 60), yellow, 5, cv2.LINE_AA)
    for x in (300, 530):
        cv2.line(paint, (x, 0), (x, HEIGHT), yellow, 4)
    for y in range(20, HEIGHT, 90):
        cv2.line(paint, (18, y), (18, y + 45), (205, 208, 208), 4)
    for n, letter in enumerate("FIRE"):
        place = (352 + 36 * n, 70)
        cv2.putText(paint, letter, place, cv2.FONT_HERSHEY_SIMPLEX, 1.5, yellow, 5, cv2.LINE_AA)
    worn = cv2.addWeighted(image, 0.35, paint, 0.65, 0)
    return glow(np.asarray(worn, np.uint8), (330, 160), 330, (10, 10, 9))
