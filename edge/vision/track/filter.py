"""Where a box is and how fast it moves, from boxes measured at any instants (a Kalman filter)."""

from __future__ import annotations

from math import exp
from typing import Final

import numpy as np
import numpy.typing as npt

from edge.vision.findings import Box

Numbers = npt.NDArray[np.float64]

MEASURED: Final = np.array((0.05, 0.05, 0.08, 0.08))
"""How far a detector's centre and size are off, one sigma, in parts of the object's size: what
small detectors show on things that stand still."""
PUSHED: Final = np.array((1.5, 1.5, 0.3, 0.3))
"""Acceleration of centre and size, one sigma, in sizes per second squared: somebody who starts to
walk or a car that brakes does about one."""
UNKNOWN_SPEED: Final = np.array((1.5, 1.5, 0.3, 0.3))
"""Speed of what has been seen once, one sigma, in sizes per second: a walk, or a car in a lane."""
FADES_S: Final = 2.0
"""What is not seen is not guessed on for ever: its speed is down to a third after so long."""
SMALLEST: Final = 1e-4
"""Of a side, in parts of the picture's height; keeps divisions alive."""


class Filter:
    """Centre, width and height of one box, each with its speed, in picture heights and seconds.

    The four are followed independently of each other, which is all that boxes allow for.
    """

    def __init__(self, box: Box, aspect: float) -> None:
        self._aspect = aspect
        self._place = _measured(box, aspect)
        self._speed: Numbers = np.zeros(4)
        size = self.size
        self._place_var: Numbers = (MEASURED * size) ** 2
        self._both_var: Numbers = np.zeros(4)
        self._speed_var: Numbers = (UNKNOWN_SPEED * size) ** 2

    @property
    def size(self) -> float:
        """The side of a square as large, in picture heights."""
        return float(np.sqrt(max(self._place[2], SMALLEST) * max(self._place[3], SMALLEST)))

    @property
    def speed(self) -> float:
        """Of the centre, in sizes per second."""
        return float(np.hypot(self._speed[0], self._speed[1])) / self.size

    @property
    def centre(self) -> tuple[float, float]:
        """In picture heights, both."""
        return float(self._place[0]), float(self._place[1])

    @property
    def box(self) -> Box:
        """In parts of the picture; may reach beyond it."""
        x, y, width, height = (float(each) for each in self._place)
        width, height = max(width, SMALLEST), max(height, SMALLEST)
        return Box(
            (x - width / 2) / self._aspect,
            y - height / 2,
            (x + width / 2) / self._aspect,
            y + height / 2,
        )

    def go_on(self, seconds: float, *, unseen: bool) -> None:
        """Move on; what was not seen the last time slows down and keeps its size."""
        if seconds <= 0:
            return
        way = seconds
        if unseen:
            self._speed[2:] = 0.0
            way = FADES_S * (1 - exp(-seconds / FADES_S))
        self._place = self._place + self._speed * way
        if unseen:
            self._speed = self._speed * exp(-seconds / FADES_S)
        pushed = (PUSHED * self.size) ** 2
        self._place_var = (
            self._place_var
            + 2 * seconds * self._both_var
            + seconds**2 * self._speed_var
            + pushed * seconds**4 / 4
        )
        self._both_var = self._both_var + seconds * self._speed_var + pushed * seconds**3 / 2
        self._speed_var = self._speed_var + pushed * seconds**2

    def measure(self, box: Box) -> None:
        """Take what was detected now."""
        measured = _measured(box, self._aspect)
        off = measured - self._place
        size = float(np.sqrt(measured[2] * measured[3]))
        sure = self._place_var + (MEASURED * size) ** 2
        gain, speed_gain = self._place_var / sure, self._both_var / sure
        self._place = self._place + gain * off
        self._speed = self._speed + speed_gain * off
        self._speed_var = self._speed_var - speed_gain * self._both_var
        self._both_var = self._both_var * (1 - gain)
        self._place_var = self._place_var * (1 - gain)

    def copy(self) -> Filter:
        """Return another that can be moved on without moving this one."""
        other = object.__new__(Filter)
        other.__dict__.update(self.__dict__)
        other._speed = self._speed.copy()
        return other


def _measured(box: Box, aspect: float) -> Numbers:
    return np.array(
        (
            (box.left + box.right) / 2 * aspect,
            (box.top + box.bottom) / 2,
            max((box.right - box.left) * aspect, SMALLEST),
            max(box.bottom - box.top, SMALLEST),
        )
    )
