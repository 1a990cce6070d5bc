"""Real clips that tests are run on, decoded to pictures with their own times."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import pytest

from edge.vision.pictures import Frame, Image
from tests.fakes.time import EPOCH
from tests.source_tree import ROOT

CAR: Final = "intel_car-detection.mp4"
"""A road from above, nearly without texture; four cars drive through. 30 s, 768×432."""
PEOPLE: Final = "intel_people-detection.gif"
"""A room with two people at its door. 1.8 s, 480×270."""
WORKER: Final = "intel_worker-zone-detection.gif"
"""A workshop, a person in an orange vest walks away. 4.7 s, 480×270."""
CLIPS: Final = (CAR, PEOPLE, WORKER)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clip:
    """Pictures and when each was taken, in seconds; the first at 0."""

    name: str
    images: tuple[Image, ...]
    times: tuple[float, ...]

    def frames(self, seconds: float | None = None, *, start: float = 0.0) -> Iterator[Frame]:
        """Yield its frames from `t` = `start` on, to and fro for so long; else once."""
        count = len(self.images)
        t, index, step = 0.0, 0, 1
        while t < (seconds or float("inf")):
            at = EPOCH + timedelta(seconds=start + t)
            yield Frame(image=self.images[index], t=start + t, at=at)
            if not 0 <= index + step < count:
                if seconds is None or count == 1:
                    return
                step = -step
            t += abs(self.times[index + step] - self.times[index])
            index += step


def clip_path(name: str) -> Path:
    """Return where a clip lies; skip the test where there is none, fail in CI."""
    given = os.environ.get("WHISTLE_TEST_CLIPS")
    folder = Path(given) if given else ROOT.parent / "shared" / "design" / "clips"
    path = folder / name
    if path.is_file():
        return path
    said = f"{name} is not in {folder}: set WHISTLE_TEST_CLIPS to the folder of the clips"
    if os.environ.get("CI") == "true":
        pytest.fail(said)
    pytest.skip(said)


@lru_cache(maxsize=6)
def clip(name: str, *, width: int | None = None, per_second: float | None = None) -> Clip:
    """Decode a clip, made as narrow as `width`, with so many pictures a second at most.

    Kept for the next test: a whole long clip in full size takes 375 MB, so ask for less.
    """
    cv2.setNumThreads(1)  # as in a camera's process: the pictures here are small
    images: list[Image] = []
    times: list[float] = []
    with av.open(str(clip_path(name))) as container:
        for frame in container.decode(video=0):
            t = frame.time or 0.0
            if times and per_second and t - times[-1] < 1 / per_second - 1e-3:
                continue
            image = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            if width and width < image.shape[1]:
                height = round(image.shape[0] * width / image.shape[1])
                small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
                image = np.asarray(small, np.uint8)
            image.setflags(write=False)
            images.append(image)
            times.append(t)
    return Clip(name=name, images=tuple(images), times=tuple(times))
