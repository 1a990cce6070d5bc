"""Looks for faces in a picture: in all of it, then in parts of it, where small ones are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from edge.vision.findings import Box
from edge.vision.pictures import Image


class Face(NamedTuple):
    """Where a face is, or may be where the model is not `sure`: both are hidden."""

    box: Box
    sure: bool = True


FindFaces: TypeAlias = Callable[[Image], tuple[Face, ...] | None]
"""Asks for the faces in a picture, in parts of it; none when nobody can say: no model, no time."""

Square: TypeAlias = tuple[int, int, int, int]
"""A part of a picture, in pixels: left, top, right, bottom."""

SIDES: Final = (1.0, 2 / 3, 1 / 3)
"""Of the squares that are looked at, in parts of the picture's longer side. YuNet sees faces from
a thirtieth of its picture on: so those of a hundredth are found, 20 pixels of 1920. Several of the
small ones in one question would not do: each fills the 320 pixels that YuNet reads."""

OVERLAP: Final = 0.25
"""Of two squares: a face on the edge of one is whole in the other."""

SAME: Final = 0.5
"""Two boxes that share this part of the smaller one are one face, seen twice, or cut by an edge."""


def faces_within(image: Image, square: Square, find: FindFaces) -> tuple[Face, ...] | None:
    """Look at one part of a picture; the faces there, in parts of the whole of it."""
    height, width = image.shape[:2]
    left, top, right, bottom = square
    faces = find(image[top:bottom, left:right])
    if faces is None:
        return None
    return tuple(
        Face(
            Box(
                (left + box.left * (right - left)) / width,
                (top + box.top * (bottom - top)) / height,
                (left + box.right * (right - left)) / width,
                (top + box.bottom * (bottom - top)) / height,
            ),
            sure,
        )
        for box, sure in faces
    )


def squares(width: int, height: int, part: float) -> Iterator[Square]:
    """The squares of one size that together show a picture; `part` of its longer side is theirs."""
    side = max(1, round(max(width, height) * part))
    for top in _starts(height, side):
        for left in _starts(width, side):
            yield left, top, min(width, left + side), min(height, top + side)


def all_squares(image: Image) -> Iterator[Square]:
    """The parts of a picture that are looked at, all of it first, the smallest last."""
    for part in SIDES:
        yield from squares(image.shape[1], image.shape[0], part)


def joined(found: Sequence[Face]) -> tuple[Face, ...]:
    """Each face once: those that are the same become one that holds both."""
    faces: list[Face] = []
    for box, sure in sorted(found, key=lambda each: (not each.sure, -each.box.area)):
        for at, (other, known) in enumerate(faces):
            if overlap(other, box) > SAME:
                both = Box(
                    min(other.left, box.left),
                    min(other.top, box.top),
                    max(other.right, box.right),
                    max(other.bottom, box.bottom),
                )
                faces[at] = Face(both, known or sure)
                break
        else:
            faces.append(Face(box, sure))
    return tuple(faces)


def overlap(one: Box, other: Box) -> float:
    """What two boxes share, in parts of the smaller one."""
    shared = Box(
        max(one.left, other.left),
        max(one.top, other.top),
        min(one.right, other.right),
        min(one.bottom, other.bottom),
    )
    if shared.right <= shared.left or shared.bottom <= shared.top:
        return 0.0
    return shared.area / min(one.area, other.area)


def _starts(length: int, side: int) -> list[int]:
    """Where squares begin along a side, evenly, the last one ending where the picture does."""
    if side >= length:
        return [0]
    count = 1 + -(-(length - side) // max(1, round(side * (1 - OVERLAP))))
    return [round(at * (length - side) / (count - 1)) for at in range(count)]
