"""Large things that rest in a lane, whatever they are: by comparing with the empty lane."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from edge.vision.analytics.background import DIFFERS, Background, Levels, distance
from edge.vision.analytics.exposure import Exposure
from edge.vision.analytics.places import Place, Places
from edge.vision.analytics.window import Corners, Window
from edge.vision.findings import Box
from edge.vision.pictures import Scene

PIXELS: Final = 200
"""The window's longer side; a vehicle is large."""
EVERY_S: Final = 0.19
"""Five looks a second are plenty for what rests."""
DRIFT_S: Final = 60.0
"""The empty lane follows the sun within this time."""
FIRST_S: Final = 1.0
"""So long the lane is looked at before anything may come."""
SMALLEST: Final = 0.012
"""Of the picture: a car that is a ninth of its width and height. A bag in the same lane is less."""
OF_ZONE: Final = 0.04
"""And so much of the zone at least."""
NARROWEST: Final = 0.25
"""Of its longer side: what is thinner is a pole, a hose, the edge of a shadow."""
TOUCHES: Final = 9
"""Pixels between two parts of one thing, and a few: a bonnet that is as gray as the lane."""
TOGETHER_S: Final = 4.0
"""Parts of one thing came within this time: it took so long to drive in."""
TRUSTED_S: Final = 5.0
"""While a detector looks, people are known and left out; without one, what stirs is left out."""
PERSON_AROUND: Final = 0.1
"""People are left out with a rim of this part of their size."""


class _Empty:
    """What the lane shows in its first second, which is what a thing that comes next is put on."""

    def __init__(self) -> None:
        self.levels: Levels | None = None
        self._sum: Levels | None = None
        self._count = 0
        self._began = 0.0
        self._used = False

    def forget(self) -> None:
        """Begin anew."""
        self.levels = self._sum = None
        self._used = False

    def step(self, now: Levels, t: float, *, ready: bool) -> Levels | None:
        """Take a picture; return once, when the background is ready, what it is to be."""
        if self.levels is None:
            if self._sum is None or self._sum.shape != now.shape:
                self._sum, self._count, self._began = np.zeros_like(now), 0, t
            self._sum += now
            self._count += 1
            if t - self._began >= FIRST_S:
                self.levels = self._sum / np.float32(self._count)
        if self._used or not ready or self.levels is None:
            return None
        self._used = True
        return self.levels.copy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that rests: since when it is there, and when that was last seen to be so."""

    key: str
    box: Box
    since: float
    seen: float


class Blocking:
    """Learns the empty lane in its first seconds: what stands there from the beginning is lane.

    `gone` are the keys of what was there until the newest look: the lane is as empty as before.
    """

    def __init__(self, area: Corners) -> None:
        self._window = Window(area, PIXELS)
        self._background = Background(DRIFT_S)
        self._places = Places(self._background)
        self._exposure = Exposure()
        self._empty = _Empty()
        self._came: dict[int, float] = {}
        self._differs: npt.NDArray[np.float64] = np.zeros((0, 0))
        self.gone: Collection[str] = ()
        self._people: Sequence[Box] = ()
        self._looked = float("-inf")
        self._t = float("-inf")

    def step(self, scene: Scene) -> Sequence[Thing]:
        """Take a picture; say what rests there, long enough or not."""
        t = scene.frame.t
        if scene.looked:
            self._people = [each.box for each in scene.tracks if each.label == "person"]
            self._looked = t
        if not 0 <= t - self._t < EVERY_S:
            self._look(scene, t)
            self._t = t
        return [self._thing(parts) for parts in self._together()]

    def forget(self, but: Collection[int | str]) -> None:
        """Find again what is not among these keys: nobody saw whether it stayed."""
        self._places.known = [each for each in self._places.known if _key(each) in but]
        self._differs = np.zeros((0, 0))

    def _look(self, scene: Scene, t: float) -> None:
        window = self._exposure.undo(scene.frame.image, self._window.cut(scene.frame.image), t)
        mask = self._window.without(self._people, around=PERSON_AROUND)
        background = self._background
        background.see(window, self._window.mask, t, self._window.mask & ~mask)
        if background.anew:
            self._places.forget()
            self._came.clear()
            self._empty.forget()
        fresh = self._empty.step(background.now, t, ready=background.ready)
        if fresh is not None:
            background.reference = fresh
        if self._empty.levels is None:
            return
        differs = distance(background.now, self._empty.levels) >= DIFFERS
        if background.ready:
            differs = background.differs > 0
        if self._differs.shape != differs.shape:
            self._differs = np.full(differs.shape, t)
        self._differs[~differs] = t
        if not background.ready:
            return
        self._places.step(mask, self._smallest, t)
        for place in self._places.known:
            if place.key not in self._came:
                self._came[place.key] = float(np.median(self._differs[place.pixels > 0]))
        known = {place.key for place in self._places.known}
        self.gone = {_key_of(key) for key in self._came if key not in known}
        self._came = {key: since for key, since in self._came.items() if key in known}

    @property
    def _smallest(self) -> float:
        return max(SMALLEST / self._window.part, OF_ZONE * self._window.pixels)

    def _together(self) -> Sequence[Sequence[Place]]:
        """Places that touch and came at one time are parts of one thing, the first one first."""
        things: list[list[Place]] = []
        for place in self._places.known:
            if not (place.lifeless or self._t - self._looked < TRUSTED_S):
                continue
            near = [parts for parts in things if any(self._one(place, each) for each in parts)]
            things = [parts for parts in things if parts not in near]
            things.append(sorted((place, *chain(*near)), key=lambda each: each.key))
        return things

    def _one(self, one: Place, other: Place) -> bool:
        apart = abs(self._came[one.key] - self._came[other.key])
        wide = cv2.dilate(one.pixels, np.ones((TOUCHES, TOUCHES), np.uint8))
        return apart <= TOGETHER_S and bool(((wide > 0) & (other.pixels > 0)).any())

    def _thing(self, parts: Sequence[Place]) -> Thing:
        boxes = [self._window.box(*_rectangle(each)) for each in parts]
        return Thing(
            key=_key(parts[0]),
            box=Box(
                min(box.left for box in boxes),
                min(box.top for box in boxes),
                max(box.right for box in boxes),
                max(box.bottom for box in boxes),
            ),
            since=min(self._came[each.key] for each in parts),
            seen=max(each.seen for each in parts),
        )


def _rectangle(place: Place) -> tuple[int, int, int, int]:
    left, top, wide, high = cv2.boundingRect(place.pixels)
    return left, top, wide, high


def stout(box: Box, aspect: float) -> bool:
    """Whether it is no thin thing; `aspect` is the picture's width by its height."""
    across, down = (box.right - box.left) * aspect, box.bottom - box.top
    return min(across, down) >= NARROWEST * max(across, down)


def _key(place: Place) -> str:
    return _key_of(place.key)


def _key_of(number: int) -> str:
    return f"place {number}"
