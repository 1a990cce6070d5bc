"""A stream of JPEG pictures over HTTP."""

from __future__ import annotations

import http.client
import time
from collections.abc import Generator
from typing import Final

from edge.vision.multipart import Parts, boundary_in
from edge.vision.sections.source import MjpegSource
from edge.vision.sources import words
from edge.vision.sources.lost import SourceLost, SourceRefused
from edge.vision.sources.still import decode, packet_of
from edge.vision.sources.taken import Now, Taken
from edge.vision.sources.web import Web, told

AT_ONCE: Final = 1 << 20
"""Bytes read in one go: all that the kernel holds for us."""

MOST_SKIPPED: Final = 16
"""Pictures that are passed over for newer ones before one is decoded, whatever still waits."""


class Mjpeg:
    """Reads parts as they come; of several that wait only the newest is decoded."""

    def __init__(self, section: MjpegSource, password: str, now: Now) -> None:
        self._stalled_s = section.stalled_after.total_seconds()
        self._web = Web(section, password)
        self._now = now
        self._closed = False
        self._response: http.client.HTTPResponse | None = None
        self._parts: Parts | None = None

    def open(self) -> None:
        """Connect and see that a stream of pictures comes."""
        try:
            with told(self._stalled_s):
                self._response = self._web.get()
                self._parts = Parts(_boundary(self._response))
        except SourceLost:
            self._web.hang_up()
            raise

    def frames(self) -> Generator[Taken, None, None]:
        """Yield each picture that is newest when it is whole, and the others undecoded."""
        assert self._response is not None  # noqa: S101 - it has been opened
        assert self._parts is not None  # noqa: S101 - it has been opened
        try:
            while not self._closed:
                with told(self._stalled_s):
                    jpegs = self._batch(self._response, self._parts)
                t, at = time.monotonic(), self._now()
                for older in jpegs[:-1]:
                    yield Taken(packet=packet_of(older, t, at))
                for newest in jpegs[-1:]:
                    yield decode(newest, t, at)
        finally:
            self._web.hang_up()

    def close(self) -> None:
        """Hang up."""
        self._closed = True
        self._web.interrupt()

    def _batch(self, response: http.client.HTTPResponse, parts: Parts) -> list[bytes]:
        """Wait for a whole picture; take those along that have come meanwhile."""
        jpegs: list[bytes] = []
        while not jpegs or (len(jpegs) < MOST_SKIPPED and self._web.more_waits()):
            more = response.read1(AT_ONCE)
            if not more:
                if jpegs or self._closed:
                    break
                raise SourceLost(words.CLOSED)
            jpegs += [part.body for part in parts.feed(more)]
        return jpegs


def _boundary(response: http.client.HTTPResponse) -> bytes:
    content_type = response.headers.get("Content-Type", "")
    boundary = boundary_in(content_type)
    if boundary:
        return boundary
    if content_type.lower().startswith("image/"):
        raise SourceRefused(words.A_PICTURE)
    raise SourceRefused(words.A_PAGE if "text/" in content_type.lower() else words.NONSENSE)
