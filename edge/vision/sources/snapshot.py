"""A picture that is fetched again and again over HTTP."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Generator

from edge.vision.multipart import MOST_PICTURE
from edge.vision.sections.source import SnapshotSource
from edge.vision.sources import words
from edge.vision.sources.lost import SourceLost, SourceRefused
from edge.vision.sources.still import BEGINS, decode
from edge.vision.sources.taken import Now, Taken
from edge.vision.sources.web import Web, told


class Snapshot:
    """Asks at the pace that is wanted.

    One picture that does not come is no loss yet: cameras answer 503 when somebody else asks.
    When none has come for `every` and `stalled_after` together, the last reason counts.
    """

    def __init__(self, section: SnapshotSource, password: str, now: Now) -> None:
        self._every_s = section.every.total_seconds()
        self._stalled_s = section.stalled_after.total_seconds()
        self._web = Web(section, password)
        self._now = now
        self._closed = threading.Event()
        self._first: bytes | None = None

    def open(self) -> None:
        """Fetch the first picture."""
        self._first = self._fetch()

    def frames(self) -> Generator[Taken, None, None]:
        """Yield a picture each time; one that is the same as before is a new one, too."""
        jpeg = self._first
        had = due = time.monotonic()
        try:
            while not self._closed.is_set():
                if jpeg is not None:
                    had = time.monotonic()
                    yield decode(jpeg, had, self._now())
                due = max(due + self._every_s, time.monotonic())
                if self._closed.wait(due - time.monotonic()):
                    return
                jpeg = self._fetch_again(had)
        finally:
            self._web.hang_up()

    def close(self) -> None:
        """Hang up."""
        self._closed.set()
        self._web.interrupt()

    def _fetch_again(self, had: float) -> bytes | None:
        """Return the next picture; none when it failed and an earlier one is still new enough."""
        try:
            return self._fetch()
        except SourceRefused:
            raise
        except SourceLost:
            if time.monotonic() - had > self._every_s + self._stalled_s:
                raise
            return None

    def _fetch(self) -> bytes:
        try:
            with told(self._stalled_s):
                response = self._web.get()
                _check(response)
                return _jpeg(response.read(MOST_PICTURE + 1))
        except SourceLost:
            self._web.hang_up()
            raise


def _jpeg(body: bytes) -> bytes:
    if len(body) > MOST_PICTURE or not body.startswith(BEGINS):
        raise SourceLost(words.NONSENSE)
    return body


def _check(response: http.client.HTTPResponse) -> None:
    """See that a picture follows; a camera that does not say what follows is believed."""
    kind = response.headers.get("Content-Type", "").lower()
    if kind.startswith("multipart/"):
        raise SourceRefused(words.A_STREAM)
    if kind.startswith("text/"):
        raise SourceRefused(words.A_PAGE)
