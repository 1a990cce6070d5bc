"""Nobody is in a zone: a guard has left his post."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from edge.vision.analytics.episodes import Episodes, Sighting
from edge.vision.analytics.hours import within
from edge.vision.analytics.presence import Presence, shows_in
from edge.vision.findings import Finding
from edge.vision.pictures import Frame, Scene
from edge.vision.sections.watch import Absence as Section
from edge.vision.sections.zone import ZoneSection

HIDDEN_S: Final = 10.0
"""Who was seen so lately and not seen to leave is there, bent under his desk."""

BACK_S: Final = 1.5
"""Somebody has to be there for so long to end it: a single wrong detection does not."""

BLIND_S: Final = 15.0
"""Nobody looked for so long (a detector that is gone or busy): what was before does not count."""


class Absence:
    """One episode for the zone: since the last one was there, until somebody is again."""

    unable = ""
    """It can always tell, whatever the pictures are."""

    def __init__(self, zone: str, section: ZoneSection, watch: Section) -> None:
        self._hours = watch.hours
        self._presence = Presence(section.area or (), watch.classes, watch.confidence, shows_in)
        self._episodes = Episodes(
            watch.what, zone, "model", after_s=watch.after.total_seconds(), gap_s=BACK_S
        )
        self._empty_since: float | None = None
        self._looked: float | None = None

    def see(self, frame: Frame) -> None:
        """Not needed."""

    def step(self, scene: Scene) -> Sequence[Finding]:
        """Say whether nobody has been there for long enough."""
        if not scene.looked:
            return ()
        t = scene.frame.t
        if self._looked is not None and t - self._looked > BLIND_S:
            self.interrupt()
        self._looked = t
        present = self._presence.step(scene)
        if not within(self._hours, scene.local):
            self._empty_since = None
            return self._episodes.close(t)
        lately = [each for each in present.hidden if t - each.until <= HIDDEN_S]
        if present.here or lately:
            self._empty_since = max(each.until for each in (*present.here, *lately))
            return self._episodes.step((), t, model=(scene.model, scene.model_sha256))
        for each in present.over:
            self._empty_since = max(self._empty_since or 0.0, each.until)
        if self._empty_since is None:
            self._empty_since = t
        nobody = Sighting(key="nobody", confidence=1.0, since=self._empty_since)
        return self._episodes.step([nobody], t, model=(scene.model, scene.model_sha256))

    def interrupt(self) -> None:
        """Begin to wait anew: what could not be seen does not count as absence."""
        self._presence.forget()
        self._episodes.interrupt()
        self._empty_since = None

    def close(self, t: float) -> Sequence[Finding]:
        """End what is open."""
        return self._episodes.close(t)
