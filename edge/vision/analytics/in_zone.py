"""Somebody or something is in a zone: intrusion, loitering, a class that is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from edge.vision.analytics.episodes import Episodes, Sighting
from edge.vision.analytics.hours import within
from edge.vision.analytics.presence import Here, Presence, shows_in, stands_in
from edge.vision.findings import Finding
from edge.vision.pictures import Frame, Scene
from edge.vision.sections.watch import ClassSeen, Intrusion, Loitering
from edge.vision.sections.zone import ZoneSection

HIDDEN_S: Final = 5.0
"""Somebody hidden for so long has not gone: a pillar, another person, a picture gone wrong."""


class InZone:
    """One episode for each object, from when it came into the zone until it was last there."""

    unable = ""
    """It can always tell, whatever the pictures are."""

    def __init__(
        self, zone: str, section: ZoneSection, watch: Intrusion | Loitering | ClassSeen
    ) -> None:
        self._hours = watch.hours
        belongs = shows_in if isinstance(watch, ClassSeen) else stands_in
        self._presence = Presence(section.area or (), watch.classes, watch.confidence, belongs)
        self._episodes = Episodes(
            watch.what, zone, "model", after_s=watch.after.total_seconds(), gap_s=HIDDEN_S
        )

    def see(self, frame: Frame) -> None:
        """Not needed."""

    def step(self, scene: Scene) -> Sequence[Finding]:
        """Say who came, stays and went."""
        if not scene.looked:
            return ()
        present = self._presence.step(scene)
        t = scene.frame.t
        if not within(self._hours, scene.local):
            return self._episodes.close(t)
        return self._episodes.step(
            [sighted(each) for each in (*present.here, *present.over)],
            t,
            left=present.outside,
            model=(scene.model, scene.model_sha256),
        )

    def interrupt(self) -> None:
        """Forget who was where."""
        self._presence.forget()
        self._episodes.interrupt()

    def close(self, t: float) -> Sequence[Finding]:
        """End what is open."""
        return self._episodes.close(t)


def sighted(here: Here) -> Sighting:
    """Somebody in a zone, as episodes count it."""
    return Sighting(
        key=here.track.id,
        confidence=here.track.score,
        box=here.track.box,
        label=here.track.label,
        since=here.since,
        until=here.until,
    )
