"""The part of a picture that a zone lies in, made small, with the pixels that are the zone's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.findings import Box
from edge.vision.pictures import Image

Mask: TypeAlias = npt.NDArray[np.uint8]
"""Rows × columns, 255 where something is and 0 elsewhere."""

Corners: TypeAlias = Sequence[tuple[float, float]]
"""An area's corners in parts of a picture's width and height."""


class Window:
    """A zone's bounding rectangle, cut out of pictures of any size and made small.

    `longest` is how many pixels its longer side gets at most; it is never made larger than it
    is. Once it has seen a picture its size stays, until pictures of another shape come: then
    `cut` says so by returning windows of another size.
    """

    def __init__(self, area: Corners, longest: int) -> None:
        """`area` in parts of the picture, at least three corners."""
        self._area = np.array(area, dtype=np.float64)
        self._longest = longest
        self._left, self._top = (float(low) for low in self._area.min(axis=0))
        self._right, self._bottom = (float(high) for high in self._area.max(axis=0))
        self._picture: tuple[int, int] = (0, 0)
        self._rows = slice(0, 0)
        self._columns = slice(0, 0)
        self.size: tuple[int, int] = (0, 0)
        """Width and height in pixels."""
        self.mask: Mask = np.zeros((0, 0), np.uint8)
        """255 where the zone is."""
        self.pixels = 0
        """How many of them."""

    def cut(self, image: Image) -> Image:
        """Return the window of this picture."""
        height, width = image.shape[:2]
        if (width, height) != self._picture:
            self._fit(width, height)
        part = image[self._rows, self._columns]
        if part.shape[1::-1] == self.size:
            return part
        way = cv2.INTER_LINEAR if part.shape[1] < 2 * self.size[0] else cv2.INTER_AREA
        return np.asarray(cv2.resize(part, self.size, interpolation=way), np.uint8)

    def _fit(self, width: int, height: int) -> None:
        """Take the measure of pictures of this size."""
        self._picture = (width, height)
        left, right = _edges(self._left, self._right, width)
        top, bottom = _edges(self._top, self._bottom, height)
        self._columns, self._rows = slice(left, right), slice(top, bottom)
        scale = min(1.0, self._longest / max(right - left, bottom - top))
        self.size = (
            max(1, round((right - left) * scale)),
            max(1, round((bottom - top) * scale)),
        )
        corners = (self._area * (width, height) - (left, top)) * (
            self.size[0] / (right - left),
            self.size[1] / (bottom - top),
        )
        self.mask = np.zeros(self.size[::-1], np.uint8)
        cv2.fillPoly(self.mask, [np.round(corners).astype(np.int32)], 255)
        self.pixels = max(1, cv2.countNonZero(self.mask))

    def box(self, left: int, top: int, width: int, height: int) -> Box:
        """Say in parts of the picture where a rectangle of the window is."""
        across = (self._columns.stop - self._columns.start) / self.size[0] / self._picture[0]
        down = (self._rows.stop - self._rows.start) / self.size[1] / self._picture[1]
        from_left = self._columns.start / self._picture[0]
        from_top = self._rows.start / self._picture[1]
        return Box(
            from_left + left * across,
            from_top + top * down,
            from_left + (left + width) * across,
            from_top + (top + height) * down,
        )

    def rectangle(self, box: Box, *, around: float = 0.0) -> tuple[slice, slice]:
        """Rows and columns of the window that a box covers, and `around` of its size more."""
        width, height = self._picture
        spare_x = (box.right - box.left) * around
        spare_y = (box.bottom - box.top) * around
        across = self.size[0] / (self._columns.stop - self._columns.start)
        down = self.size[1] / (self._rows.stop - self._rows.start)
        left = ((box.left - spare_x) * width - self._columns.start) * across
        right = ((box.right + spare_x) * width - self._columns.start) * across
        top = ((box.top - spare_y) * height - self._rows.start) * down
        bottom = ((box.bottom + spare_y) * height - self._rows.start) * down
        return (
            slice(_within(np.floor(top), self.size[1]), _within(np.ceil(bottom), self.size[1])),
            slice(_within(np.floor(left), self.size[0]), _within(np.ceil(right), self.size[0])),
        )

    def without(self, boxes: Iterable[Box], *, around: float = 0.0) -> Mask:
        """Return the zone's mask with these boxes, and `around` of their size more, taken out."""
        mask = self.mask
        for number, box in enumerate(boxes):
            if number == 0:
                mask = mask.copy()
            mask[self.rectangle(box, around=around)] = 0
        return mask

    @property
    def part(self) -> float:
        """One pixel of the window in parts of the picture's area."""
        across = (self._columns.stop - self._columns.start) / self.size[0] / self._picture[0]
        down = (self._rows.stop - self._rows.start) / self.size[1] / self._picture[1]
        return across * down


def _edges(low: float, high: float, size: int) -> tuple[int, int]:
    """First pixel and the one after the last; at least one pixel, within the picture."""
    first = min(int(low * size), size - 1)
    return first, min(size, max(first + 1, round(high * size)))


def _within(place: float, size: int) -> int:
    return int(min(max(place, 0), size))
