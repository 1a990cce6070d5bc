"""Makes parts of a picture unknowable, beyond anybody's power to undo it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from edge.vision.findings import Box
from edge.vision.pictures import Image
from edge.vision.sections.zone import Area

MARGIN: Final = 0.35
"""Of a face's width and height, added on every side: hair, ears and chin tell as well."""

CELLS: Final = 2
"""Colours that are left along the longer side of what is hidden: one or two lie on the face itself.
Measured with YuNet on a portrait that walks: at eight it still finds the face, at four it takes the
patches of six pictures in a hundred for another one, at two of none."""

WHOLE_CELLS: Final = 20
"""Colours that are left along the longer side of a picture in which nobody could look for faces: a
face across a third of it is seven of them; a fire or a car is still seen."""

SMALLEST: Final = 12
"""Pixels that are hidden at least, however small a face was found."""


def hidden(image: Image, boxes: Sequence[Box], margin: float = MARGIN) -> Image:
    """A copy in which what is in the boxes, and around them, is a few smooth colours."""
    picture = image.copy()
    for box in boxes:
        left, top, right, bottom = _around(box, image.shape[1], image.shape[0], margin)
        if right > left and bottom > top:
            part = picture[top:bottom, left:right]
            size = (right - left, bottom - top)
            few = cv2.resize(part, _few(*size, CELLS), interpolation=cv2.INTER_AREA)
            part[:] = cv2.resize(few, size, interpolation=cv2.INTER_LINEAR)
    return picture


def unknowable(image: Image) -> Image:
    """A picture of the same size in coarse squares."""
    height, width = image.shape[:2]
    few = cv2.resize(image, _few(width, height, WHOLE_CELLS), interpolation=cv2.INTER_AREA)
    return np.asarray(
        cv2.resize(few, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8
    )


def blackened(image: Image, private: Sequence[Area]) -> Image:
    """A copy in which the areas are black, as wide as a pixel that they only touch."""
    if not private:
        return image
    height, width = image.shape[:2]
    corners = [
        np.array([(x * (width - 1), y * (height - 1)) for x, y in area]).round().astype(np.int32)
        for area in private
    ]
    picture = image.copy()
    cv2.fillPoly(picture, corners, (0, 0, 0))
    cv2.polylines(picture, corners, isClosed=True, color=(0, 0, 0), thickness=2)
    return picture


def shrunk(image: Image, widest: int) -> Image:
    """A picture no wider than so many pixels, its sides even numbers as H.264 wants them."""
    height, width = image.shape[:2]
    scale = min(1.0, widest / width)
    size = (max(2, round(width * scale) // 2 * 2), max(2, round(height * scale) // 2 * 2))
    if size == (width, height):
        return image
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _around(box: Box, width: int, height: int, margin: float) -> tuple[int, int, int, int]:
    """The pixels of a box and its margin, within the picture."""
    middle_x, middle_y = (box.left + box.right) / 2 * width, (box.top + box.bottom) / 2 * height
    half_x = max((box.right - box.left) * width * (0.5 + margin), SMALLEST / 2)
    half_y = max((box.bottom - box.top) * height * (0.5 + margin), SMALLEST / 2)
    return (
        max(0, int(middle_x - half_x)),
        max(0, int(middle_y - half_y)),
        min(width, int(middle_x + half_x) + 1),
        min(height, int(middle_y + half_y) + 1),
    )


def _few(width: int, height: int, cells: int) -> tuple[int, int]:
    scale = cells / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))
