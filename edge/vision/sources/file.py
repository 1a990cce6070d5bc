"""A recording played as if it were a camera, again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator

import av
from av.container import InputContainer

from edge.vision.sections.source import FileSource
from edge.vision.sources import words
from edge.vision.sources.lost import SourceLost
from edge.vision.sources.taken import Now, Taken
from edge.vision.sources.video import Video, reason


class File:
    """Plays at the recording's own pace; what was decoded late is not waited for."""

    def __init__(self, section: FileSource, now: Now) -> None:
        self._path = section.path
        self._now = now
        self._closed = threading.Event()

    def open(self) -> None:
        """See that it can be played."""
        self._load().close()

    def frames(self) -> Generator[Taken, None, None]:
        """Yield its pictures, and after the last the first again."""
        while not self._closed.is_set():
            played = 0
            for taken in self._once():
                played += taken.frame is not None
                yield taken
            if not played and not self._closed.is_set():
                raise SourceLost(words.NONSENSE)

    def close(self) -> None:
        """Stop playing."""
        self._closed.set()

    def _load(self) -> InputContainer:
        try:
            return av.open(self._path)
        except av.error.FFmpegError as error:
            raise SourceLost(reason(error)) from None

    def _once(self) -> Iterator[Taken]:
        with self._load() as container:
            video = Video(container, live=False)
            began = time.monotonic()
            first: float | None = None
            end = 0.0
            for packet in container.demux(video.stream):
                if packet.dts is not None and packet.time_base is not None:
                    stamp = float(packet.dts * packet.time_base)
                    first = stamp if first is None else first
                    if self._closed.wait(max(0.0, began + stamp - first - time.monotonic())):
                        return
                    end = stamp - first + float((packet.duration or 0) * packet.time_base)
                yield from video.decode(packet, time.monotonic(), self._now())
            self._closed.wait(max(0.0, began + end - time.monotonic()))
