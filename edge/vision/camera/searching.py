"""Searches pictures for faces, no part of one again while it looks as it did."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from edge.vision.camera.changed import Cells, cells_of, changed, squares_over
from edge.vision.camera.faces import (
    SIDES,
    Face,
    FindFaces,
    Square,
    all_squares,
    faces_within,
    joined,
)
from edge.vision.camera.redact import MARGIN, hidden
from edge.vision.camera.remembered import Remembered
from edge.vision.findings import Box
from edge.vision.pictures import Image

AGAIN_S: Final = 0.95
"""However little a picture has changed, after that all of it is searched again: what fades in so
slowly, or is so faint, is found then, and hidden since the time before."""

EVERY_SIZE_S: Final = 0.19
"""Every other one of ten pictures a second is searched in squares of every size; those between only
in the largest and the smallest, which see the others' faces as well, if less surely."""


class ClipSearch:
    """Searches the pictures of one clip, in their order; what it finds goes into `known`."""

    def __init__(self, find: FindFaces) -> None:
        self._find = find
        self._sizes = tuple(_Size(part, find) for part in SIDES)
        self._all_t = self._sizes_t = -math.inf
        self.known = Remembered()

    def picture(self, image: Image, t: float) -> bool:
        """Look for faces in the next one; whether anybody can say where they are."""
        again = t - self._all_t >= AGAIN_S
        every = again or t - self._sizes_t >= EVERY_SIZE_S
        cells = cells_of(image)
        found: list[Face] = []
        for size in self._sizes if every else (self._sizes[0], self._sizes[-1]):
            faces = size.search(image, cells, again=again)
            if faces is None:
                return False
            found += faces
        faces = joined(found)
        boxes = [each.box for each in faces]
        self.known.searched(t, boxes, sure_of(faces))
        if every:
            self._sizes_t = t
        if not again:
            return True
        self.known.since(self._all_t, t, boxes)
        self._all_t = t
        return self._look_again(image, boxes, t)

    def _look_again(self, image: Image, boxes: Sequence[Box], t: float) -> bool:
        """Look at what is left of the faces once they are hidden: that is hidden wider."""
        picture = hidden(image, boxes)
        for square in all_squares(picture):
            if np.array_equal(_part(image, square), _part(picture, square)):
                continue
            faces = faces_within(picture, square, self._find)
            if faces is None:
                return False
            self.known.add(t, [_wider(each.box) for each in faces if each.sure])
        return True


class StillSearch:
    """Searches one picture again and again, while more and more of it is hidden."""

    def __init__(self, find: FindFaces) -> None:
        self._find = find
        self._before: Image | None = None
        self._faces: dict[Square, tuple[Face, ...]] = {}

    def picture(self, image: Image) -> tuple[Face, ...] | None:
        """Every face in it; none when nobody can say. What is the very same is not asked again."""
        before, self._before = self._before, image
        for square in all_squares(image):
            if before is not None and np.array_equal(_part(before, square), _part(image, square)):
                continue
            faces = faces_within(image, square, self._find)
            if faces is None:
                return None
            self._faces[square] = faces
        return joined([face for faces in self._faces.values() for face in faces])


class _Size:
    """Squares of one size: what a clip looked like where they were searched, what was found."""

    def __init__(self, part: float, find: FindFaces) -> None:
        self._part = part
        self._find = find
        self._searched: Image | None = None
        self._faces: list[Face] = []

    def search(self, image: Image, cells: Image, *, again: bool) -> Sequence[Face] | None:
        """Every face, those too that were found before in what has not changed since."""
        new = changed(None if again else self._searched, cells)
        self._faces = [each for each in self._faces if not _in(each.box, new)]
        for square in squares_over(new, self._part, image.shape[1], image.shape[0]):
            faces = faces_within(image, square, self._find)
            if faces is None:
                return None
            self._faces += faces
        if self._searched is None or self._searched.shape != cells.shape:
            self._searched = cells.copy()
        self._searched[new] = cells[new]
        return self._faces


def sure_of(faces: Sequence[Face] | None) -> int:
    """How many of them are faces without a doubt."""
    return sum(each.sure for each in faces or ())


def _part(image: Image, square: Square) -> Image:
    left, top, right, bottom = square
    return image[top:bottom, left:right]


def _in(box: Box, cells: Cells) -> bool:
    """Whether any of the cells lies in a box."""
    rows, columns = cells.shape
    part = cells[
        max(0, int(box.top * rows)) : max(0, math.ceil(box.bottom * rows)),
        max(0, int(box.left * columns)) : max(0, math.ceil(box.right * columns)),
    ]
    return bool(part.any())


def _wider(box: Box) -> Box:
    """A box that is hidden as with twice the margin."""
    across, down = (box.right - box.left) * MARGIN, (box.bottom - box.top) * MARGIN
    wider = 1 / (1 + 2 * MARGIN)
    return Box(
        box.left - across * wider,
        box.top - down * wider,
        box.right + across * wider,
        box.bottom + down * wider,
    )
