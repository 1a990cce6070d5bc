"""How a fire-coloured region moves: what tells a flame from lamps, cloth and traffic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.analytics.flame_trail import Region, Sample
from edge.vision.analytics.masks import grown
from edge.vision.analytics.window import Mask

Bits = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What a region does, each in parts of what it could do at most.

    hot: samples with a core. core: the core in parts of the body. cooler: its embers.
    active: pixels that stir, to the body. mixed: stirring pixels that are at times core and at
    times body. restless: pixels that turn on and off twice a second or more, to the body. apart:
    how far pixels flicker each for itself, against all at once as a lamp does, above what is
    asked for. disorder: how much
    of the stirring body is another from sample to sample. whole: its three largest pieces, in
    parts of it. strange: what of the change cannot be explained by things that move. The last
    five are not measured where one of the others refuses.
    """

    hot: float
    core: float
    cooler: float
    active: float
    mixed: float
    restless: float = 0.0
    apart: float = -1.0
    disorder: float = 0.0
    whole: float = 0.0
    strange: float = 0.0


RAMPS: Final[Mapping[str, tuple[float, float]]] = {
    "hot": (0.4, 0.75),
    "core": (0.1, 0.22),
    "cooler": (0.06, 0.15),
    "active": (0.1, 0.3),
    "restless": (0.1, 0.25),
    "apart": (-0.14, -0.02),
    "disorder": (0.12, 0.24),
    "mixed": (0.22, 0.4),
    "whole": (0.65, 0.9),
    "strange": (0.06, 0.16),
}
"""Below the first it is none of a flame, above the second all: set between what rendered fires
of many sizes and what lamps, cloth, screens and traffic reach, with room on the fire's side."""
QUICK: Final = ("hot", "core", "cooler", "active", "mixed")
"""Told by masks alone, without comparing."""
SWITCHED_HZ: Final = 2.0
"""Times a second that a pixel at a flame's edge goes on or off."""
SEATS: Final = 3
"""A fire may burn at some places side by side; leaves and glitter are dozens of pieces."""
SLOW_S: Final = 0.5
"""Changes slower than this are taken out: somebody's shadow, the camera's exposure."""
PIXELS: Final = 400
"""Enough of a region's pixels to see whether they flicker together."""
BLOCK: Final = 10
REACH: Final = 8
LARGE: Final = 160
"""Pixels across from which on a region is looked at more coarsely."""
BLOCKS: Final = 24
"""Blocks of 10 × 10 pixels are sought up to 8 pixels away in the sample before; so many of them."""


def signs(samples: Sequence[Sample], region: Region) -> Signs:
    """Measure a region over the trail; of a large one every second pixel, or third, will do."""
    stride = 1 + max(region.inside.shape) // LARGE
    at = (region.rows, region.columns)
    inside = region.inside[::stride, ::stride] > 0
    active = region.active[::stride, ::stride] > 0
    body = _stack([sample.body[at] for sample in samples], stride).astype(bool) & inside
    core = _stack([sample.core[at] for sample in samples], stride).astype(bool) & inside
    green = _stack([sample.green[at] for sample in samples], stride)
    lasted = samples[-1].t - samples[0].t
    mean = max(1.0, float(body.sum() / len(samples)))
    cores = core.sum((1, 2))
    count = max(1, int(active.sum()))
    some = 0.1 * len(samples)
    embers = _stack([sample.embers[at] for sample in samples], stride).astype(bool)
    both = (core.sum(0) >= some) & ((body & ~core).sum(0) >= some)
    quick = Signs(
        hot=float((cores >= max(2.0, 0.02 * mean)).mean()),
        core=float(cores.mean() / mean),
        active=count / mean,
        cooler=float((embers & body).sum() / len(samples) / mean),
        mixed=float((both & active).sum() / count),
    )
    if min(_level(quick, name) for name in QUICK) <= 0:
        return quick
    stirring = green[:, active].astype(np.float32)
    bright = stirring > (stirring.max(0) + stirring.min(0)) / 2
    switches = (bright[1:] != bright[:-1]).sum(0) / lasted
    return replace(
        quick,
        restless=float((switches >= SWITCHED_HZ).sum() / mean),
        apart=_apart(stirring, lasted) - _random(len(samples)),
        disorder=_disorder(bright),
        whole=_whole(body, active.astype(np.uint8)),
        strange=_strange(green, active),
    )


def _stack(pictures: Sequence[Mask], stride: int) -> npt.NDArray[np.uint8]:
    return np.stack([picture[::stride, ::stride] for picture in pictures])


def likeness(found: Signs) -> float:
    """How much like a flame that is, 0 to 1; each sign can refuse."""
    product = 1.0
    for name in RAMPS:
        product *= _level(found, name)
    return product


def _level(found: Signs, name: str) -> float:
    low, high = RAMPS[name]
    value: float = getattr(found, name)
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _random(samples: int) -> float:
    """What `apart` has to reach: with fewer samples even chance lies closer to one beat."""
    return 0.74 - 2.3 / samples


def _apart(green: Levels, lasted: float) -> float:
    """1 less the share of the flicker that one common beat explains; samples × pixels."""
    if green.shape[1] > PIXELS:
        green = green[:, :: green.shape[1] // PIXELS]
    wide = max(3, int(SLOW_S * len(green) / lasted) | 1)
    fast = green - cv2.blur(green, (1, wide), borderType=cv2.BORDER_REFLECT)
    shares = np.linalg.eigvalsh((fast @ fast.T).astype(np.float64))
    total = float(shares.sum())
    return 1 - float(shares[-1]) / total if total > 0 else 0.0


def _disorder(body: Bits) -> float:
    """Of samples × pixels: what differs between two samples, to what either has; the median."""
    other = (body[1:] ^ body[:-1]).sum(1)
    either = (body[1:] | body[:-1]).sum(1)
    return float(np.median(other / np.maximum(1, either)))


def _whole(body: Bits, active: Mask) -> float:
    """The largest pieces of the stirring body in parts of it; the median of a few samples."""
    near = grown(active, 1) > 0
    found = []
    for sample in body[:: max(1, len(body) // 6)]:
        pieces = cv2.connectedComponentsWithStats((sample & near).astype(np.uint8))[2]
        if len(pieces) > 1:
            sizes = np.sort(pieces[1:, cv2.CC_STAT_AREA])
            found.append(float(sizes[-SEATS:].sum() / sizes.sum()))
    return float(np.median(found)) if found else 0.0


def _strange(green: npt.NDArray[np.uint8], active: Bits) -> float:
    """What of the change from sample to sample no shift of its blocks explains; the median."""
    places = _blocks(active)
    found = []
    for number in range(1, len(green), max(1, len(green) // 5)):
        before = cv2.copyMakeBorder(
            green[number - 1], REACH, REACH, REACH, REACH, cv2.BORDER_REPLICATE
        )
        change = left = 0.0
        for row, column in places:
            block = green[number, row : row + BLOCK, column : column + BLOCK]
            around = before[
                row : row + block.shape[0] + 2 * REACH, column : column + block.shape[1] + 2 * REACH
            ]
            off = cv2.matchTemplate(around, block, cv2.TM_SQDIFF)
            change += float(off[REACH, REACH])
            left += max(0.0, float(off.min()))
        if change > 0:
            found.append(left / change)
    return float(np.median(found)) if found else 0.0


def _blocks(active: Bits) -> list[tuple[int, int]]:
    """Corners of blocks in which something stirs, spread over the region."""
    rows, columns = active.shape
    for step, share in ((BLOCK, 0.25), (BLOCK // 2, 0.1)):
        places = [
            (row, column)
            for row in range(0, max(1, rows - BLOCK + 1), step)
            for column in range(0, max(1, columns - BLOCK + 1), step)
            if active[row : row + BLOCK, column : column + BLOCK].mean() >= share
        ]
        if places:
            break
    return places[:: max(1, len(places) // BLOCKS)]
