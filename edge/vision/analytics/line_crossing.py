"""Somebody crosses a line, one way or the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from edge.vision.analytics.episodes import Episodes, Sighting
from edge.vision.analytics.hours import within
from edge.vision.analytics.presence import counts
from edge.vision.findings import Finding
from edge.vision.geometry import Point, crossings, distance
from edge.vision.pictures import Frame, Scene, Track
from edge.vision.sections.watch import LineCrossing as Section
from edge.vision.sections.zone import ZoneSection

CLEAR: Final = 0.04
"""How far from the line a foot has to be to be on one side of it, in the height of its box: a
box's edge trembles by less."""

LEAST_CLEAR: Final = 0.004
"""In parts of the picture's height, for what is far away: two pixels of 480."""


class LineCrossing:
    """A begin and an end at once for each crossing; the label is `person left_to_right`.

    Somebody has crossed who was clear of the line on one side and now is on the other, and
    whose way between the two leads across it and not past its ends.
    """

    unable = ""
    """It can always tell, whatever the pictures are."""

    def __init__(self, zone: str, section: ZoneSection, watch: Section) -> None:
        self._watch = watch
        self._line: Sequence[Point] = section.line or ()
        self._clear: dict[int, Point] = {}
        self._episodes = Episodes(watch.what, zone, "model")

    def see(self, frame: Frame) -> None:
        """Not needed."""

    def step(self, scene: Scene) -> Sequence[Finding]:
        """Say who has crossed."""
        if not scene.looked:
            return ()
        t = scene.frame.t
        told = within(self._watch.hours, scene.local)
        rows, columns = scene.frame.image.shape[:2]
        found = []
        for track in scene.tracks:
            if track.seen < t or not counts(track, self._watch.classes, self._watch.confidence):
                continue
            direction = self._crossed(track, columns / rows)
            if direction and told and self._watch.direction in {direction, "both"}:
                sighting = Sighting(
                    key=track.id,
                    confidence=track.score,
                    box=track.box,
                    label=f"{track.label} {direction}",
                )
                model = (scene.model, scene.model_sha256)
                found += self._episodes.instant(sighting, t, model=model)
        alive = {track.id for track in scene.tracks}
        self._clear = {key: point for key, point in self._clear.items() if key in alive}
        return found

    def interrupt(self) -> None:
        """Forget who was on which side."""
        self._clear.clear()

    def close(self, t: float) -> Sequence[Finding]:
        """Nothing is open."""
        del t
        return ()

    def _crossed(self, track: Track, aspect: float) -> str:
        """Which way somebody has crossed since he was last clear of the line; empty: not."""
        foot = track.box.foot
        clear = max(LEAST_CLEAR, CLEAR * (track.box.bottom - track.box.top))
        if distance(foot, self._line, aspect) < clear:
            return ""
        before = self._clear.get(track.id)
        self._clear[track.id] = foot
        net = crossings(before, foot, self._line) if before is not None else 0
        if net == 0:
            return ""
        return "left_to_right" if net > 0 else "right_to_left"
