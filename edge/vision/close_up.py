"""Looking closer at a part of the picture: a detector finds more where things are larger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from edge.vision.findings import Box
from edge.vision.geometry import intersection
from edge.vision.pictures import Detection, Image
from edge.vision.sections.watch import LaneOccupied
from edge.vision.sections.zone import ZoneSection
from edge.vision.track.alike import group

EVERY_S: Final = 0.9
"""What stands can be looked at in turn, once a second: a fifth more for the detector to do."""

AROUND: Final = 0.2
"""Of the picture, around the zone: a car alone fills the part and is taken for a suitcase, with
some road about it it is known (0.0 and 0.45 to 0.88 with the same cars from above)."""

LARGEST: Final = 0.8
"""Of the picture: a zone that is nearly all of it is seen well enough with the rest."""

RIM: Final = 0.01
"""What comes so near the edge of the part is cut off, and is left to the whole picture."""

ONE: Final = 0.6
"""Two boxes that share so much of the smaller are one thing."""


class CloseUps:
    """The parts that are worth it, one at a time: where a vehicle may stand for long."""

    def __init__(self, zones: Iterable[ZoneSection]) -> None:
        parts = (
            _around(zone.area)
            for zone in zones
            if zone.area and any(isinstance(watch, LaneOccupied) for watch in zone.watch)
        )
        self._parts = tuple(part for part in parts if part.area <= LARGEST)
        self._turn = 0
        self._t = float("-inf")

    def due(self, t: float) -> Box | None:
        """The part to look at now, if it is time for one."""
        if not self._parts or 0 <= t - self._t < EVERY_S:
            return None
        self._t = t
        self._turn += 1
        return self._parts[self._turn % len(self._parts)]


def cut(image: Image, part: Box) -> Image:
    """That part of a picture, without a copy."""
    rows, columns = image.shape[:2]
    top, bottom = int(part.top * rows), max(int(part.bottom * rows), int(part.top * rows) + 1)
    left, right = (
        int(part.left * columns),
        max(int(part.right * columns), int(part.left * columns) + 1),
    )
    return np.ascontiguousarray(image[top:bottom, left:right])


def merged(
    found: Sequence[Detection], closer: Iterable[Detection], part: Box
) -> Sequence[Detection]:
    """What was found in the whole picture and in a part of it, each thing by its better look."""
    kept = list(found)
    for each in closer:
        if _cut_off(each.box, part):
            continue
        better = replace(each, box=_placed(each.box, part))
        rivals = [other for other in kept if _one(better, other)]
        if all(other.score < better.score for other in rivals):
            kept = [other for other in kept if other not in rivals]
            kept.append(better)
    return kept


def _around(area: Sequence[tuple[float, float]]) -> Box:
    across, down = [x for x, _ in area], [y for _, y in area]
    return Box(
        max(0.0, min(across) - AROUND),
        max(0.0, min(down) - AROUND),
        min(1.0, max(across) + AROUND),
        min(1.0, max(down) + AROUND),
    )


def _cut_off(box: Box, part: Box) -> bool:
    """Whether the part's edge goes through it, where that is not the picture's own."""
    return (
        (box.left < RIM and part.left > 0)
        or (box.top < RIM and part.top > 0)
        or (box.right > 1 - RIM and part.right < 1)
        or (box.bottom > 1 - RIM and part.bottom < 1)
    )


def _placed(box: Box, part: Box) -> Box:
    wide, high = part.right - part.left, part.bottom - part.top
    return Box(
        part.left + box.left * wide,
        part.top + box.top * high,
        part.left + box.right * wide,
        part.top + box.bottom * high,
    )


def _one(one: Detection, other: Detection) -> bool:
    smaller = min(one.box.area, other.box.area)
    alike = group(one.label) == group(other.label)
    return alike and intersection(one.box, other.box) >= ONE * smaller
