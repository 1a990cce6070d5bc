"""A small picture taken apart by how fine its structure is."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from edge.vision.health.small import HEIGHT, WIDTH, Plane, Tiles, tiled
from edge.vision.pictures import Gray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Bands:
    """What a picture holds, from fine to broad, in gray levels.

    `soft` is the picture without its grain, `fine` what that has lost, which is what a lens out of
    focus loses first. Half as wide: `coarse` are outlines with their sign, which bear weaker or
    stronger light; `edges` how steep they are without it, which bears that dark and bright change
    places (as under infrared). `broad` is the tiles' brightness.
    """

    soft: Plane
    fine: Plane
    coarse: Plane
    edges: Plane
    broad: Tiles


def bands(gray: Gray) -> Bands:
    """Take a small gray picture apart."""
    plane = gray.astype(np.float32)
    soft = np.asarray(cv2.GaussianBlur(plane, (5, 5), 1.0), np.float32)
    half = cv2.resize(soft, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    softer = cv2.blur(cv2.blur(half, (5, 5)), (5, 5))
    across, down = cv2.Sobel(half, cv2.CV_32F, 1, 0), cv2.Sobel(half, cv2.CV_32F, 0, 1)
    return Bands(
        soft=soft,
        fine=np.asarray(plane - soft, np.float32),
        coarse=np.asarray(half - softer, np.float32),
        edges=np.asarray(cv2.magnitude(across, down), np.float32),
        broad=tiled(np.asarray(half, np.float32)),
    )
