"""What a broken stream looks like: squares that do not fit to their neighbours."""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.pictures import Image

SIDE: Final = 16
"""Pixels of a macroblock: in these squares H.264 and older codecs break; JPEG in half of it."""
STEP: Final = 24
"""Gray levels between neighbouring pixels across a border for it to be torn.

Coarse JPEG (quality 10) and H.264 (40) show steps too, but of less than 12.
"""
STEEPER: Final = 3
"""How many times steeper than beside it: outlines are soft and lines have two sides, tears not."""
TORN: Final = 0.012
TORN_AT_LEAST: Final = 5
"""Squares torn at two sides or more, in parts of all and in number; sound pictures have at most
0.004, and the last digits of a clock that is written into a small picture tear some four."""
USUAL: Final = 0.5
REMEMBERED_S: Final = 20.0
"""A border that was torn in half of the pictures of so long is part of the picture: the bar behind
a clock, a name, a rack whose edge lies on a border. What breaks, breaks elsewhere each time."""
WRITTEN: Final = 0.1
"""Writing takes less than this part of all borders. Where more seem to be usual nothing is: such
a stream has been broken since the beginning."""
GREEN: Final = (0, 135, 0)
"""Blue, green and red of all zeros in YUV: what a decoder shows where it has nothing."""
GREEN_NEAR: Final = 10
BLANK: Final = 0.01
"""Squares that are wholly that green, in parts of all."""

_Mask: TypeAlias = npt.NDArray[np.bool_]
_Part: TypeAlias = npt.NDArray[np.float32]


class Blocks:
    """Looks at each picture in the size that it was coded in, and knows which borders always do.

    What a camera writes into its picture has edges like torn squares, but always the same ones.
    """

    def __init__(self) -> None:
        self._shape = (0, 0)
        self._sides: tuple[_Part, _Part] | None = None
        self._age = 0.0
        self._t = 0.0

    def broken(self, image: Image, t: float) -> bool:
        """Whether a picture shows that its stream was broken."""
        rows, columns = image.shape[0] // SIDE, image.shape[1] // SIDE
        if rows < 3 or columns < 3:  # noqa: PLR2004 - there is no inner square
            return False
        whole = image[: rows * SIDE, : columns * SIDE]
        torn = (_torn(whole[::4, :, 1], rows), _torn(whole[:, ::4, 1].T, columns).T)
        fresh = self._fresh(torn, t)
        squares = int((_sides(fresh[0]) + _sides(fresh[1].T).T >= 2).sum())  # noqa: PLR2004 - sides
        if squares > max(TORN * rows * columns, TORN_AT_LEAST):
            return True
        return _blank(whole) > BLANK

    def _fresh(self, torn: tuple[_Mask, _Mask], t: float) -> tuple[_Mask, _Mask]:
        """Return the borders that are torn and usually are not; remember them."""
        if self._sides is None or self._sides[0].shape != torn[0].shape:
            self._sides = (torn[0].astype(np.float32), torn[1].astype(np.float32))
            self._age, self._t = 0.0, t
            return self._unless_usual(torn, self._sides)
        passed = min(max(t - self._t, 0.0), 1.0)
        self._t, self._age = t, min(self._age + passed, REMEMBERED_S)
        fresh = self._unless_usual(torn, self._sides)
        part = np.float32(1 - math.exp(-passed / max(self._age, passed, 1e-3)))
        for side, seen in zip(self._sides, torn, strict=True):
            np.add(side, part * (seen - side), out=side)
        return fresh

    @staticmethod
    def _unless_usual(torn: tuple[_Mask, _Mask], sides: tuple[_Part, _Part]) -> tuple[_Mask, _Mask]:
        """Leave out what is usually torn, unless that is too much to be true."""
        down, along = sides[0] > USUAL, sides[1] > USUAL
        if int(down.sum()) + int(along.sum()) > WRITTEN * (down.size + along.size):
            return torn
        return torn[0] & ~down, torn[1] & ~along


def _blank(whole: Image) -> float:
    """Return how many squares are wholly the green of nothing, in parts of all."""
    near = _near(whole[4::SIDE, 4::SIDE, 1], GREEN[1]) & _near(
        whole[12::SIDE, 12::SIDE, 1], GREEN[1]
    )
    if near.mean() > BLANK:
        for place in (4, 12):
            for channel in (0, 2):
                near &= _near(whole[place::SIDE, place::SIDE, channel], GREEN[channel])
    return float(near.mean())


def _near(levels: npt.NDArray[np.uint8], level: int) -> _Mask:
    """Return where a colour is nearly that strong."""
    return np.asarray(np.abs(levels.astype(np.int16) - level) < GREEN_NEAR, np.bool_)


def _sides(torn: _Mask) -> npt.NDArray[np.int8]:
    """Count each square's torn sides among its left and right one."""
    count = np.zeros((torn.shape[0], torn.shape[1] + 1), np.int8)
    count[:, 1:] += torn
    count[:, :-1] += torn
    return count


def _torn(lines: npt.NDArray[np.uint8], rows: int) -> _Mask:
    """Return which inner borders between the squares of a row are torn.

    `lines` are every fourth line of the picture, whole squares wide.
    """
    ahead = lines.shape[1] - SIDE
    last, first = lines[:, SIDE - 1 : ahead : SIDE], lines[:, SIDE::SIDE]
    across = _by_square(cv2.absdiff(first, last), rows)
    torn = np.asarray(across > 4 * STEP, np.bool_)  # sums over four lines
    if not torn.any():
        return torn
    one_before, second = lines[:, SIDE - 2 : ahead : SIDE], lines[:, SIDE + 1 :: SIDE]
    steps = cv2.max(cv2.absdiff(second, first), cv2.absdiff(last, one_before))
    return np.asarray(torn & (across > STEEPER * (_by_square(steps, rows) + 4)), np.bool_)


def _by_square(steps: npt.ArrayLike, rows: int) -> npt.NDArray[np.int16]:
    """Return the sum over the four lines of each row of squares."""
    four = np.asarray(steps, np.int16).reshape(rows, 4, -1)
    return np.asarray(four[:, 0] + four[:, 1] + four[:, 2] + four[:, 3], np.int16)
