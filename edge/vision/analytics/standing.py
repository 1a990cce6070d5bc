"""Which things stand still, from boxes that tremble, shrink behind others and are missed."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass
from typing import Final

from edge.vision.findings import Box
from edge.vision.geometry import overlap

LEAVES: Final = 0.25
"""How far something that leaves its place goes at least, in its own width or height."""

GROWS: Final = 1.3
"""What gets larger or smaller by so much both ways comes nearer or goes away."""

SURE_S: Final = 1.0
"""So long it has to be elsewhere: a single box may be anything."""


KEPT_S: Final = 20.0
"""So long a place is kept for what stood there and is not followed any more."""

OVERLAPS: Final = 0.5
"""What stands where something stood before covers so much of it and is the same."""


@dataclass(slots=True, kw_only=True)
class _Place:
    """Where something stands, since when; since when it seems to be elsewhere; when last seen."""

    box: Box
    since: float
    seen: float
    off: float | None = None


class Standing:
    """Remembers where each thing stands; keys are tracks' numbers."""

    def __init__(self) -> None:
        self._places: dict[int, _Place] = {}

    @property
    def keys(self) -> frozenset[int]:
        """Of what is remembered where it stands."""
        return frozenset(self._places)

    def step(self, here: Mapping[int, tuple[Box, float]], t: float) -> dict[int, float]:
        """Take where everything is, and since when it is here at all; say since when each stands.

        Who is on the move now is not among them, who was only for less than a second is.
        """
        for key in [key for key in here if key not in self._places]:
            box, since = here[key]
            self._places[key] = self._heir(box, here) or _Place(box=box, since=since, seen=t)
        for key, (box, _) in here.items():
            self._moved(key, box, t)
        self._places = {
            key: place for key, place in self._places.items() if t - place.seen <= KEPT_S
        }
        return {key: self._places[key].since for key in here if self._places[key].off is None}

    def forget(self, but: Collection[int | str], t: float) -> None:
        """Forget where everything stood that is not among these; they count as seen until now."""
        self._places = {key: place for key, place in self._places.items() if key in but}
        for place in self._places.values():
            place.seen = t

    def _moved(self, key: int, box: Box, t: float) -> None:
        place = self._places[key]
        place.seen = t
        if not elsewhere(place.box, box):
            place.off = None
        elif place.off is None:
            place.off = t
        elif t - place.off >= SURE_S:
            self._places[key] = _Place(box=box, since=t, seen=t)

    def _heir(self, box: Box, here: Container[int]) -> _Place | None:
        """The place of something that is not followed any more, for what now stands there."""
        for key, place in self._places.items():
            if key not in here and overlap(place.box, box) >= OVERLAPS:
                return self._places.pop(key)
        return None


def elsewhere(place: Box, box: Box) -> bool:
    """Whether a box is that of something that has left its place, not only half hidden.

    What is hidden on one side keeps the other; what moves takes both sides along.
    """
    width, height = place.right - place.left, place.bottom - place.top
    across = _together(box.left - place.left, box.right - place.right)
    down = _together(box.top - place.top, box.bottom - place.bottom)
    if across > LEAVES * width or down > LEAVES * height:
        return True
    wider = (box.right - box.left) / width if width > 0 else 1.0
    higher = (box.bottom - box.top) / height if height > 0 else 1.0
    return min(wider, higher) > GROWS or max(wider, higher) < 1 / GROWS


def _together(one: float, other: float) -> float:
    """How far two edges went the same way."""
    return min(abs(one), abs(other)) if (one > 0) == (other > 0) else 0.0
