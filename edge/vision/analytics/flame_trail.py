"""The last seconds of a window's fire-coloured pixels, and where among them something stirs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from edge.vision.analytics.flame_colour import fire_coloured
from edge.vision.analytics.masks import grown, joined
from edge.vision.analytics.window import Mask
from edge.vision.pictures import Gray, Image

APART_S: Final = 0.07
"""Between two samples at least: 14 a second show a flicker of 1 to 7 Hz, and more cost more."""
SPAN_S: Final = 2.0
LONG_S: Final = 3.0
"""A trail is two seconds; where pictures come slowly up to three, until there are enough."""
ENOUGH: Final = 15
FEWEST: Final = 8
"""Fewer samples cannot tell a flicker from a thing that passes."""
LATE_S: Final = 1.0
"""After a gap like this what went before is forgotten: pictures across it do not compare."""
STIR: Final = 10
"""Steps of green from one sample to the next: twice what noise and compression make."""
STIRRING: Final = 0.2
"""A pixel of a flame's edge stirs in this part of the samples at least."""
LIT: Final = 0.1
"""... and has the colour of fire in this part of them."""
RANGE: Final = 35
"""... and its green ranges over so many steps: glow and noise do not."""
BURNING: Final = 0.5
"""In this part of the samples there has to be a hot core somewhere; else nothing is looked at."""
SMALLEST: Final = 12
"""Stirring pixels of a region at least: a flame of five by five."""
MOST: Final = 5
"""Regions that are looked at, the largest first; a fire is among them."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One picture by its colours, and where green has changed since the last."""

    t: float
    body: Mask
    core: Mask
    embers: Mask
    green: Gray
    stirred: Mask
    hot: bool


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Where something fire-coloured stirs: the cut, and which of its pixels belong to it."""

    rows: slice
    columns: slice
    inside: Mask
    active: Mask


class Trail:
    """Samples of one window, none closer than `APART_S`, none older than `LONG_S`."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque()

    def due(self, t: float) -> bool:
        """Whether a picture of this instant is wanted."""
        return not self._samples or not 0 <= t - self._samples[-1].t < APART_S

    def see(self, window: Image, mask: Mask, t: float) -> None:
        """Add the window's picture; only where `mask` is set may anything burn."""
        found = fire_coloured(window)
        body, core, green = found.body & mask, found.core & mask, found.green
        last = self._samples[-1] if self._samples else None
        if last is not None and (not 0 <= t - last.t <= LATE_S or last.green.shape != green.shape):
            self._samples.clear()
            last = None
        stirred = np.zeros_like(body)
        if last is not None:
            stirred = np.asarray(
                cv2.threshold(cv2.absdiff(green, last.green), STIR, 1, cv2.THRESH_BINARY)[1]
            )
        hot = cv2.countNonZero(core) > 1
        self._samples.append(Sample(t, body, core, found.embers, green, stirred, hot))
        while self._too_long(t):
            self._samples.popleft()

    def _too_long(self, t: float) -> bool:
        age = t - self._samples[0].t
        return age > LONG_S or (age > SPAN_S and len(self._samples) > ENOUGH)

    def forget(self) -> None:
        """Begin anew."""
        self._samples.clear()

    @property
    def samples(self) -> Sequence[Sample]:
        """Oldest first; none until there are enough to tell a flicker."""
        few = len(self._samples) < FEWEST
        if few or self._samples[-1].t - self._samples[0].t < SPAN_S - 2 * APART_S:
            return ()
        return tuple(self._samples)


def regions(samples: Sequence[Sample]) -> Iterator[Region]:
    """Yield where fire-coloured pixels stir near something hot, the largest first."""
    if sum(sample.hot for sample in samples) < BURNING * len(samples):
        return
    active = _active(samples)
    together = joined(active, 3)
    count, names, facts, _ = cv2.connectedComponentsWithStats(together)
    order = sorted(range(1, count), key=lambda name: -int(facts[name, cv2.CC_STAT_AREA]))
    for name in order[:MOST]:
        left, top, wide, high = (int(fact) for fact in facts[name][:4])
        rows = slice(max(0, top - 3), min(active.shape[0], top + high + 3))
        columns = slice(max(0, left - 3), min(active.shape[1], left + wide + 3))
        part = (names[rows, columns] == name).astype(np.uint8)
        stirring = part & active[rows, columns]
        if cv2.countNonZero(stirring) < SMALLEST:
            continue
        outlines, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        inside = np.zeros_like(part)
        cv2.fillConvexPoly(inside, cv2.convexHull(np.concatenate(outlines)), 1)
        yield Region(rows, columns, grown(inside, 1), stirring)


def _active(samples: Sequence[Sample]) -> Mask:
    """1 where pixels have the colour of fire at times, and change much and often."""
    count = len(samples)
    lit = np.zeros(samples[0].body.shape, np.uint8)
    stirs = np.zeros_like(lit)
    low, high = samples[0].green.copy(), samples[0].green.copy()
    for sample in samples:
        lit += sample.body & 1
        stirs += sample.stirred
        cv2.min(low, sample.green, low)
        cv2.max(high, sample.green, high)
    active = (lit >= max(2, round(LIT * count))) & (stirs >= max(2, round(STIRRING * count)))
    active &= cv2.subtract(high, low) >= RANGE
    return active.astype(np.uint8)
