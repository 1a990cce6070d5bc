"""What stills and clips ask the detector for faces, and what they take of a core."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

import cv2
import numpy as np

from edge.vision.camera.darkroom import Darkroom
from edge.vision.camera.faces import Face
from edge.vision.pictures import Image
from tests.fakes.clips import CAR, PEOPLE, WORKER, clip
from tests.fakes.faces import Reel, frame, pasted, portrait, scene, yunet

SECONDS: Final = 8.0
PER_SECOND: Final = 10.0
SIZE: Final = (640, 360)
NOISE: Final = 4.0
"""Steps of gray, of a camera at dusk."""


def noisy(pictures: Sequence[Image]) -> list[Image]:
    """The same, each with noise of its own."""
    chance = np.random.default_rng(1)
    return [
        np.asarray((each + chance.normal(0, NOISE, each.shape)).clip(0, 255), np.uint8)
        for each in pictures
    ]


def walking(side: int, step: int) -> list[Image]:
    """Somebody `side` pixels large who walks so many pixels from one picture to the next."""
    empty, count = scene(*SIZE), round(SECONDS * PER_SECOND)
    way = SIZE[0] - side
    return [
        pasted(empty, portrait(), abs((n * step) % (2 * way) - way), 90, side) for n in range(count)
    ]


def real(name: str) -> list[Image]:
    """A real clip, to and fro."""
    found = clip(name, width=SIZE[0], per_second=PER_SECOND)
    return [each.image for each in found.frames(SECONDS)]


def clips() -> dict[str, Callable[[], list[Image]]]:
    """What is filmed, by its name."""
    still = [scene(*SIZE)] * round(SECONDS * PER_SECOND)
    sitting = [pasted(scene(*SIZE), portrait(), 200, 60, 260)] * len(still)
    return {
        "nobody": lambda: noisy(still),
        "somebody sits still": lambda: noisy(sitting),
        "somebody walks far away": lambda: noisy(walking(80, 4)),
        "somebody walks close by": lambda: noisy(walking(260, 12)),
        "the camera turns": lambda: [np.roll(real(WORKER)[0], 9 * n, axis=1) for n in range(80)],
        "people at a door": lambda: real(PEOPLE),
        "a person in a workshop": lambda: real(WORKER),
        "cars on a road": lambda: real(CAR),
    }


class Counting:
    """The real model, and how often it was asked."""

    def __init__(self) -> None:
        self._find = yunet()
        self.asked = 0

    def __call__(self, image: Image) -> tuple[Face, ...] | None:
        """What the model finds."""
        self.asked += 1
        return self._find(image)


def cost(develop: Callable[[Darkroom], object]) -> dict[str, float]:
    """Questions, and seconds of a core."""
    with TemporaryDirectory() as folder:
        find = Counting()
        dark = Darkroom(find, (), Path(folder))
        began = process_time()
        developed = develop(dark)
        took = process_time() - began
    return {
        "questions": find.asked,
        "core_s": round(took, 2),
        "faces": getattr(developed, "faces", 0),
    }


def main() -> int:
    """Print the costs, clips of eight seconds."""
    cv2.setNumThreads(1)
    empty = scene(1920, 1080)
    person = pasted(empty, portrait(), 700, 200, 600)
    found = {
        "a still of nobody": cost(lambda dark: dark.still(frame(empty))),
        "a still of a person": cost(lambda dark: dark.still(frame(person))),
    }
    for name, filmed in clips().items():
        pictures = filmed()
        reel = Reel(pictures, per_second=PER_SECOND)
        found[name] = cost(partial(Darkroom.clip, recording=reel))
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
