"""The thread that looks at pictures: shows each to the looker, says what it finds."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from edge.vision.camera.line import Line
from edge.vision.camera.looker import Looker
from edge.vision.camera.newest import Newest, Shown
from edge.vision.findings import Box, Finding, Ill, Verdict
from edge.vision.pictures import Frame, Track
from edge.vision.words import Found

WAITS_S: Final = 0.2
"""For a picture, before it sees whether it is to stop."""

STOPS_WITHIN_S: Final = 0.3
"""To tell what is over as the session ends; a detector may keep it waiting longer."""

HEAD: Final = 0.4
"""Of the height of a person's box: the head of who stands far away, and of whom the picture's
edge cuts off."""

MOST_HEADS: Final = 20_000
"""Remembered places of heads: twenty people, five times a second, for three minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeing:
    """How it goes, as of the newest picture."""

    ills: Mapping[Ill, Verdict] = field(default_factory=dict)
    motion: bool = False
    analysed: int = 0
    wanted: int = 0
    shed: int = 0
    missing: str = ""
    unable: Mapping[str, str] = field(default_factory=dict)


class Eyes:
    """Owns the looker; what others may read is replaced as a whole, never changed."""

    def __init__(self, looker: Looker, newest: Newest, line: Line) -> None:
        self._looker = looker
        self._newest = newest
        self._line = line
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="eyes", daemon=True)
        self._heads: deque[tuple[float, Box]] = deque(maxlen=MOST_HEADS)
        self.latest: Frame | None = None
        self.tracks: tuple[Track, ...] = ()
        self.seeing = Seeing()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Say what is over because nothing is seen any more; not when a detector is waited for."""
        self._stopping.set()
        self._newest.close()
        self._thread.join(STOPS_WITHIN_S)

    def heads(self, since_t: float, until_t: float) -> tuple[tuple[float, Box], ...]:
        """Return where heads may have been, and when."""
        return tuple(each for each in tuple(self._heads) if since_t <= each[0] <= until_t)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            for shown in self._newest.take(WAITS_S):
                self._see(shown)
            if self.latest is not None and self._looker.due(self.latest.t):
                self._say(self._looker.look(self.latest), self.latest)
                self._remember_heads(self.latest.t)
            self._note()
        if self.latest is not None:
            self._say(self._looker.close(self.latest.t), self.latest)

    def _see(self, shown: Shown) -> None:
        self._looker.see(shown.frame, broken=shown.broken)
        self.latest = shown.frame

    def _note(self) -> None:
        looker = self._looker
        self.tracks = tuple(looker.tracks)
        self.seeing = Seeing(
            ills=dict(looker.ills),
            motion=looker.motion,
            analysed=looker.analysed,
            wanted=looker.wanted,
            shed=looker.shed,
            missing=looker.missing,
            unable=looker.unable,
        )

    def _say(self, findings: Iterable[Finding], frame: Frame) -> None:
        for finding in findings:
            at = frame.at + timedelta(seconds=finding.t - frame.t)
            self._line.say(Found(finding=finding, at=at))

    def _remember_heads(self, t: float) -> None:
        for head in heads_of(self._looker.tracks):
            self._heads.append((t, head))


def heads_of(tracks: Iterable[Track]) -> tuple[Box, ...]:
    """Return the upper parts of the people among what is followed."""
    return tuple(
        Box(box.left, box.top, box.right, box.top + HEAD * (box.bottom - box.top))
        for box in (track.box for track in tracks if track.label == "person")
    )
