"""One object that is followed, or may turn out to be one."""

from __future__ import annotations

from math import hypot
from typing import Final

from edge.vision.findings import Box
from edge.vision.pictures import Detection, Track
from edge.vision.track.alike import Vote, group
from edge.vision.track.filter import Filter

HITS: Final = 2
"""Sure detections that make an object of a chance."""
CHANCE_S: Final = 1.0
"""So long, or two pictures, a first hit waits for a second."""
PATIENCE_S: Final = 3.0
"""So long, or three pictures, something that moves is waited for."""
LONGEST_PATIENCE_S: Final = 60.0
"""So long something that stood for twice as long: a car behind a delivery, or badly lit."""
STANDS_S: Final = 2.0
"""What has not left its place for so long stands."""
LEAVES: Final = 0.5
"""How far it has to go from there, in sizes."""
REACH: Final = 0.35
"""How far from its guess, in sizes, something may turn up besides what it may have gone."""
REACH_PER_S: Final = 1.2
"""How far it may have gone off its guess, in sizes per second."""
FARTHEST: Final = 2.0
"""In sizes, however long it was hidden: beyond that it is anybody."""
SETS_OFF_S: Final = 2.5
SETS_OFF_MISSES: Final = 3
"""What stood may have set off while it was hidden for so long, or in so few pictures; after more
it is where it was, or gone."""
LIKE: Final = 0.55
"""How small the smaller of two areas may be beside the larger, to be the same thing."""
CALM: Final = 0.8
"""A score rises at once and falls by a fifth of the way with each picture."""


class Target:
    """Follows one object from its first hit on; `id` is 0 until `hits` make it known to be one."""

    def __init__(self, detection: Detection, t: float, aspect: float) -> None:
        self.id = 0
        self.group = group(detection.label)
        self.since = t
        self.seen = t
        self._filter = Filter(detection.box, aspect)
        self._aspect = aspect
        self._vote = Vote()
        self._vote.cast(detection.label, detection.score)
        self._score = self._best = detection.score
        self._sure = detection.sure
        self.hits = 1
        self._misses = 0
        self._place = self._filter.centre
        self._there_since = t
        self._box: Box | None = None

    @property
    def box(self) -> Box:
        """Where it is guessed to be, in parts of the picture."""
        if self._box is None:
            self._box = self._filter.box
        return self._box

    @property
    def known(self) -> bool:
        """Whether it is an object with a number."""
        return self.id > 0

    @property
    def stands(self) -> bool:
        """Whether it has not left its place for a while."""
        return self.seen - self._there_since >= STANDS_S

    def findable(self, t: float, within_s: float) -> bool:
        """Whether it was seen lately, or stands where it was."""
        return self.stands or self._misses == 0 or t - self.seen <= within_s

    def lost(self, t: float) -> bool:
        """Whether it has been waited for long enough."""
        if not self._misses:
            return False
        unseen = t - self.seen
        if not self.known:
            return unseen > CHANCE_S and self._misses > 1
        if self.stands:
            stood = self.seen - self._there_since
            return unseen > min(LONGEST_PATIENCE_S, max(PATIENCE_S, stood / 2))
        return unseen > PATIENCE_S and self._misses > HITS

    def go_on(self, seconds: float) -> None:
        """Guess where it is by now; what stands and is hidden is where it was."""
        if not (self._misses and self.stands):
            self._filter.go_on(seconds, unseen=self._misses > 0)
            self._box = None

    def hit(self, detection: Detection, t: float) -> None:
        """Take a detection of it."""
        self._filter.measure(detection.box)
        self._box = None
        self._vote.cast(detection.label, detection.score)
        self._score = max(detection.score, CALM * self._score + (1 - CALM) * detection.score)
        self._best = max(self._best, detection.score)
        self._sure = self._sure or detection.sure
        self.hits += 1
        self._misses = 0
        self.seen = t
        x, y = self._filter.centre
        if hypot(x - self._place[0], y - self._place[1]) > LEAVES * self._filter.size:
            self._place, self._there_since = (x, y), t

    def missed(self) -> None:
        """Note that a picture was looked at in which it was not found."""
        self._misses += 1

    def farness(self, detection: Detection, t: float) -> float:
        """How far a detection is off, in parts of how far this may be; above 1 it is another."""
        hidden = t - self.seen
        if self.stands and hidden > SETS_OFF_S and self._misses > SETS_OFF_MISSES:
            return 2.0
        box, other = self.box, detection.box
        areas = sorted((box.area, other.area))
        if areas[0] < LIKE * areas[1]:
            return 2.0
        way = hypot(
            (box.left + box.right - other.left - other.right) / 2 * self._aspect,
            (box.top + box.bottom - other.top - other.bottom) / 2,
        )
        reach = min(FARTHEST, REACH + REACH_PER_S * hidden) * self._filter.size
        return way / reach

    def track(self, ahead_s: float = 0.0) -> Track:
        """Say where it is; `ahead_s` seconds after the newest picture that was looked at."""
        box = self.box
        if ahead_s > 0 and not (self._misses and self.stands):
            guess = self._filter.copy()
            guess.go_on(ahead_s, unseen=self._misses > 0)
            box = guess.box
        return Track(
            id=self.id,
            box=_within(box),
            label=self._vote.label,
            score=round(self._score, 4),
            since=self.since,
            seen=self.seen,
            sure=self._sure,
            best=round(self._best, 4),
        )


def _within(box: Box) -> Box:
    """The part of a box that is in the picture."""
    left, top, right, bottom = (min(max(each, 0.0), 1.0) for each in box)
    return Box(left, top, right, bottom)
