"""Scenes shown to one watch, as fast as it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import cv2
import numpy as np

from edge.vision.analytics.watching import watching
from edge.vision.findings import Box, Finding
from edge.vision.pictures import Frame, Image, Scene, Track
from edge.vision.sections.zone import ZoneSection
from tests.fakes.time import EPOCH

WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
Area = Sequence[tuple[float, float]]
Tracks = Callable[[float], Sequence[Track] | None]
"""What a detector that looked at `t` follows; none where there is no detector."""


def no_detector(t: float) -> None:
    """Nobody looks for people."""
    del t


class Watched:
    """One watch in one zone; `findings` is all that it has said, `unable` what it lacks."""

    def __init__(self, watch: dict[str, object], area: Area = WHOLE) -> None:
        section = ZoneSection.model_validate(
            {
                "name": {"zh": "区", "en": "zone"},
                "area": [list(corner) for corner in area],
                "watch": [watch],
            }
        )
        self.watching = watching("zone", section)[0]
        self.findings: list[Finding] = []
        self.t = 0.0
        self._due = float("-inf")

    def show(
        self, frames: Iterable[Frame], *, tracks: Tracks = no_detector, every_s: float = 0.2
    ) -> list[Finding]:
        """Let it see each frame and analyse one every so often; return what it said."""
        said: list[Finding] = []
        for frame in frames:
            self.t = frame.t
            self.watching.see(frame)
            if frame.t < self._due - 1e-6:
                continue
            self._due = frame.t + every_s
            followed = tracks(frame.t)
            scene = Scene(
                frame=frame, local=frame.at, tracks=followed or (), looked=followed is not None
            )
            said += self.watching.step(scene)
        self.findings += said
        return said

    def phases(self) -> list[str]:
        """Begin, update, end as they came."""
        return [finding.phase for finding in self.findings]


def filmed(
    scene: Callable[[float], Image], seconds: float, fps: float, *, start: float = 0.0
) -> Iterable[Frame]:
    """Yield the scene as a camera with a little noise would see it."""
    random = np.random.default_rng(1)
    grain: list[np.ndarray[tuple[int, ...], np.dtype[np.int16]]] = []
    for number in range(round(seconds * fps)):
        t = start + number / fps
        image = scene(t)
        if not grain:
            grain = [random.normal(0, 2, image.shape).astype(np.int16) for _ in range(4)]
        noisy = cv2.add(image, grain[int(random.integers(4))], dtype=cv2.CV_8U)
        yield Frame(image=np.asarray(noisy, np.uint8), t=t, at=EPOCH + timedelta(seconds=t))


def person(t: float, box: Box) -> Track:
    """Somebody whom a detector sees now."""
    return Track(id=1, box=box, label="person", score=0.8, since=0.0, seen=t)
