"""How a region looks, in a few hundred numbers: shapes, colours and texture, never learnt."""

from __future__ import annotations

from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.pictures import Image

Looks: TypeAlias = npt.NDArray[np.float64]

NAME: Final = "looks-1"
"""Changes when the numbers mean something else: what was taught with others is refused."""

SIDE: Final = 64
"""A region is brought to a square of this many pixels; its proportions are the zone's anyway."""
DIRECTIONS: Final = 9
"""Of an edge, without its sign, 20 degrees each (Dalal and Triggs 2005)."""
HUES: Final = 12
LONG: Final = (16 + 4) * DIRECTIONS + HUES + 8 + 16 * 3 + 4
"""How many numbers there are."""


def looks(region: Image) -> Looks:
    """Return a region's looks, `LONG` numbers of about the same size."""
    small = np.asarray(cv2.resize(region, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)
    gray = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32)
    even = (gray - gray.mean()) / (gray.std() + 8)
    return np.concatenate(
        [_shapes(even, 4), _shapes(even, 2), _colours(small), _layout(small), _texture(even)]
    )


def _shapes(even: npt.NDArray[np.float32], cells: int) -> Looks:
    """Directions of edges in each of `cells` × `cells` fields, less where there is little."""
    across = cv2.Sobel(even, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(even, cv2.CV_32F, 0, 1)
    steep = np.hypot(across, down)
    sector = (np.arctan2(down, across) % np.pi / np.pi * DIRECTIONS).astype(int) % DIRECTIONS
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] * cells // SIDE
    place = (rows * cells + columns) * DIRECTIONS + sector
    counts = np.bincount(place.ravel(), steep.ravel(), cells * cells * DIRECTIONS)
    fields = counts.reshape(-1, DIRECTIONS)
    length = np.sqrt((fields**2).sum(axis=1, keepdims=True)) + 0.1 * fields.sum(axis=1).mean() + 1
    return np.asarray((fields / length).ravel())


def _colours(small: Image) -> Looks:
    """How often each hue occurs, as far as it is strong, and how often each brightness."""
    hue, strength, value = cv2.split(cv2.cvtColor(small, cv2.COLOR_BGR2HSV))
    hues = np.bincount(
        (hue.ravel().astype(int) * HUES // 180) % HUES, strength.ravel() / 255.0, HUES
    )
    values = np.bincount(value.ravel().astype(int) // 32, minlength=8).astype(np.float64)
    return np.concatenate([np.sqrt(hues / SIDE**2), np.sqrt(values / SIDE**2)])


def _layout(small: Image) -> Looks:
    """The mean colour of each of 4 × 4 fields, less that of the whole."""
    fields = cv2.resize(small, (4, 4), interpolation=cv2.INTER_AREA).astype(np.float64)
    return np.asarray(((fields - fields.mean(axis=(0, 1))) / 64).ravel())


def _texture(even: npt.NDArray[np.float32]) -> Looks:
    """How much there is in detail of 1, 2, 4 and 8 pixels."""
    found = []
    for size in (1, 2, 4, 8):
        smooth = cv2.GaussianBlur(even, (0, 0), size)
        found.append(float(np.log(np.abs(even - smooth).mean() + 0.01)))
        even = np.asarray(smooth, np.float32)
    return np.array(found)
