"""A recording, played to and fro: a place that was really there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np

from edge.model import Value
from edge.vision.pictures import Image
from simulators.cameras.scene import FPS, HEIGHT, WIDTH

MOST_PICTURES: Final = 400
"""In memory: some 280 MB at 640×360, half a minute of a usual clip."""


class Recorded:
    """Plays a file as fast as it was taken, backwards at its end; nothing can be done there."""

    verbs: frozenset[str] = frozenset()

    def __init__(self, path: Path, fps: float = FPS) -> None:
        self.fps = fps
        self._images: list[Image] = []
        self._times: list[float] = []
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                t = float(frame.time or 0.0)
                if self._times and t - self._times[-1] < 1 / fps - 1e-3:
                    continue
                whole = frame.to_ndarray(format="bgr24")
                small = cv2.resize(whole, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
                self._images.append(np.asarray(small, np.uint8))
                self._times.append(t)
                if len(self._images) == MOST_PICTURES:
                    break

    def act(self, verb: str, args: Mapping[str, Value], t: float) -> None:
        """There is no verb here."""

    def draw(self, t: float) -> Image:
        """The picture of this moment."""
        last = len(self._images) - 1
        if last <= 0:
            return self._images[0].copy()
        place = round(t * self.fps) % (2 * last)
        return self._images[place if place <= last else 2 * last - place].copy()
