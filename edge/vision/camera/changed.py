"""Which parts of a picture have changed since they were searched, and squares that show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.camera.faces import OVERLAP, Square, squares
from edge.vision.pictures import Image

CELLS: Final = 160
"""Along the longer side of a picture, whose mean colours are compared: two by two are as wide as
the smallest face that is found. In a cell of 4 × 4 pixels a camera's noise is a quarter."""

CHANGED: Final = 8
"""Steps of one colour, in the mean over two by two cells, from when they were searched, that make
them worth searching again. Noise of 8 steps a pixel, a bad one at night, makes 6 of it at worst in
all of a picture, and specks of a coarse encoding less than 8; skin before a wall makes 20 to 60."""

Cells: TypeAlias = npt.NDArray[np.bool_]
"""Those of a picture that have changed."""


def cells_of(image: Image) -> Image:
    """The mean colours of a picture's cells."""
    height, width = image.shape[:2]
    scale = min(1.0, CELLS / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def changed(searched: Image | None, now: Image) -> Cells:
    """Which cells differ from what they were when searched; all, of what was never."""
    if searched is None or searched.shape != now.shape:
        return np.ones(now.shape[:2], np.bool_)
    differ = cv2.blur(cv2.absdiff(searched, now), (2, 2)).max(axis=2) >= CHANGED
    # Each mean stands at the last of its four cells: the three before it have changed as well.
    four = cv2.dilate(differ.astype(np.uint8), np.ones((2, 2), np.uint8), anchor=(0, 0))
    return np.asarray(four > 0, np.bool_)


def squares_over(cells: Cells, part: float, width: int, height: int) -> tuple[Square, ...]:
    """The fewest squares of one size to look at; `part` of the longer side is theirs.

    A face of which anything has changed is whole in one of them, unless it is larger than what two
    usual ones share: then it is looked for in larger ones.
    """
    if not cells.any():
        return ()
    usual = tuple(each for each in squares(width, height, part) if _touches(cells, each, width))
    if len(usual) == 1:
        return usual
    own: dict[Square, None] = {}
    for left, top, right, bottom in _clusters(cells, part, width):
        square = _around((left, top, right, bottom), part, width, height)
        if square is None:
            own |= {each: None for each in usual if _meet(each, (left, top, right, bottom))}
        else:
            own[square] = None
    return min(usual, tuple(own), key=len)


def _clusters(cells: Cells, part: float, width: int) -> Iterator[Square]:
    """What has changed, in pixels, each with what lies so near that one square may show both."""
    scale = width / cells.shape[1]
    near = max(1, round(CELLS * part * OVERLAP / 2))
    ones = cells.astype(np.uint8)
    joined = cv2.dilate(ones, np.ones((near, near), np.uint8))
    count, names = cv2.connectedComponents(joined)
    for name in range(1, count):
        rows, columns = np.nonzero((names == name) & cells)
        if len(rows):
            yield (
                int(columns.min() * scale),
                int(rows.min() * scale),
                int(-(-(columns.max() + 1) * scale // 1)),
                int(-(-(rows.max() + 1) * scale // 1)),
            )


def _around(box: Square, part: float, width: int, height: int) -> Square | None:
    """One square that shows what has changed, and whatever face it is a piece of; or none does."""
    side = max(1, round(max(width, height) * part))
    face = round(side * OVERLAP)
    across = _placed(box[0], box[2], side, face, width)
    down = _placed(box[1], box[3], side, face, height)
    if across is None or down is None:
        return None
    return across, down, min(width, across + side), min(height, down + side)


def _placed(low: int, high: int, side: int, face: int, length: int) -> int | None:
    """Where the square begins along one side of the picture."""
    begins = min(max(0, (low + high - side) // 2), max(0, length - side))
    enough = begins <= max(0, low - face) and begins + side >= min(length, high + face)
    return begins if enough else None


def _touches(cells: Cells, square: Square, width: int) -> bool:
    left, top, right, bottom = square
    scale = cells.shape[1] / width
    part = cells[
        int(top * scale) : int(-(-bottom * scale // 1)),
        int(left * scale) : int(-(-right * scale // 1)),
    ]
    return bool(part.any())


def _meet(one: Square, other: Square) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
