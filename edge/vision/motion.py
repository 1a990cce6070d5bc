"""Where something moves in a fixed camera's picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.findings import Box
from edge.vision.pictures import Image

WIDTH: Final = 320
HEIGHT: Final = 180
CELL: Final = 10
"""Pixels of the small picture: the areas are told in squares of this side, 32 × 18."""
EVERY_S: Final = 0.06
"""Some 15 pictures a second are compared; a person at a run is still beside where he was."""
FOLLOWS_S: Final = 1.5
"""How fast the average follows: who stands still for some seconds no longer moves."""
SETTLES_S: Final = 0.25
SETTLED_AFTER_S: Final = 1.0
"""After the light has changed everywhere the average follows faster, for so long at least."""
LEAST: Final = 9.0
"""Gray levels of difference that count, after the light's share is taken off."""
ABOVE_NOISE: Final = 5.0
"""How many times the picture's own noise a difference has to be."""
FILLED: Final = 0.12
"""Part of a cell's pixels that have to differ, where what is thin is not counted (rain, wires)."""
EVERYWHERE: Final = 0.6
"""More of the cells than this differ at once only when the light or the exposure changes."""
SWITCHED: Final = 1.4
"""By so much brighter or darker from one picture to the next: a lamp. Exposure that follows a
white car goes slower, is taken off, and does not hide the car."""
SOON_S: Final = 0.12
"""Within so long what moves is still beside where it was, and only then it counts; drops of rain
and sparks are not. At fewer pictures a second a man at a run is already further."""
SMALLEST: Final = 2
"""Cells that an area needs: a single one is a leaf, an insect, a lamp that flickers."""

_COLUMNS: Final = WIDTH // CELL
_ROWS: Final = HEIGHT // CELL
_KERNEL: Final = np.ones((3, 3), np.uint8)
_Plane = npt.NDArray[np.float32]


class Motion:
    """Compares each picture with a fast average of those before it.

    Lights that go on or off are no motion: `settled` is false until the average has followed, and
    nothing moves meanwhile.
    """

    def __init__(self) -> None:
        self.areas: Sequence[Box] = ()
        """Where something moves, in parts of the picture; areas do not touch each other."""
        self.settled = False
        """Whether the light is steady enough for `areas` to mean anything."""
        self._average: _Plane | None = None
        self._noise = LEAST / ABOVE_NOISE
        self._differed: npt.NDArray[np.bool_] = np.ones((_ROWS, _COLUMNS), np.bool_)
        self._t = float("-inf")
        self._upset = float("-inf")

    @property
    def moving(self) -> bool:
        """Whether something moves anywhere."""
        return bool(self.areas)

    def see(self, image: Image, t: float) -> None:
        """Take a picture, `t` in seconds of a clock that never jumps."""
        passed = t - self._t
        if 0 <= passed < EVERY_S:
            return
        self._t = t
        small = cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
        now = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.float32)
        if self._average is None:
            self._average, self._upset = now, t
            return
        cells, brighter = self._differs(now, self._average)
        if float(cells.mean()) > EVERYWHERE or not 1 / SWITCHED < brighter < SWITCHED:
            self._upset = t
        self.settled = t - self._upset >= SETTLED_AFTER_S
        follows = FOLLOWS_S if self.settled else SETTLES_S
        part = 1 - math.exp(-max(passed, 0.0) / follows)
        cv2.accumulateWeighted(now, self._average, part)
        stays = cells & _widened(self._differed) if passed < SOON_S else cells
        self._differed = cells
        self.areas = _areas(stays) if self.settled else ()

    def _differs(self, now: _Plane, average: _Plane) -> tuple[npt.NDArray[np.bool_], float]:
        """Return the cells that differ, and how many times the whole picture is brighter.

        The average is made as bright, so that only what is left of the difference counts.
        """
        brighter = _middle(now) / _middle(average)
        average *= np.float32(brighter)
        size = cv2.absdiff(now, average)
        # Half of the picture is still, whatever moves: its differences are the noise.
        typical = float(np.median(size[::6, ::6])) * 1.5
        self._noise += 0.1 * (typical - self._noise)
        limit = max(LEAST, ABOVE_NOISE * self._noise)
        _, over = cv2.threshold(size, limit, 1.0, cv2.THRESH_BINARY)
        thick = cv2.morphologyEx(over, cv2.MORPH_OPEN, _KERNEL)
        filled = cv2.resize(thick, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA)
        return np.asarray(filled > FILLED, np.bool_), brighter


def _middle(plane: _Plane) -> float:
    """Return the middle brightness of a picture, never quite none."""
    return max(1.0, float(np.median(plane[::5, ::5])))


def _widened(cells: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return the cells and those beside them."""
    return np.asarray(cv2.dilate(cells.astype(np.uint8), _KERNEL) > 0, np.bool_)


def _areas(cells: npt.NDArray[np.bool_]) -> tuple[Box, ...]:
    """Return the boxes of cells that hang together."""
    if not cells.any():
        return ()
    _, _, found, _ = cv2.connectedComponentsWithStats(cells.astype(np.uint8), connectivity=8)
    return tuple(
        Box(
            left / _COLUMNS,
            top / _ROWS,
            (left + width) / _COLUMNS,
            (top + height) / _ROWS,
        )
        for left, top, width, height, count in found[1:].tolist()
        if count >= SMALLEST
    )
