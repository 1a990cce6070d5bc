"""The thread that takes pictures from the source: into the ring, and before who looks."""

from __future__ import annotations

import threading
import time
from typing import Final

from edge.vision.camera.newest import Newest
from edge.vision.camera.rate import Rate
from edge.vision.camera.ring import Ring
from edge.vision.sources import words
from edge.vision.sources.lost import SourceLost
from edge.vision.sources.taken import Source, Taken

TAKES_LEAVE_WITHIN_S: Final = 0.5
"""For the camera to be told that we go; many let only a few watch at once."""


class Filming:
    """Counts what comes and remembers when; one thread writes, others read.

    `heard` is when the last picture came, `decoded` when the last that could be shown did, both
    none before the first; `lost` says why no more will come.
    """

    def __init__(self, source: Source, ring: Ring, newest: Newest) -> None:
        self._source = source
        self._ring = ring
        self._newest = newest
        self._rate = Rate()
        self._thread = threading.Thread(target=self._film, name="filming", daemon=True)
        self.heard: float | None = None
        self.decoded: float | None = None
        self.size: tuple[int, int] | None = None
        self.codec = ""
        self.frames = 0
        self.broken = 0
        self.fps = 0.0
        self.lost = ""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def take_leave(self) -> None:
        """Stop, and give the source a moment to say so to its camera."""
        self._source.close()
        self._thread.join(TAKES_LEAVE_WITHIN_S)

    def _film(self) -> None:
        try:
            self._source.open()
            for taken in self._source.frames():
                self._note(taken)
            self.lost = words.CLOSED
        except SourceLost as lost:
            self.lost = str(lost)

    def _note(self, taken: Taken) -> None:
        now = time.monotonic()
        self._rate.note(now)
        self.fps = self._rate.per_second(now)
        self.frames += 1
        self.broken += taken.broken
        self.heard = now
        if taken.packet is not None:
            self.codec = taken.packet.codec.name
            self._ring.add(taken.packet)
        if taken.frame is not None:
            height, width = taken.frame.image.shape[:2]
            self.size = (width, height)
            self.decoded = now
            self._newest.put(taken.frame, broken=taken.broken)
