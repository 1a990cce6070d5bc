"""Tells of what was put down in a zone and stays there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2

from edge.vision.analytics.background import Background
from edge.vision.analytics.episodes import Episodes, Sighting
from edge.vision.analytics.hours import within
from edge.vision.analytics.places import Place, Places
from edge.vision.analytics.window import Mask, Window
from edge.vision.findings import Box, Finding
from edge.vision.pictures import Frame, Scene
from edge.vision.sections.watch import LeftObject as Section
from edge.vision.sections.zone import ZoneSection

PIXELS: Final = 320
"""The window's longer side: a bag of the smallest size, 0.002 of a picture, has a hundred."""
EVERY_S: Final = 0.2
"""Five looks a second are plenty for what lies still."""
DRIFT_S: Final = 60.0
"""The background follows the sun within this time."""
HIDDEN_S: Final = 4.0
"""So long a thing may be hidden once its place looks empty, before it is over."""
PERSON_AROUND: Final = 0.1
"""People are left out with a rim of this part of their size: shoes, bags in their hands."""
SURE, UNSURE = 0.75, 0.5
"""Confidence with a detector that knows people, and without one."""


class LeftObject:
    """One episode for each thing, from when it came to rest until it was taken away.

    People are left out where a detector finds them; without one, whoever stands stirs a little
    and a bag does not. What was taken away and shows the floor behind it is not told, nor is
    light that falls in.
    """

    unable = ""
    """It can always tell, whatever the pictures are."""

    def __init__(self, zone: str, section: ZoneSection, watch: Section) -> None:
        self._hours = watch.hours
        self._smallest = watch.smallest
        self._after_s = watch.after.total_seconds()
        self._window = Window(section.area or (), PIXELS)
        self._background = Background(DRIFT_S)
        self._places = Places(self._background)
        self._episodes = Episodes(watch.what, zone, "classical", gap_s=HIDDEN_S)
        self._people: tuple[Box, ...] = ()
        self._sure = UNSURE
        self._t = float("-inf")

    def see(self, frame: Frame) -> None:
        """Not needed."""

    def step(self, scene: Scene) -> Sequence[Finding]:
        """Say what has lain there long enough, and what was taken away."""
        t = scene.frame.t
        if scene.looked:
            self._people = tuple(each.box for each in scene.tracks if each.label == "person")
            self._sure = SURE
        if 0 <= t - self._t < EVERY_S:
            return ()
        self._t = t
        window = self._window.cut(scene.frame.image)
        mask = self._window.without(self._people, around=PERSON_AROUND)
        self._background.see(window, self._window.mask, t, self._window.mask & ~mask)
        if self._background.anew:
            self._places.forget()
        if not self._background.ready:
            return self._episodes.step((), t)
        self._places.step(mask, self._smallest / self._window.part, t)
        if not within(self._hours, scene.local):
            return self._episodes.close(t)
        return self._episodes.step([self._sighting(each) for each in self._told(mask)], t)

    def interrupt(self) -> None:
        """Forget what the zone looks like: the camera may have been moved meanwhile."""
        self._background.forget()
        self._places.forget()
        self._episodes.interrupt()

    def close(self, t: float) -> Sequence[Finding]:
        """End what is open."""
        return self._episodes.close(t)

    def _told(self, mask: Mask) -> Sequence[Place]:
        """Those that have rested long enough; one that is told stays so while it is there."""
        return [
            each
            for each in self._places.known
            if self._episodes.since(each.key) is not None
            or (
                each.lifeless
                and each.seen - each.since >= self._after_s
                and cv2.countNonZero(each.pixels & mask) >= each.size / 2
            )
        ]

    def _sighting(self, place: Place) -> Sighting:
        left, top, wide, high = cv2.boundingRect(place.pixels)
        return Sighting(
            key=place.key,
            confidence=self._sure,
            box=self._window.box(left, top, wide, high),
            since=place.since,
            until=place.seen,
        )
