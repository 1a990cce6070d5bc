"""Hands pictures from who decodes to who looks; when looking is slower, old ones go."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from edge.vision.pictures import Frame

OLDEST_S: Final = 0.5
"""What has waited longer is not looked at any more: an alarm is about now."""

MOST_BYTES: Final = 32 * 1024 * 1024
"""Thirty pictures of 768 × 432, five of 1080p: a fall is seen whole while a detector is asked."""


class Shown(NamedTuple):
    """A picture to be seen; `broken` when it is damaged."""

    frame: Frame
    broken: bool


class Newest:
    """A short row of pictures; the newest is always in it, older ones as long as there is room."""

    def __init__(self) -> None:
        self._row: deque[Shown] = deque()
        self._bytes = 0
        self._come = threading.Condition()
        self._closed = False
        self.passed_over = 0
        """Pictures that nobody has looked at, since the beginning."""

    def put(self, frame: Frame, *, broken: bool) -> None:
        """Show a picture."""
        with self._come:
            self._row.append(Shown(frame, broken))
            self._bytes += frame.image.nbytes
            while len(self._row) > 1 and self._bytes > MOST_BYTES:
                self._drop()
            self._come.notify()

    def take(self, timeout_s: float) -> Sequence[Shown]:
        """Wait for pictures; return those that count still, oldest first; none when none came."""
        with self._come:
            if not self._row and not self._closed:
                self._come.wait(timeout_s)
            now = time.monotonic()
            while len(self._row) > 1 and self._row[0].frame.t < now - OLDEST_S:
                self._drop()
            taken = tuple(self._row)
            self._row.clear()
            self._bytes = 0
        return taken

    def close(self) -> None:
        """Let who waits go."""
        with self._come:
            self._closed = True
            self._come.notify_all()

    def _drop(self) -> None:
        self._bytes -= self._row.popleft().frame.image.nbytes
        self.passed_over += 1
