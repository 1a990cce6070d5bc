"""A camera's eye on a scene: the clock in its corner, and what is wrong with the picture."""

from __future__ import annotations

import time
from typing import Final

import cv2

from edge.vision.pictures import Image
from simulators import attacks
from simulators.cameras.faults import PictureFault
from simulators.cameras.scene import Scene
from simulators.cameras.scenes.film import GRAIN
from simulators.light import grain

TURNED: Final = (0.16, 0.06, 5.0)
"""What somebody does to a camera with a broom: parts of width and height, degrees."""
OUT_OF_FOCUS: Final = 0.014
BROKEN: Final = 0.35
"""Of the picture, while the stream is corrupt."""

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


class Lens:
    """Takes pictures of a scene, good ones or bad ones; for one thread."""

    def __init__(self, scene: Scene, name: str) -> None:
        self._scene = scene
        self._name = name
        self._held: Image | None = None
        self._taken = 0

    def take(self, t: float, fault: PictureFault) -> Image:
        """The picture of this moment, as the camera would send it."""
        if fault != "freeze":
            self._held = None
        elif self._held is not None:
            return self._held
        self._taken += 1
        image = _stamped(self._ill(self._scene.draw(t), fault), self._name)
        if fault == "freeze":
            self._held = image
        return image

    def _ill(self, image: Image, fault: PictureFault) -> Image:
        match fault:
            case "cover":
                return attacks.cover(image, seed=self._taken)
            case "defocus":
                # The sensor's grain is as sharp as ever: it does not come through the lens.
                return grain(attacks.blur(image, OUT_OF_FOCUS), GRAIN, seed=self._taken)
            case "move":
                dx, dy, degrees = TURNED
                return attacks.shift(image, dx, dy, rotate=degrees)
            case "darken":
                return attacks.darken(image, seed=self._taken)
            case "corrupt":
                return attacks.corrupt(image, BROKEN, seed=self._taken)
            case _:
                return image


def _stamped(image: Image, name: str) -> Image:
    """Write name and time into the picture, as cameras do: after the lens, so always sharp."""
    text = f"{name}  {time.strftime('%Y-%m-%d %H:%M:%S')}"
    for shade, colour in ((1, BLACK), (0, WHITE)):
        at = (10 + shade, 13 + shade)
        cv2.putText(image, text, at, cv2.FONT_HERSHEY_PLAIN, 0.9, colour, 1, cv2.LINE_AA)
    return image
