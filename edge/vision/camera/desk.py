"""Where a camera is asked for pictures: what can be had is made, what cannot is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from edge.vision.camera.bench import Bench
from edge.vision.camera.captures import Captures, Clip, Shared
from edge.vision.camera.darkroom import Darkroom, Developed
from edge.vision.camera.eyes import Eyes, heads_of
from edge.vision.camera.line import Line
from edge.vision.camera.ring import Ring
from edge.vision.words import Capture, Job, Kept, Look, Refused, Seen

MOST_STILLS: Final = 8
MOST_CLIPS: Final = 4
"""Waiting to be made. A clip that waits holds what the ring held: tens of megabytes at worst."""

NO_PICTURE: Final = "no picture has come from the camera yet"
NO_EVIDENCE: Final = "pictures are kept nowhere"
TOO_MUCH: Final = "too many pictures of this camera are being made already"

MARGIN_S: Final = 1.0
"""Between the longest clip and what the ring keeps: it is cut a moment after its end."""


class Desk:
    """Stills and looks are made on one bench, clips on another: a technician looks meanwhile."""

    def __init__(
        self, line: Line, ring: Ring, eyes: Eyes, job: Job, darkroom: Callable[[], Darkroom]
    ) -> None:
        self._kept = bool(job.evidence)
        self._line = line
        self._ring = ring
        self._eyes = eyes
        self._captures = Captures(max(MARGIN_S, job.ring_s - MARGIN_S), line.say)
        self._stills, self._clips = Bench("stills", MOST_STILLS), Bench("clips", MOST_CLIPS)
        self._for_stills, self._for_clips = darkroom(), darkroom()

    @property
    def idle(self) -> bool:
        """Whether nothing is under way any more."""
        return not self._captures.waiting and self._stills.idle and self._clips.idle

    def capture(self, word: Capture) -> None:
        """Make a still now, and a clip once its time is over."""
        frame = self._eyes.latest
        if frame is None or not self._kept:
            reason = NO_PICTURE if self._kept else NO_EVIDENCE
            self._line.say(Refused(id=word.id, reason=reason))
            return
        now = time.monotonic()
        self._captures.clip(word, now)
        still = self._captures.still(word, now)
        heads = heads_of(self._eyes.tracks)
        if still is not None and not self._stills.offer(
            lambda: _make(still, lambda: self._for_stills.still(frame, heads))
        ):
            still.done(Refused(id=word.id, reason=TOO_MUCH))

    def look(self, word: Look) -> None:
        """Answer with a picture that is kept nowhere."""
        frame, tracks = self._eyes.latest, self._eyes.tracks
        if frame is None:
            self._line.say(Refused(id=word.id, reason=NO_PICTURE))
            return

        def show() -> None:
            jpeg, blurred = self._for_stills.glance(frame, word.width, heads_of(tracks))
            boxes = tuple((track.label, track.box) for track in tracks)
            self._line.say(Seen(id=word.id, jpeg=jpeg, at=frame.at, boxes=boxes, blurred=blurred))

        if not self._stills.offer(show):
            self._line.say(Refused(id=word.id, reason=TOO_MUCH))

    def step(self, now: float) -> None:
        """Cut the clips whose time is over; infinity cuts all, with what there is."""
        for clip in self._captures.due(now):
            self._cut(clip)

    def _cut(self, clip: Clip) -> None:
        recording = self._ring.cut(clip.since, clip.until)
        heads = self._eyes.heads(clip.since, clip.until)
        if not self._clips.offer(
            lambda: _make(clip.shared, lambda: self._for_clips.clip(recording, heads))
        ):
            clip.shared.done(Refused(id="", reason=TOO_MUCH))


def _make(shared: Shared, develop: Callable[[], Developed]) -> None:
    """Develop, and tell all who wait how it went."""
    try:
        developed = develop()
    except OSError as error:
        reason = f"the evidence folder takes nothing: {error.strerror}"
        shared.done(Refused(id="", reason=reason))
    except ValueError as error:
        shared.done(Refused(id="", reason=str(error)))
    else:
        shared.done(_kept(developed))


def _kept(developed: Developed) -> Kept:
    return Kept(
        capture="",
        kind=developed.kind,
        file=developed.file,
        media_type=developed.media_type,
        size=developed.size,
        sha256=developed.sha256,
        blurred=developed.blurred,
        began=developed.began,
        ended=developed.ended,
        faces=developed.faces,
    )
