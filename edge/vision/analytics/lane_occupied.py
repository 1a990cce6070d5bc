"""A vehicle stands where none may: in a fire lane."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from edge.vision.analytics.blocking import Blocking, Thing, stout
from edge.vision.analytics.episodes import Episodes, Sighting
from edge.vision.analytics.hours import within
from edge.vision.analytics.in_zone import sighted
from edge.vision.analytics.presence import Here, Presence, covers
from edge.vision.analytics.standing import Standing
from edge.vision.findings import Box, Finding
from edge.vision.geometry import intersection
from edge.vision.pictures import Frame, Scene
from edge.vision.sections.watch import LaneOccupied as Section
from edge.vision.sections.zone import ZoneSection

HIDDEN_S: Final = 20.0
"""So long a vehicle that stood there is believed in without being seen: a van before it, a
detector that finds it in one picture of many. One that was seen to drive off is gone at once."""

ONE: Final = 0.5
"""A resting thing and a vehicle that share so much of the smaller are one."""

ALONE_S: Final = 5.0
"""When no detector has looked for so long, the picture alone is gone by."""

UNKNOWN: Final = 0.5
"""Confidence in something as large as a vehicle that no detector knows."""


class LaneOccupied:
    """One episode for each vehicle: from when it stands in the zone until it has left it.

    What stands for less than `after` is traffic. Once told, it may move a little: the lane is as
    blocked as before. Something large that has come to rest there and that no detector knows is
    told too, on the word of the picture alone: from above, cars are hard to know.
    """

    unable = ""
    """It can always tell, whatever the pictures are."""

    def __init__(self, zone: str, section: ZoneSection, watch: Section) -> None:
        self._hours = watch.hours
        self._after_s = watch.after.total_seconds()
        area = section.area or ()
        self._presence = Presence(area, watch.classes, watch.confidence, covers)
        self._standing = Standing()
        self._blocking = Blocking(area)
        self._episodes = Episodes(watch.what, zone, "model", gap_s=HIDDEN_S)
        self._empty: set[int | str] = set()
        self._there: set[int | str] = set()
        self._same: dict[int | str, int | str] = {}
        self._looked = float("-inf")

    def see(self, frame: Frame) -> None:
        """Not needed."""

    def step(self, scene: Scene) -> Sequence[Finding]:
        """Say what has stood there for long enough, and what has gone."""
        t = scene.frame.t
        things = self._blocking.step(scene)
        self._empty |= {self._name(key) for key in self._blocking.gone}
        self._empty &= self._episodes.keys
        if not scene.looked and t - self._looked < ALONE_S:
            return ()
        standing, left = self._look(scene, things) if scene.looked else ((), ())
        if not within(self._hours, scene.local):
            return self._episodes.close(t)
        rows, columns = scene.frame.image.shape[:2]
        sightings = {each.key: each for each in self._resting(things, columns / rows, t)}
        sightings |= {each.key: each for each in standing}
        return self._episodes.step(
            sightings.values(),
            t,
            left={*left, *(self._empty - self._there)},
            held=() if scene.looked else self._same.keys() | self._standing.keys,
            model=(scene.model, scene.model_sha256),
        )

    def _look(
        self, scene: Scene, things: Sequence[Thing]
    ) -> tuple[Sequence[Sighting], Collection[int | str]]:
        """Take what a detector has found: what has stood there long enough, and who has left."""
        self._looked = t = scene.frame.t
        present = self._presence.step(scene)
        here = {each.track.id: (each.track.box, each.since) for each in present.here}
        stands = self._standing.step(here, t)
        self._join(things, (*present.here, *present.hidden), stands)
        self._there = {self._name(each.track.id) for each in (*present.here, *present.hidden)}
        alive = {track.id for track in scene.tracks} | {thing.key for thing in things}
        told = self._episodes.keys
        self._same = {k: name for k, name in self._same.items() if k in alive or name in told}
        there = self._standing_there((*present.here, *present.over), stands, t)
        return tuple(there), {self._name(key) for key in present.outside}

    def interrupt(self) -> None:
        """Forget who stood where, but for those of whom it has been told."""
        self._presence.forget()
        told = self._episodes.keys
        known = told | {key for key, name in self._same.items() if name in told}
        self._standing.forget(known, self._looked)
        self._blocking.forget(known)
        self._episodes.interrupt()

    def close(self, t: float) -> Sequence[Finding]:
        """End what is open."""
        return self._episodes.close(t)

    def _standing_there(
        self, here: Iterable[Here], stands: Mapping[int, float], t: float
    ) -> Iterable[Sighting]:
        """The vehicles that have stood for long enough, and those that are told already."""
        for each in here:
            key = self._name(each.track.id)
            since = stands.get(each.track.id, t)
            if self._episodes.since(key) is not None or t - since >= self._after_s:
                yield replace(sighted(replace(each, since=since)), key=key)

    def _resting(self, things: Iterable[Thing], aspect: float, t: float) -> Iterable[Sighting]:
        """What has rested for long enough, whether or not it is a known vehicle."""
        for each in things:
            key = self._name(each.key)
            lasts = each.seen - each.since >= self._after_s and stout(each.box, aspect)
            if self._episodes.since(key) is not None or lasts:
                yield Sighting(
                    key=key,
                    confidence=UNKNOWN,
                    box=each.box,
                    since=each.since,
                    until=min(each.seen, t),
                    basis="classical",
                )

    def _join(
        self, things: Iterable[Thing], vehicles: Iterable[Here], stands: Collection[int]
    ) -> None:
        """Give a vehicle that stands where something rests that thing's name, or the reverse."""
        for thing in things:
            for each in vehicles:
                id_ = each.track.id
                if id_ in self._same or id_ not in stands or not _one(thing.box, each.track.box):
                    continue
                if self._episodes.since(id_) is None:
                    self._same[id_] = self._name(thing.key)
                elif thing.key not in self._same:
                    self._same[thing.key] = id_

    def _name(self, key: int | str) -> int | str:
        """The key under which episodes know it."""
        return self._same.get(key, key)


def _one(one: Box, other: Box) -> bool:
    smaller = min(one.area, other.area)
    return smaller > 0 and intersection(one, other) >= ONE * smaller
