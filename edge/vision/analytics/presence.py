"""Who is in an area, and since when, to a part of the time between two pictures."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from edge.vision.findings import Box
from edge.vision.geometry import Point, inside, passed, share
from edge.vision.pictures import Scene, Track

Belongs: TypeAlias = Callable[[Box, Sequence[Point]], bool]
"""Whether what has this box is in the area."""

HALF: Final = 0.5
"""What has so much of its box in the area is in it, wherever it stands."""

LOWER: Final = 0.5
"""The lower part of a vehicle's box is where it stands; what is above hides what is behind."""

LONGEST_HALF_S: Final = 0.5
"""What turned up between two pictures came half-way between them, but no earlier than this."""

RIM: Final = 0.012
"""What was seen so near the picture's left or right edge, and is not any more, has left it."""

LEFT_S: Final = 2.0
"""When it is not seen for so long."""

REMEMBERED_S: Final = 120.0
"""Longer than any track is waited for."""


def stands_in(box: Box, area: Sequence[Point]) -> bool:
    """Whether its foot is in the area: for people, who are tall and thin."""
    return inside(box.foot, area)


def covers(box: Box, area: Sequence[Point]) -> bool:
    """Whether a good part of where it stands is in the area: for vehicles, which are long."""
    lower = Box(box.left, box.bottom - LOWER * (box.bottom - box.top), box.right, box.bottom)
    return share(lower, area) >= HALF or inside(box.foot, area)


def shows_in(box: Box, area: Sequence[Point]) -> bool:
    """Whether it is seen in the area: for what has no foot, and for who sits behind a desk."""
    return share(box, area) >= HALF or inside(box.foot, area)


def counts(track: Track, classes: Sequence[str], confidence: float | None) -> bool:
    """Whether a track is of what is watched for, and was seen well enough once."""
    if track.label not in classes:
        return False
    return track.sure if confidence is None else track.best >= confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Somebody in the area; `until` when last, now or while it is only hidden."""

    track: Track
    since: float
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Who was seen in the area now, who was there and is hidden, who was last seen outside.

    `over` are those for whom it has just become otherwise, hidden or gone outside, with the
    instant until which they were here.
    """

    here: Sequence[Here]
    hidden: Sequence[Here]
    over: Sequence[Here]
    outside: frozenset[int]


@dataclass(slots=True, kw_only=True)
class _Known:
    """What is remembered of a track: where it was when last seen, since when it is in the area."""

    track: Track
    t: float
    since: float | None

    def gone(self, t: float) -> bool:
        """Whether it was last seen outside the area, or where one leaves the picture."""
        box = self.track.box
        at_rim = box.left < RIM or box.right > 1 - RIM
        return self.since is None or (at_rim and t - self.t > LEFT_S)


class Presence:
    """Follows who goes in and out of an area over the pictures that were looked at."""

    def __init__(
        self,
        area: Sequence[Point],
        classes: Sequence[str],
        confidence: float | None,
        belongs: Belongs = stands_in,
    ) -> None:
        self._area = area
        self._classes = classes
        self._confidence = confidence
        self._belongs = belongs
        self._known: dict[int, _Known] = {}
        self._looks: deque[float] = deque(maxlen=30)

    def step(self, scene: Scene) -> Present:
        """Take a picture that was looked at."""
        t = scene.frame.t
        here: list[Here] = []
        hidden: list[Here] = []
        over: list[Here] = []
        for track in scene.tracks:
            if not counts(track, self._classes, self._confidence):
                continue
            known = self._known.get(track.id)
            if track.seen < t:
                if known is not None and known.since is not None and not known.gone(t):
                    hidden.append(Here(track=track, since=known.since, until=known.t))
                    over += self._hidden(known, t)
                continue
            now = self._known[track.id] = self._moved(known, track, t)
            if now.since is not None:
                here.append(Here(track=track, since=now.since, until=t))
            elif known is not None and known.since is not None:
                until = self._crossed(known, track, t)
                over.append(Here(track=known.track, since=known.since, until=until))
        self._looks.append(t)
        self._known = {k: each for k, each in self._known.items() if t - each.t < REMEMBERED_S}
        outside = frozenset(key for key, known in self._known.items() if known.gone(t))
        return Present(here=here, hidden=hidden, over=over, outside=outside)

    def forget(self) -> None:
        """Let everybody go: tracks begin anew."""
        self._known.clear()
        self._looks.clear()

    def _moved(self, known: _Known | None, track: Track, t: float) -> _Known:
        """What is to be remembered of a track that was seen now."""
        since = None
        if self._belongs(track.box, self._area):
            if known is None:
                since = self._appeared(track.since)
            elif known.since is None:
                since = self._crossed(known, track, t)
            else:
                since = known.since
        return _Known(track=track, t=t, since=since)

    def _appeared(self, since: float) -> float:
        """When something came that was first seen at `since`: after the look before it."""
        before = max((look for look in self._looks if look < since), default=since)
        return since - min((since - before) / 2, LONGEST_HALF_S)

    def _crossed(self, known: _Known, track: Track, t: float) -> float:
        """When it crossed the edge, between when it was last seen and now."""
        way = passed(known.track.box.foot, track.box.foot, self._area)
        return known.t + way * (t - known.t)

    def _hidden(self, known: _Known, t: float) -> Sequence[Here]:
        """Tell once of somebody who is not seen any more: gone, if so, soon after seen last."""
        if not self._looks or known.t < self._looks[-1] or known.since is None:
            return ()
        until = known.t + min((t - known.t) / 2, LONGEST_HALF_S)
        return (Here(track=known.track, since=known.since, until=until),)
