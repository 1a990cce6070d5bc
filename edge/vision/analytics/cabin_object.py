"""Tells of something large besides people in a lift's cabin."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from edge.vision.analytics.background import Levels, stirred
from edge.vision.analytics.empty_cabin import EmptyCabin
from edge.vision.analytics.episodes import Episodes, Sighting
from edge.vision.analytics.hours import within
from edge.vision.analytics.masks import cleaned, joined
from edge.vision.analytics.window import Window
from edge.vision.findings import Box, Finding
from edge.vision.pictures import Frame, Scene
from edge.vision.sections.watch import CabinObject as Section
from edge.vision.sections.zone import ZoneSection

PIXELS: Final = 240
"""The window's longer side: what is looked for covers a twentieth of it."""
EVERY_S: Final = 0.2
BEFORE: Final = 10
"""Looks of the last second that are kept."""
PERSON_AROUND: Final = 0.15
"""People are left out with a rim of this part of their size, for shadows and reflections."""
GAP_S: Final = 2.0
"""So long it may be hidden behind people."""
APART_S: Final = 1.0
STIRS: Final = 0.015
"""Without a detector: what moves in this part of itself within a second is taken for somebody."""
SURE, UNSURE = 0.7, 0.4
"""Confidence with a detector that knows people, and without one: whoever stands quite still may
then be taken for a thing."""


class CabinObject:
    """One episode from when something large stands in the cabin until it has been taken out."""

    def __init__(self, zone: str, section: ZoneSection, watch: Section) -> None:
        self._hours = watch.hours
        self._smallest = watch.smallest
        self._after_s = watch.after.total_seconds()
        self._window = Window(section.area or (), PIXELS)
        self._cabin = EmptyCabin(watch.smallest)
        self._episodes = Episodes(watch.what, zone, "classical", after_s=self._after_s, gap_s=GAP_S)
        self._people: tuple[Box, ...] = ()
        self._knows_people = False
        self._before: deque[tuple[float, Levels]] = deque(maxlen=BEFORE)
        self._t = float("-inf")

    @property
    def unable(self) -> str:
        """Why nothing can be told yet, in words for a technician; empty while it can."""
        return "" if self._cabin.known else "cabin_object has not seen the cabin empty yet"

    def see(self, frame: Frame) -> None:
        """Not needed."""

    def step(self, scene: Scene) -> Sequence[Finding]:
        """Say what stands there, and what was taken out."""
        t = scene.frame.t
        if scene.looked:
            self._knows_people = True
            self._people = tuple(each.box for each in scene.tracks if each.label == "person")
        if 0 <= t - self._t < EVERY_S:
            return ()
        self._t = t
        now = np.asarray(
            cv2.GaussianBlur(self._window.cut(scene.frame.image), (5, 5), 0), np.float32
        )
        mask = self._window.mask
        self._cabin.see(now, mask, t, somebody=bool(self._people))
        self._before.append((t, now))
        while len(self._before) > 1 and t - self._before[1][0] >= APART_S:
            self._before.popleft()
        before = self._before[0][1]
        if before.shape != now.shape:
            self._before.clear()
        if not self._cabin.known or before.shape != now.shape:
            return self._episodes.step((), t)
        if not within(self._hours, scene.local):
            return self._episodes.close(t)
        sighting = self._largest(now, before)
        return self._episodes.step([] if sighting is None else [sighting], t)

    def interrupt(self) -> None:
        """The camera may have been turned: the cabin is learnt anew when it is empty."""
        self._cabin.forget()
        self._before.clear()
        self._episodes.interrupt()

    def close(self, t: float) -> Sequence[Finding]:
        """End what is open."""
        return self._episodes.close(t)

    def _largest(self, now: Levels, before: Levels) -> Sighting | None:
        """The largest thing that is no person, if it is large enough."""
        free = self._window.without(self._people, around=PERSON_AROUND)
        other = self._cabin.differs(now, self._window.mask) & free
        other = joined(cleaned(other, 1), 4) & free
        count, names, facts, _ = cv2.connectedComponentsWithStats(other)
        if count <= 1:
            return None
        name = 1 + int(np.argmax(facts[1:, cv2.CC_STAT_AREA]))
        left, top, wide, high, size = (int(each) for each in facts[name])
        if size < self._smallest * self._window.pixels:
            return None
        thing = ((names == name) * 255).astype(np.uint8)
        if not self._knows_people and float(stirred(now, before)[thing > 0].mean()) >= STIRS:
            return None
        if self._cabin.bares(now, thing):
            return None
        part = size / self._window.pixels
        sure = SURE if self._knows_people else UNSURE
        return Sighting(
            key="thing",
            confidence=min(0.9, sure + 0.2 * min(1.0, part / (4 * self._smallest))),
            box=self._window.box(left, top, wide, high),
        )
