"""Surfaces, light and grain: what makes a drawn place look like a camera's picture."""

from __future__ import annotations

from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.pictures import Image
from simulators.cameras.scene import HEIGHT, WIDTH

Colour: TypeAlias = tuple[float, float, float]
"""Blue, green, red, from 0 to 255."""

GRAIN: Final = 2.2
"""Deviation of a good sensor's noise by day, in gray levels."""

_SOFT: Final = 4
"""Light and smoke have no edges: they are drawn so many times smaller."""

SHARPNESS: Final = 0.8
"""Pixels that a good lens spreads a point over."""

_ROOM: Final = 64
"""By so many pixels the noise can be moved: enough that no picture is like another."""


def surface(
    colour: Colour, rough: float, seed: int, *, height: int = HEIGHT, width: int = WIDTH
) -> Image:
    """A plane of one colour with stains of every size, `rough` gray levels deep."""
    chance = np.random.default_rng(seed)
    depth = np.zeros((height, width), np.float32)
    for cells, share in ((6, 0.5), (24, 0.3), (90, 0.35), (0, 0.35)):
        size = (height, width) if not cells else (max(2, cells * height // width), cells)
        spots = chance.standard_normal(size).astype(np.float32)
        depth += share * cv2.resize(spots, (width, height), interpolation=cv2.INTER_CUBIC)
    painted = np.array(colour, np.float32) + rough * depth[:, :, None]
    return np.asarray(painted.clip(0, 255), np.uint8)


def lay(image: Image, plane: Image, corners: npt.ArrayLike) -> None:
    """Lay a plane into a picture in perspective: its corners clockwise from the top left."""
    height, width = plane.shape[:2]
    whole = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32)
    there = np.asarray(corners, np.float32)
    turn = cv2.getPerspectiveTransform(whole, there)
    size = (image.shape[1], image.shape[0])
    laid = cv2.warpPerspective(plane, turn, size, flags=cv2.INTER_AREA)
    mask = np.zeros(image.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, there.round().astype(np.int32), 255)
    cv2.copyTo(laid, mask, image)


def glow(image: Image, centre: tuple[float, float], radius: float, light: Colour) -> Image:
    """The picture with a lamp's light around a place, in pixels; negative light is shadow."""
    height, width = image.shape[0] // _SOFT, image.shape[1] // _SOFT
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) * _SOFT
    away = ((x - centre[0]) ** 2 + (y - centre[1]) ** 2) / max(radius, 1) ** 2
    small = np.exp(-away)[:, :, None] * np.array(light, np.float32)
    lit = cv2.resize(small, (image.shape[1], image.shape[0]))
    return np.asarray(cv2.add(image, lit, dtype=cv2.CV_8U), np.uint8)


def veil(image: Image, thick: npt.NDArray[np.float32], gray: int) -> Image:
    """The picture behind smoke: `thick` from 0 to 1, a quarter of the picture's size."""
    size = (image.shape[1], image.shape[0])
    before = cv2.resize(thick, size)
    smoke = np.full_like(image, gray)
    return np.asarray(cv2.blendLinear(image, smoke, 1 - before, before), np.uint8)


def through_glass(image: Image) -> Image:
    """The picture as a lens lets it through: no edge is sharper than a pixel or two."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), SHARPNESS), np.uint8)


class Film:
    """Adds a sensor's grain; cheap, because a piece of one large noise is taken each time."""

    def __init__(self, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        size = (HEIGHT + _ROOM, WIDTH + _ROOM, 3)
        noise = self._chance.normal(0, GRAIN, size)
        self._noise = noise.round().astype(np.int8)

    def expose(self, image: Image) -> Image:
        """The picture as the sensor has it; another grain each time."""
        top, left = self._chance.integers(0, _ROOM, 2)
        noise = self._noise[top : top + HEIGHT, left : left + WIDTH]
        return np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), np.uint8)
