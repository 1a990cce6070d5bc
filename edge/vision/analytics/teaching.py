"""Teaches by example what a region looks like in one of two states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np

from edge.vision.analytics.logistic import learn, ranking, unseen
from edge.vision.analytics.looks import NAME, looks
from edge.vision.analytics.taught import VERSION, NotTaughtError, Taught, Trial
from edge.vision.analytics.window import Corners, Window
from edge.vision.pictures import Image

FEWEST: Final = 5
"""Examples of each kind without which nothing can be tried on what was left out."""
ENOUGH: Final = 15
"""Fewer of each kind than this do not show what rain, night and other bags make of it."""
GOOD: Final = 0.8
"""An area under the curve below this means: right hardly more often than by chance."""
HALF: Final = 0.5
"""A chance from which on it is held for full."""
PIXELS: Final = 160
"""The longer side of what is looked at; the looks take 64 of them."""


def region(area: Corners) -> Window:
    """The window that teaching and watching both look through."""
    return Window(area, PIXELS)


def teach(
    full: Sequence[Image], empty: Sequence[Image], *, camera: str, zone: str, at: datetime
) -> Taught:
    """Learn from pictures of the region alone, in the order in which they were taken.

    `NotTaughtError` with fewer than five of each.
    """
    if min(len(full), len(empty)) < FEWEST:
        raise NotTaughtError(f"{len(full)} full and {len(empty)} empty: five of each at least")
    rows = np.array([looks(each) for each in (*full, *empty)])
    kinds = np.array([1.0] * len(full) + [0.0] * len(empty))
    chances = unseen(rows, kinds)
    line = learn(rows, kinds)
    return Taught(
        version=VERSION,
        looks=NAME,
        camera=camera,
        zone=zone,
        at=at,
        trial=Trial(
            full=len(full),
            empty=len(empty),
            auc=round(ranking(chances, kinds), 3),
            right=round(float(((chances >= HALF) == (kinds == 1)).mean()), 3),
        ),
        middle=tuple(line.middle.tolist()),
        scale=tuple(line.scale.tolist()),
        weights=tuple(line.weights.tolist()),
        bias=line.bias,
    )


def doubts(trial: Trial) -> tuple[str, ...]:
    """What speaks against using it: `few`, `weak`; nothing when it is good enough."""
    found = []
    if min(trial.full, trial.empty) < ENOUGH:
        found.append("few")
    if trial.auc < GOOD:
        found.append("weak")
    return tuple(found)
