"""Whether what hides a part of the view is at the lens, in the scene, or not to be told."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.health.small import ACROSS, DOWN, HEIGHT, WIDTH, Plane, Tiles, ranked

CHANGED: Final = 12.0
CHANGED_PART: Final = 0.15
"""Gray levels, and parts of the brightness, by which a tile without texture is another one, once
the light of the whole picture is allowed for."""
LARGE: Final = 0.2
"""Of the picture: what hides less of what has no texture cannot be said to hide the view."""
NEAR: Final = 6.0
"""Gray levels from the even shading of what hides the view, for a pixel to belong to it."""
STEP: Final = 10.0
"""Gray levels on average from it to the rest; with less it goes on as its neighbourhood does: then
most likely something has left, and this is the ground it stood on."""
SOFT: Final = 0.62
"""What is at the lens is out of focus. Two pixels beyond its edge so much of the step is made at
most; things in the scene have sharp edges and make nearly all of it."""

Edge: TypeAlias = Literal["soft", "sharp", "none"]
Mask: TypeAlias = npt.NDArray[np.bool_]

_KERNEL: Final = np.ones((5, 5), np.uint8)
_AROUND: Final = np.ones((3, 3), np.uint8)


def changed(usual: Tiles, now: Tiles, alike: Mask) -> Mask:
    """Return the tiles that are brighter or darker than the light of the rest explains."""
    known = alike if int(alike.sum()) >= ACROSS // 2 else np.ones_like(alike)
    light = ranked((now[known] + 1) / (usual[known] + 1), 0.5)
    expected = usual * np.float32(light)
    return np.asarray(np.abs(now - expected) > CHANGED + CHANGED_PART * expected, np.bool_)


def largest(hidden: Mask) -> Mask:
    """Return the largest connected part."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        hidden.astype(np.uint8), None, None, None, 4
    )
    if count < 2:  # noqa: PLR2004 - the ground alone
        return np.zeros_like(hidden)
    which = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    return np.asarray(labels == which, np.bool_)


def edge_of(hidden: Mask, soft: Plane) -> Edge:
    """Say how the hidden part ends; `soft` is the picture without its grain."""
    even = _shading(hidden, soft)
    apart = np.abs(soft - even)
    zone = _grown(cv2.dilate(hidden.astype(np.uint8), _AROUND, iterations=2))
    near = ((apart < NEAR) & zone).astype(np.uint8)
    own = np.asarray(cv2.morphologyEx(near, cv2.MORPH_OPEN, _KERNEL), np.bool_)
    own |= _grown(cv2.erode(hidden.astype(np.uint8), _AROUND))
    away = cv2.distanceTransform((~own).astype(np.uint8), cv2.DIST_L2, 3)
    close, beyond = zone & (away > 1.5) & (away <= 2.5), zone & (away > 7) & (away <= 9)  # noqa: PLR2004 - pixels, see SOFT
    if not close.any() or not beyond.any():
        return "none"
    step = float(apart[beyond].mean())
    if step < STEP:
        return "none"
    return "soft" if float(apart[close].mean()) < SOFT * step else "sharp"


def _shading(hidden: Mask, soft: Plane) -> Plane:
    """Return what the hidden part would look like if it filled the picture."""
    tall, wide = HEIGHT // DOWN, WIDTH // ACROSS
    middle = soft[tall // 2 :: tall, wide // 2 :: wide]
    rows, columns = np.nonzero(hidden)
    y, x = rows / DOWN, columns / ACROSS
    few = rows.size < 12  # noqa: PLR2004 - places for six numbers
    terms = [np.ones_like(x), x, y] if not few else [np.ones_like(x)]
    made, *_ = np.linalg.lstsq(np.stack(terms, 1), middle[hidden].astype(np.float64), rcond=None)
    down, across = np.mgrid[0 : DOWN - 1 : HEIGHT * 1j, 0 : ACROSS - 1 : WIDTH * 1j]
    plane = made[0] + (0 if few else made[1] * across / ACROSS + made[2] * down / DOWN)
    return np.asarray(np.broadcast_to(plane, soft.shape), np.float32)


def _grown(tiles: npt.ArrayLike) -> Mask:
    """Return the tiles' pixels."""
    small = np.asarray(tiles, np.uint8)
    grown = cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    return np.asarray(grown, np.bool_)
