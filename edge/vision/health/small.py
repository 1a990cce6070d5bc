"""A small gray version of a picture, in which its health and motion are judged."""

from __future__ import annotations

from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.pictures import Gray, Image

WIDTH: Final = 320
HEIGHT: Final = 180
"""Large enough for edges and a lens out of focus, small enough to be judged in a millisecond."""
ACROSS: Final = 16
DOWN: Final = 9
"""Tiles that a picture is judged by: each holds 20 × 20 pixels of the small one."""

Plane: TypeAlias = npt.NDArray[np.float32]
"""One number for each pixel of the small picture, or of one half as wide and high."""
Tiles: TypeAlias = npt.NDArray[np.float32]
"""One number for each tile, rows × columns."""


def shrink(image: Image) -> Gray:
    """Return the picture in gray, 320 × 180 whatever its shape was.

    By halves, which cost next to nothing, and the rest at once.
    """
    gray = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    while gray.shape[1] >= 2 * WIDTH:
        half = (gray.shape[1] // 2, gray.shape[0] // 2)
        gray = cv2.resize(gray, half, interpolation=cv2.INTER_AREA)
    if gray.shape != (HEIGHT, WIDTH):
        gray = cv2.resize(gray, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    return np.asarray(gray, np.uint8)


def tiled(plane: Plane) -> Tiles:
    """Return the mean over each tile of a plane, whole or half as wide."""
    height, width = plane.shape
    rows = plane.reshape(DOWN, height // DOWN, width).sum(axis=1)
    sums = rows.reshape(DOWN, ACROSS, width // ACROSS).sum(axis=2)
    return np.asarray(sums * np.float32(DOWN * ACROSS / (height * width)), np.float32)


def spread_out(tiles: Tiles, size: tuple[int, int] = (WIDTH // 2, HEIGHT // 2)) -> Plane:
    """Return a plane, half as wide as the picture, that holds each tile's number over its area."""
    return np.asarray(cv2.resize(tiles, size, interpolation=cv2.INTER_NEAREST), np.float32)


def ranked(values: npt.NDArray[np.generic], part: float) -> float:
    """Return the value that `part` of all are below: a percentile, at a tenth of its price."""
    flat = values.ravel()
    place = min(int(part * flat.size), flat.size - 1)
    return float(np.partition(flat, place)[place])
