"""Many are in a zone at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from edge.vision.analytics.episodes import Episodes, Sighting
from edge.vision.analytics.hours import within
from edge.vision.analytics.presence import Here, Presence
from edge.vision.findings import Box, Finding
from edge.vision.pictures import Frame, Scene
from edge.vision.sections.watch import Crowding as Section
from edge.vision.sections.zone import ZoneSection

HIDDEN_S: Final = 3.0
"""In a crowd people hide each other; who was there so lately still counts."""


class Crowding:
    """One episode for the zone, while so many are there; its box goes around them all."""

    unable = ""
    """It can always tell, whatever the pictures are."""

    def __init__(self, zone: str, section: ZoneSection, watch: Section) -> None:
        self._watch = watch
        self._presence = Presence(section.area or (), watch.classes, watch.confidence)
        self._episodes = Episodes(
            watch.what, zone, "model", after_s=watch.after.total_seconds(), gap_s=HIDDEN_S
        )

    def see(self, frame: Frame) -> None:
        """Not needed."""

    def step(self, scene: Scene) -> Sequence[Finding]:
        """Say whether so many are there."""
        if not scene.looked:
            return ()
        t = scene.frame.t
        present = self._presence.step(scene)
        if not within(self._watch.hours, scene.local):
            return self._episodes.close(t)
        lately = [each for each in present.hidden if t - each.until <= HIDDEN_S]
        crowd = sorted((*present.here, *lately), key=lambda each: each.since)
        sightings = [self._sighted(crowd)] if len(crowd) >= self._watch.count else []
        return self._episodes.step(sightings, t, model=(scene.model, scene.model_sha256))

    def interrupt(self) -> None:
        """Forget who was there."""
        self._presence.forget()
        self._episodes.interrupt()

    def close(self, t: float) -> Sequence[Finding]:
        """End what is open."""
        return self._episodes.close(t)

    def _sighted(self, crowd: Sequence[Here]) -> Sighting:
        """The crowd, oldest first; as sure as the least sure of those that it takes."""
        boxes = [each.track.box for each in crowd]
        scores = sorted((each.track.score for each in crowd), reverse=True)
        untils = sorted((each.until for each in crowd), reverse=True)
        return Sighting(
            key="crowd",
            confidence=scores[self._watch.count - 1],
            box=Box(
                min(box.left for box in boxes),
                min(box.top for box in boxes),
                max(box.right for box in boxes),
                max(box.bottom for box in boxes),
            ),
            label=crowd[0].track.label,
            since=crowd[self._watch.count - 1].since,
            until=untils[self._watch.count - 1],
        )
