"""Where things are: points in areas, crossings of lines, shares of boxes; parts of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from typing import Final, TypeAlias

from edge.vision.findings import Box

Point: TypeAlias = tuple[float, float]

NEAR: Final = 1e-9
"""On an edge is inside: a zone over the whole picture holds what stands on its rim."""


def overlap(one: Box, other: Box) -> float:
    """What two boxes share of what both cover, 0 to 1 (intersection over union)."""
    shared = intersection(one, other)
    both = one.area + other.area - shared
    return shared / both if both > 0 else 0.0


def intersection(one: Box, other: Box) -> float:
    """The area that two boxes share."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across * down if across > 0 and down > 0 else 0.0


def inside(point: Point, area: Sequence[Point]) -> bool:
    """Whether a point lies in an area or on its edge; areas that cross themselves: even-odd."""
    x, y = point
    within = False
    for (x0, y0), (x1, y1) in pairwise((area[-1], *area)):
        if _on(point, (x0, y0), (x1, y1)):
            return True
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            within = not within
    return within


def share(box: Box, area: Sequence[Point]) -> float:
    """How much of a box lies in an area, 0 to 1."""
    if box.area <= 0:
        return 0.0
    corners: list[Point] = list(area)
    for axis, bound, sign in (
        (0, box.left, 1),
        (0, box.right, -1),
        (1, box.top, 1),
        (1, box.bottom, -1),
    ):
        corners = _cut(corners, axis, bound, sign)
    return min(1.0, abs(_signed_area(corners)) / box.area)


def crossings(start: Point, end: Point, line: Sequence[Point]) -> int:
    """How often a straight way crosses a line from its left to its right, less the way back.

    Seen from the line's first point towards its next; rows of a picture count downwards.
    """
    return sum(_crossing(start, end, a, b) for a, b in pairwise(line))


def distance(point: Point, line: Sequence[Point], aspect: float = 1.0) -> float:
    """How far a point is from a line, in parts of the height; `aspect` is width by height."""
    x, y = point[0] * aspect, point[1]
    return min(
        _to_segment(x, y, (x0 * aspect, y0), (x1 * aspect, y1))
        for (x0, y0), (x1, y1) in pairwise(line)
    )


def passed(start: Point, end: Point, area: Sequence[Point]) -> float:
    """Which part of a straight way lies before it first crosses an area's edge; 0.5 if none."""
    parts = [
        part
        for a, b in pairwise((area[-1], *area))
        if (part := _meets(start, end, a, b)) is not None
    ]
    return min(parts, default=0.5)


def _on(point: Point, start: Point, end: Point) -> bool:
    return _to_segment(*point, start, end) <= NEAR


def _to_segment(x: float, y: float, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = ((x - start[0]) * dx + (y - start[1]) * dy) / length if length > 0 else 0.0
    along = min(max(along, 0.0), 1.0)
    return hypot(x - start[0] - along * dx, y - start[1] - along * dy)


def _side(point: Point, start: Point, end: Point) -> float:
    """Positive right of the way from start to end, as seen in a picture."""
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])


def _crossing(start: Point, end: Point, a: Point, b: Point) -> int:
    """1 from left to right, -1 from right to left, 0 not; a corner counts for one part only."""
    before, after = _side(start, a, b) > 0, _side(end, a, b) > 0
    if before == after:
        return 0
    if (_side(a, start, end) > 0) == (_side(b, start, end) > 0):
        return 0
    return 1 if after else -1


def _meets(start: Point, end: Point, a: Point, b: Point) -> float | None:
    """Which part of the way from start to end lies before it meets the edge from a to b."""
    if not _crossing(start, end, a, b):
        return None
    before, after = _side(start, a, b), _side(end, a, b)
    return before / (before - after)


def _cut(corners: Sequence[Point], axis: int, bound: float, sign: int) -> list[Point]:
    """The part of an area on one side of an upright or level line (Sutherland, Hodgman)."""
    kept: list[Point] = []
    if not corners:
        return kept
    for one, other in pairwise((corners[-1], *corners)):
        before, after = sign * (one[axis] - bound), sign * (other[axis] - bound)
        if (before >= 0) != (after >= 0):
            part = before / (before - after)
            kept.append((one[0] + part * (other[0] - one[0]), one[1] + part * (other[1] - one[1])))
        if after >= 0:
            kept.append(other)
    return kept


def _signed_area(corners: Sequence[Point]) -> float:
    if not corners:
        return 0.0
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise((corners[-1], *corners))) / 2
