"""Which pixels have the colours of a flame: its body, and its hot core."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from edge.vision.analytics.masks import grown
from edge.vision.analytics.window import Mask
from edge.vision.pictures import Gray, Image

BODY_RED: Final = 150
"""Soot that glows is bright in red before all; darker is a glow on a wall, or smoke."""
BODY_SPAN: Final = 60
"""From red down to blue at least: soot of 1,000 to 2,000 K gives ten times more red."""
BODY_HUE: Final = 0.14
"""Green lies so far of the way from blue up to red at least; below it is the red of a tail
light, a flag or a vest's shade, where green is no brighter than blue."""
DIMMEST: Final = 190
BRIGHTEST: Final = 245
"""Between these lies the brightest red of a flame: cameras burn out at different levels."""
CORE_RED: Final = 0.92
CORE_GREEN: Final = 0.72
"""The hot core nearly reaches that in red, and comes near it in green: light yellow to white."""
EMBERS: Final = 0.78
"""Where it is less hot green falls below this part of red; yellow cloth and paint never do."""
CORE_WARM: Final = 8
"""The core may be white, but not bluish: red and green lie this far above blue at least, as
long as blue is not burnt out itself."""
NEAR: Final = 3
"""White is a core only this many pixels from a flame's colour; a white wall is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Coloured:
    """A window by its colours: a flame's body (its core is part of it), its core, its embers.

    `green` is the channel in which flames flicker most.
    """

    body: Mask
    core: Mask
    embers: Mask
    green: Gray


def fire_coloured(image: Image) -> Coloured:
    """Tell a flame's colours from others.

    Red burns out in nearly all of a flame and says little; green follows the heat.
    """
    blue, green, red = (np.asarray(each, np.uint8) for each in cv2.split(image))
    span = _mask(cv2.subtract(red, blue))
    above = cv2.subtract(green, blue)
    hue = _mask(cv2.compare(above, cv2.convertScaleAbs(span, alpha=BODY_HUE), cv2.CMP_GT))
    body = hue & _mask(cv2.compare(red, green, cv2.CMP_GE))
    body &= _mask(cv2.inRange(red, BODY_RED, 255)) & _mask(cv2.inRange(span, BODY_SPAN, 255))
    if not cv2.countNonZero(body):
        return Coloured(body, body, body, green)
    around = grown(body, NEAR)
    peak = min(max(cv2.minMaxLoc(red, around)[1], DIMMEST), BRIGHTEST)
    hot = _mask(cv2.inRange(red, CORE_RED * peak, 255))
    hot &= _mask(cv2.inRange(green, CORE_GREEN * peak, 255))
    warm = _mask(cv2.inRange(span, CORE_WARM, 255)) | _mask(cv2.inRange(blue, 250, 255))
    core = hot & warm & around
    cool = cv2.compare(green, cv2.convertScaleAbs(red, alpha=EMBERS), cv2.CMP_LE)
    embers = body & _mask(cool)
    return Coloured(body | core, core, embers, green)


def _mask(found: object) -> Mask:
    return np.asarray(found, np.uint8)
