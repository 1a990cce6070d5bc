"""Follows objects over pictures that come at any rate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Final, TypeAlias, TypeVar

import numpy as np

from edge.vision.geometry import overlap
from edge.vision.pictures import Detection, Track
from edge.vision.track.alike import group
from edge.vision.track.assignment import assign
from edge.vision.track.target import HITS, Target

FAINT: Final = 0.1
"""A detection of this score may be something known: half hidden, blurred. Below it is noise."""
SAME: Final = 0.7
"""Two boxes of labels that are taken for each other and share so much are one thing."""
OVERLAPS: Final = 0.25
"""What a track's guess and a sure detection have to share."""
FAINT_OVERLAPS: Final = 0.4
"""What they have to share where the detection is faint."""
FAINT_S: Final = 3.0
"""Only what was seen so lately, or stands, is found again in a faint detection."""
MOST: Final = 300
"""Detections of one picture that are looked at, best first; detectors give fewer."""

Cost: TypeAlias = Callable[[Target, Detection], float]
_Thing = TypeVar("_Thing", Target, Detection)


class Tracker:
    """Gives objects numbers that they keep while they are in the picture, and some time hidden.

    Sure detections go to whose guess they cover, then faint ones, then sure ones to who is near
    (at one picture a second a walk leaves its own box). Two sure hits make a track. `enough` says
    of labels from which score on they are sure enough, whatever the model's card says; `aspect`
    is the picture's width by its height.
    """

    def __init__(
        self, *, aspect: float = 16 / 9, enough: Mapping[str, float] | None = None
    ) -> None:
        self._aspect = aspect
        self._enough = dict(enough or {})
        self._numbers = count(1)
        self._targets: list[Target] = []
        self._t: float | None = None

    def step(self, detections: Sequence[Detection], t: float) -> tuple[Track, ...]:
        """Take what a detector found at `t` seconds, all of it; say what is followed now.

        Time that stands still or runs backwards is taken as no time at all.
        """
        passed = 0.0 if self._t is None else max(0.0, t - self._t)
        self._t = t
        found = _distinct(detections)
        sure = [each for each in found if self._counts(each)]
        faint = [each for each in found if not self._counts(each)]
        for target in self._targets:
            target.go_on(passed)
        rest, sure = _matched(self._targets, sure, _apart, 1 - OVERLAPS, t)
        known = [each for each in rest if each.known and each.findable(t, FAINT_S)]
        others = [each for each in rest if each not in known]
        known, _ = _matched(known, faint, _apart, 1 - FAINT_OVERLAPS, t)
        rest, sure = _matched([*known, *others], sure, _far(t), 1.0, t)
        for target in rest:
            target.missed()
        self._targets = [each for each in self._targets if not each.lost(t)]
        self._targets += [Target(each, t, self._aspect) for each in sure]
        for target in self._targets:
            if not target.known and target.hits >= HITS:
                target.id = next(self._numbers)
        return self.tracks

    def _counts(self, detection: Detection) -> bool:
        return detection.sure or detection.score >= self._enough.get(detection.label, 2.0)

    @property
    def tracks(self) -> tuple[Track, ...]:
        """What is followed, as of the newest step: seen then, or guessed on (`seen` is older)."""
        return tuple(each.track() for each in self._targets if each.known)

    @property
    def living(self) -> bool:
        """Whether anything is followed, or may turn out to be something."""
        return bool(self._targets)

    @property
    def resting(self) -> bool:
        """Whether all that is followed stands still."""
        return all(each.known and each.stands for each in self._targets)

    def guess(self, t: float) -> tuple[Track, ...]:
        """Say where everything should be at `t`, which no detector has looked at."""
        passed = 0.0 if self._t is None else max(0.0, t - self._t)
        return tuple(each.track(passed) for each in self._targets if each.known)

    def forget(self) -> None:
        """Let all tracks go; numbers go on where they were."""
        self._targets = []


def _distinct(detections: Sequence[Detection]) -> list[Detection]:
    """Without noise, and each thing once: a van found as a car and as a truck is the better."""
    kept: list[Detection] = []
    for each in sorted(detections, key=lambda one: -one.score)[:MOST]:
        if each.score < FAINT or each.box.area <= 0:
            continue
        twin = any(
            group(each.label) == group(other.label) and overlap(each.box, other.box) >= SAME
            for other in kept
        )
        if not twin:
            kept.append(each)
    return kept


def _apart(target: Target, detection: Detection) -> float:
    """0 where they cover each other, 1 where they do not touch."""
    return 1.0 - overlap(target.box, detection.box)


def _far(t: float) -> Cost:
    return lambda target, detection: target.farness(detection, t)


def _matched(
    targets: Sequence[Target], found: Sequence[Detection], cost: Cost, limit: float, t: float
) -> tuple[list[Target], list[Detection]]:
    """Give detections to targets; return the targets and the detections that are left."""
    if not targets or not found:
        return list(targets), list(found)
    costs = np.full((len(targets), len(found)), np.inf)
    for row, target in enumerate(targets):
        for column, each in enumerate(found):
            if target.group == group(each.label):
                costs[row, column] = cost(target, each)
    pairs = assign(costs, limit)
    for row, column in pairs:
        targets[row].hit(found[column], t)
    return (
        _without(targets, (row for row, _ in pairs)),
        _without(found, (column for _, column in pairs)),
    )


def _without(things: Sequence[_Thing], numbers: Iterable[int]) -> list[_Thing]:
    gone = set(numbers)
    return [each for number, each in enumerate(things) if number not in gone]
