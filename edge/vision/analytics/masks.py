"""Masks that are grown, shrunk, joined and freed of specks; 255 and 0, or 1 and 0."""

from __future__ import annotations

import cv2
import numpy as np

from edge.vision.analytics.window import Mask


def grown(mask: Mask, by: int) -> Mask:
    """Each pixel, and all that lie up to `by` away in both directions."""
    return np.asarray(cv2.dilate(mask, _square(by)), np.uint8)


def shrunk(mask: Mask, by: int) -> Mask:
    """Only what lies `by` pixels from the rim at least."""
    return np.asarray(cv2.erode(mask, _square(by)), np.uint8)


def joined(mask: Mask, across: int) -> Mask:
    """What lies up to twice `across` pixels apart becomes one."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, _square(across)), np.uint8)


def cleaned(mask: Mask, across: int) -> Mask:
    """What is no wider than twice `across` pixels is left out: noise, edges."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, _square(across)), np.uint8)


def _square(by: int) -> Mask:
    return np.ones((2 * by + 1, 2 * by + 1), np.uint8)
