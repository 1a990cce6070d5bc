"""Pictures with faces in them, recordings of such, and somebody who finds them by their colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Final

import cv2
import numpy as np

from edge.vision.camera.faces import Face, FindFaces
from edge.vision.detect.asking import Answer
from edge.vision.detect.client import LocalDetector
from edge.vision.findings import Box
from edge.vision.pictures import Frame, Image
from tests.fakes.models import real_models
from tests.fakes.time import EPOCH
from tests.source_tree import ROOT

FACE: Final = Box(0.34, 0.10, 0.54, 0.35)
"""Where the face is in the portrait."""

MAGENTA: Final = (255, 0, 255)
"""A face to who looks for faces by their colour."""


@cache
def portrait() -> Image:
    """A person, from the chest up, 512 × 512."""
    image = cv2.imread(str(ROOT / "tests" / "cases" / "vision" / "portrait.jpg"))
    assert image is not None
    return np.asarray(image, np.uint8)


@cache
def yunet() -> FindFaces:
    """The real model that finds faces, in this process; skips where it is not at hand."""
    detector = LocalDetector([real_models()])

    def find(image: Image) -> tuple[Face, ...] | None:
        answer = detector.ask(image, "yunet", 10.0)
        if not isinstance(answer, Answer):
            return None
        return tuple(Face(each.box, each.sure) for each in answer.objects)

    return find


def pattern(side: int) -> Image:
    """What counts as a face to who looks for it by its colour: a board of magenta and green."""
    board = (np.indices((side, side)) // max(1, side // 4)).sum(axis=0) % 2
    picture = np.where(board[:, :, None] == 0, MAGENTA, (0, 200, 0))
    return np.asarray(picture, np.uint8)


def left_of_it(image: Image) -> int:
    """How many pixels of such a face can still be seen."""
    return int((np.abs(image.astype(int) - MAGENTA).max(axis=2) < 60).sum())


def by_colour(image: Image) -> tuple[Face, ...]:
    """Find the one face that is such a board."""
    there = (image == np.array(MAGENTA, np.uint8)).all(axis=2)
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not len(rows):
        return ()
    height, width = image.shape[:2]
    box = Box(
        columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height
    )
    return (Face(box),)


def scene(width: int, height: int) -> Image:
    """A wall with some texture and nobody before it."""
    across = np.linspace(90, 150, width, dtype=np.float32)
    down = 12 * np.sin(np.arange(height, dtype=np.float32) / 5)
    gray = (across[None, :] + down[:, None]).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), np.uint8)


def pasted(image: Image, part: Image, left: int, top: int, side: int) -> Image:
    """A copy with a square picture in it, as far as it lies within."""
    copy = image.copy()
    scaled = cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA)
    fits = copy[top : top + side, left : left + side]
    fits[:] = scaled[: fits.shape[0], : fits.shape[1]]
    return copy


def frame(image: Image, t: float = 0.0) -> Frame:
    """A picture that was taken so many seconds after the epoch."""
    return Frame(image, t, EPOCH + timedelta(seconds=t))


@dataclass(frozen=True)
class Reel:
    """A recording that is in memory as pictures, so many a second."""

    pictures: Sequence[Image]
    per_second: float = 10.0

    def frames(self) -> Iterator[Frame]:
        """Each in turn."""
        for number, image in enumerate(self.pictures):
            yield frame(image, number / self.per_second)


def likeness(one: Image, other: Image) -> float:
    """How far two pictures of one face agree in what tells faces apart: 1 the same, 0 nothing.

    The broad light and shade is taken out of both first: every head has that.
    """
    fine = []
    for image in (one, other):
        gray = cv2.cvtColor(cv2.resize(image, (48, 48)), cv2.COLOR_BGR2GRAY).astype(np.float32)
        detail = gray - cv2.GaussianBlur(gray, (0, 0), 6)
        fine.append(detail - detail.mean())
    product = float((fine[0] * fine[1]).sum())
    size = float(np.sqrt((fine[0] ** 2).sum() * (fine[1] ** 2).sum()))
    return abs(product) / size if size else 0.0
