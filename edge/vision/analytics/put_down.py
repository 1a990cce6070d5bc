"""Whether a place that differs from the background is an object, a light, or a gap."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from edge.vision.analytics.background import Levels, edges
from edge.vision.analytics.masks import grown, shrunk
from edge.vision.analytics.window import Mask

Verdict: TypeAlias = Literal["object", "gap", "light"]
"""A thing that was put there, one that was taken away, light or shade that fell there."""

STEEPER: Final = 1.15
"""So much steeper a thing's outline is than the floor was there; else it was taken away."""
SHARP: Final = 4.0
"""Steps a pixel of a thing's outline; where it fades more softly, only the light differs."""
EVEN: Final = 0.12
"""Light makes a place brighter or darker evenly: so far at most the ratio spreads, in parts."""
TINTED: Final = 0.07
"""... and in all colours alike: so far at most their ratios lie apart."""
ALIKE: Final = 0.6
"""Correlation with the floor's own pattern from which on the pattern still shows through."""
PATTERN: Final = 8.0
"""Steps that a floor's pattern spreads at least, to be asked for."""


def judge(now: Levels, reference: Levels, place: Mask) -> Verdict:
    """Say what has happened at a place; all of one window, `place` set where it differs."""
    if _lit(now, reference, place):
        return "light"
    outline = grown(place, 1) > shrunk(place, 1)
    steep, was = edges(now)[outline], edges(reference)[outline]
    if max(float(steep.mean()), float(was.mean())) < SHARP:
        return "light"
    return "object" if float(steep.mean()) >= STEEPER * float(was.mean()) else "gap"


def _lit(now: Levels, reference: Levels, place: Mask) -> bool:
    """Whether the place is as it was, only brighter or darker."""
    inner = shrunk(place, 2) > 0
    if not inner.any():
        inner = place > 0
    ratio = (now[inner] + 8) / (reference[inner] + 8)
    whole = ratio.mean(axis=1)
    middle = float(np.median(whole))
    spread = float(np.percentile(whole, 84) - np.percentile(whole, 16)) / 2 / middle
    tint = np.median(ratio, axis=0) / middle
    if spread > EVEN or float(np.ptp(tint)) > TINTED:
        return False
    return _alike(now[inner], reference[inner])


def _alike(now: npt.NDArray[np.float32], reference: npt.NDArray[np.float32]) -> bool:
    """Whether the floor's pattern shows in what is there now; a floor without one does not tell."""
    one, other = now.mean(axis=1), reference.mean(axis=1)
    if float(other.std()) < PATTERN or float(one.std()) < PATTERN / 2:
        return True
    return float(np.corrcoef(one, other)[0, 1]) >= ALIKE
