"""Tells of what burns and flickers like a flame: a suspicion, never a fire alarm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from edge.vision.analytics.episodes import Episodes, Sighting
from edge.vision.analytics.flame_flicker import likeness, signs
from edge.vision.analytics.flame_trail import Region, Trail, regions
from edge.vision.analytics.hours import within
from edge.vision.analytics.standing import Standing
from edge.vision.analytics.window import Window
from edge.vision.findings import Box, Finding
from edge.vision.geometry import intersection
from edge.vision.pictures import Frame, Scene
from edge.vision.sections.watch import VEHICLES
from edge.vision.sections.watch import FlameSuspected as Section
from edge.vision.sections.zone import ZoneSection

PIXELS: Final = 480
"""The window's longer side: a flame of a hundredth of it still has five pixels."""
JUDGED_S: Final = 0.35
"""Between two looks at how it flickers; costs up to 15 ms where something does."""
LIKE: Final = 0.3
"""From this likeness on a look counts for a flame; rendered fires stay above 0.6 as a rule,
cloth, lamps, screens and traffic below 0.1."""
OFTEN: Final = 0.6
"""In this part of the looks it has to be there while it is held."""
FEWEST: Final = 3
"""Looks that count for it at least, each at other pictures for the most part."""
LOST_S: Final = 1.6
"""A flame that has not looked like one for so long is another when it does again."""
OUT_S: Final = 6.0
"""So long after its last look a flame that has been told is out: smoke hides it for a while."""
STANDS_S: Final = 3.0
"""A vehicle that has stood for so long may itself burn and is no longer left out."""
AROUND: Final = 0.1
"""Boxes of people and vehicles are left out with a rim of this part of their size: lamps shine."""


@dataclass(slots=True, kw_only=True)
class _Place:
    """Where something has looked like a flame: the first and last time, and how often."""

    key: int
    box: Box
    since: float
    last: float
    looks: int = 1
    likes: int = 1
    most: float = 0.0


class FlameSuspected:
    """One episode for each place that flickers; begins when it has for as long as is asked."""

    unable = ""
    """It can always tell, whatever the pictures are."""

    def __init__(self, zone: str, section: ZoneSection, watch: Section) -> None:
        self._hours = watch.hours
        self._after_s = watch.after.total_seconds()
        self._window = Window(section.area or (), PIXELS)
        self._trail = Trail()
        self._episodes = Episodes(watch.what, zone, "classical", gap_s=OUT_S)
        self._standing = Standing()
        self._left_out: tuple[Box, ...] = ()
        self._places: list[_Place] = []
        self._judged = float("-inf")
        self._number = 0

    def see(self, frame: Frame) -> None:
        """Add the picture to the trail, up to fourteen a second."""
        if self._trail.due(frame.t):
            window = self._window.cut(frame.image)
            mask = self._window.without(self._left_out, around=AROUND)
            self._trail.see(window, mask, frame.t)

    def step(self, scene: Scene) -> Sequence[Finding]:
        """Say what began to look like a flame, goes on and is out."""
        t = scene.frame.t
        self._leave_out(scene)
        if not within(self._hours, scene.local):
            self._places.clear()
            return self._episodes.close(t)
        if 0 <= t - self._judged < JUDGED_S:
            return ()
        self._judged = t
        samples = self._trail.samples
        if samples:
            like = [(self._box(each), likeness(signs(samples, each))) for each in regions(samples)]
            self._note([each for each in like if each[1] >= LIKE], t, samples[0].t)
        return self._episodes.step(
            [
                Sighting(
                    key=each.key,
                    confidence=0.4 + 0.5 * each.most,
                    box=each.box,
                    since=each.since,
                    until=each.last,
                )
                for each in self._places
                if each.last == t and self._held(each)
            ],
            t,
        )

    def interrupt(self) -> None:
        """Forget what was seen before; a picture covered for a while shows no flicker."""
        self._trail.forget()
        self._places.clear()
        self._episodes.interrupt()

    def close(self, t: float) -> Sequence[Finding]:
        """End what is open."""
        return self._episodes.close(t)

    def _leave_out(self, scene: Scene) -> None:
        """Remember where people and vehicles on the move are: vests, tail lights, headlights."""
        if not scene.looked:
            return
        vehicles = {each.id: each for each in scene.tracks if each.label in VEHICLES}
        stands = self._standing.step(
            {key: (each.box, each.since) for key, each in vehicles.items()}, scene.frame.t
        )
        moving = (
            each
            for key, each in vehicles.items()
            if scene.frame.t - stands.get(key, scene.frame.t) < STANDS_S
        )
        people = (each for each in scene.tracks if each.label == "person")
        self._left_out = tuple(each.box for each in (*people, *moving))

    def _box(self, region: Region) -> Box:
        rows, columns = region.rows, region.columns
        return self._window.box(
            columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start
        )

    def _note(self, like: Iterable[tuple[Box, float]], t: float, first: float) -> None:
        """Join what looks like a flame now to where something did before."""
        for known in self._places:
            known.looks += 1
        for box, level in like:
            place = self._at(box, t, first)
            place.likes += place.last < t
            place.box, place.last = box, t
            place.most = max(0.7 * place.most, level)
        self._places = [each for each in self._places if t - each.last <= LOST_S]

    def _at(self, box: Box, t: float, first: float) -> _Place:
        """The place of a flame: its box jumps about, but it stays where the fire is."""
        for known in self._places:
            if intersection(known.box, box) > 0:
                return known
        self._number += 1
        self._places.append(_Place(key=self._number, box=box, since=first, last=t))
        return self._places[-1]

    def _held(self, place: _Place) -> bool:
        return (
            place.last - place.since >= self._after_s
            and place.likes >= OFTEN * place.looks
            and place.likes >= FEWEST
        )
