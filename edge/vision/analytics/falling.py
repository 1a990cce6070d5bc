"""Chains of small blobs that fall as things do that are thrown: faster and faster, and straight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import hypot
from typing import Final, NamedTuple

import numpy as np

POINTS: Final = 7
"""Pictures that a fall is seen in at least: a quarter of a second leaves no doubt."""
MISSED_S: Final = 0.13
"""A chain may miss three pictures of 25 a second: before a window of its own brightness."""
STRAIGHT: Final = 0.99
"""R² of height by time, a square law; leaves, insects and laundry stay below."""
SURER: Final = 6.0
"""The pull is so many times its own uncertainty: a bird's level flight has none."""
FASTER: Final = 1.25
"""It ends so many times faster than it began; rain and snow fall as fast as before."""
PULL: Final = (0.04, 3.5)
"""Zone heights a second², for facades of 250 to 3 m: 9.81 m/s² over them, less for the air."""
SLANT: Final = 1.0
"""It goes sideways as far as down at most."""
WOBBLE: Final = 0.02
"""It strays from a straight line sideways by this part of the fall, and a pixel, at most."""
LIKELY: Final = 3
"""Blobs of a chain that is kept rather than the others when there are too many."""
MOST_CHAINS: Final = 60
"""Chains at a time; more is rain, and all of them are then forgotten."""


class Blob(NamedTuple):
    """A small thing that moves: when, where its middle is and how large it is, in pixels."""

    t: float
    x: float
    y: float
    area: float


@dataclass(slots=True, eq=False)
class Chain:
    """Blobs that may be one thing."""

    blobs: list[Blob] = field(default_factory=list)
    told: bool = False

    def reach(self, t: float, step: float) -> tuple[float, float, float]:
        """Where it should be at `t`, and how far off it may be."""
        last = self.blobs[-1]
        if len(self.blobs) == 1:
            return last.x, last.y + step, 1.2 * step
        before = self.blobs[-2]
        passed, ahead = max(1e-3, last.t - before.t), t - last.t
        across, down = (last.x - before.x) / passed, (last.y - before.y) / passed
        far = hypot(across, down) * ahead
        return last.x + across * ahead, last.y + down * ahead, 3 + 0.35 * far


class Chains:
    """Joins blobs of picture after picture; `high` is the zone's height in pixels."""

    def __init__(self) -> None:
        self._chains: list[Chain] = []

    def step(self, blobs: Sequence[Blob], t: float, high: float) -> list[Chain]:
        """Take a picture's blobs; return the chains that got longer."""
        step = max(6.0, 0.06 * high)
        free = set(range(len(blobs)))
        grown = []
        for chain in sorted(self._chains, key=lambda each: -len(each.blobs)):
            x, y, off = chain.reach(t, step)
            near = [(hypot(blobs[i].x - x, blobs[i].y - y), i) for i in free]
            best = min(near, default=(off, -1))
            if best[0] < off and blobs[best[1]].y > chain.blobs[-1].y - 1:
                free.discard(best[1])
                chain.blobs.append(blobs[best[1]])
                grown.append(chain)
        self._chains = [each for each in self._chains if t - each.blobs[-1].t <= MISSED_S]
        self._chains += [Chain([blobs[i]]) for i in sorted(free)]
        if len(self._chains) > MOST_CHAINS:
            self._chains = [each for each in self._chains if len(each.blobs) >= LIKELY]
        if len(self._chains) > MOST_CHAINS:
            self._chains.clear()
        return grown

    def forget(self) -> None:
        """Begin anew."""
        self._chains.clear()


def falls(blobs: Sequence[Blob], high: float, least: float) -> float:
    """How sure it is that this is a fall over `least` of the height at least; 0 if it is none."""
    if len(blobs) < POINTS:
        return 0.0
    t = np.array([each.t for each in blobs])
    t -= t.mean()
    x = np.array([each.x for each in blobs])
    y = np.array([each.y for each in blobs])
    fall = float(y[-1] - y[0])
    if fall < least * high or abs(float(x[-1] - x[0])) > SLANT * fall:
        return 0.0
    (half, speed, _), spread = _fit(t, y)
    pull, begin, end = 2 * half, speed + 2 * half * t[0], speed + 2 * half * t[-1]
    if spread is None or not PULL[0] <= pull / high <= PULL[1]:
        return 0.0
    straight = 1 - spread[0] / float(((y - y.mean()) ** 2).sum())
    if straight < STRAIGHT or half < SURER * spread[1] or end < FASTER * max(0.0, begin):
        return 0.0
    aside = x - np.polyval(np.polyfit(t, x, 1), t)
    if float(np.abs(aside).max()) > 1.5 + WOBBLE * fall:
        return 0.0
    return min(0.9, 0.5 + 0.02 * len(blobs) + 0.2 * min(1.0, fall / high))


def _fit(
    t: np.ndarray[tuple[int], np.dtype[np.float64]], y: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> tuple[tuple[float, float, float], tuple[float, float] | None]:
    """A square law through the points: its terms; what is left over, and how sure the square is."""
    design = np.stack([t * t, t, np.ones_like(t)], axis=1)
    terms, left, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    if rank < len(terms):
        return (0.0, 0.0, 0.0), None
    left_over = float(left[0]) if left.size else 0.0
    noise = max(left_over / (len(t) - len(terms)), 0.02)
    unsure = float(np.sqrt(noise * np.linalg.inv(design.T @ design)[0, 0]))
    return (float(terms[0]), float(terms[1]), float(terms[2])), (left_over, unsure)
