"""Plans which stills and clips are made for which requests: what is alike is shared (pure)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from msgspec.structs import replace

from edge.vision.words import Capture, Kept, Refused

STILL_SHARED_S: Final = 1.0
"""Alarms come in showers: within a second the same still serves them all."""

Say: TypeAlias = Callable[[Kept | Refused], None]


class Shared:
    """One picture or clip for one or more requests; what becomes of it is told to each."""

    def __init__(self, t: float, say: Say) -> None:
        self.t = t
        self._say = say
        self._ids: list[str] = []
        self._word: Kept | Refused | None = None
        self._one = threading.Lock()

    def join(self, capture: str) -> None:
        """Serve one more; at once when it is made already."""
        with self._one:
            self._ids.append(capture)
            word = self._word
        if word is not None:
            self._tell(word, capture)

    def done(self, word: Kept | Refused) -> None:
        """Say how it went to all who wait; whose ids stand in `word` does not matter."""
        with self._one:
            self._word = word
            ids = tuple(self._ids)
        for capture in ids:
            self._tell(word, capture)

    def _tell(self, word: Kept | Refused, capture: str) -> None:
        if isinstance(word, Kept):
            self._say(replace(word, capture=capture))
        else:
            self._say(replace(word, id=capture))


@dataclass(slots=True, kw_only=True)
class Clip:
    """A clip that is not cut yet, from `since` to `until` in seconds of the frames' clock."""

    since: float
    until: float
    shared: Shared


class Captures:
    """Requests become stills and clips; those whose times overlap become one.

    A clip never grows longer than `longest_s`, what the ring holds: a request that would make it
    longer begins another.
    """

    def __init__(self, longest_s: float, say: Say) -> None:
        self._longest_s = longest_s
        self._say = say
        self._still: Shared | None = None
        self._clips: list[Clip] = []

    @property
    def waiting(self) -> bool:
        """Whether a clip is still being filmed."""
        return bool(self._clips)

    def still(self, capture: Capture, now: float) -> Shared | None:
        """Return a new still to be made; none when an earlier one serves."""
        new = None
        if self._still is None or now - self._still.t > STILL_SHARED_S:
            self._still = new = Shared(now, self._say)
        self._still.join(capture.id)
        return new

    def clip(self, capture: Capture, now: float) -> None:
        """Plan its clip, in one with what is being filmed where that fits."""
        since = now - max(0.0, min(capture.before_s, self._longest_s))
        until = now + max(0.0, min(capture.after_s, self._longest_s - (now - since)))
        for clip in self._clips:
            first, last = min(since, clip.since), max(until, clip.until)
            if last - first <= self._longest_s:
                clip.since, clip.until = first, last
                clip.shared.join(capture.id)
                return
        shared = Shared(now, self._say)
        shared.join(capture.id)
        self._clips.append(Clip(since=since, until=until, shared=shared))

    def due(self, now: float) -> list[Clip]:
        """Return the clips whose time is over; infinity: all there are, as far as they got."""
        due = [clip for clip in self._clips if clip.until <= now]
        self._clips = [clip for clip in self._clips if clip.until > now]
        return due
