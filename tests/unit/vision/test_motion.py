"""Motion: what moves is found where it is, what only changes the light is not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from edge.vision.findings import Box
from edge.vision.motion import Motion
from edge.vision.pictures import Image
from simulators import attacks, light
from tests.fakes.clips import CAR, PEOPLE, WORKER, clip

EVERY_S = 0.1


def still() -> Image:
    """Return a workshop in which nothing moves."""
    return clip(WORKER, width=320, per_second=3.2).images[-1]


def watched(change: Callable[[Image, float], Image], seconds: float = 8.0) -> list[Motion]:
    """Return what is seen of the still workshop as it changes, in some grain, each tenth second."""
    motion = Motion()
    scene, seen = still(), []
    for number in range(int(seconds / EVERY_S)):
        t = number * EVERY_S
        motion.see(light.grain(change(scene, t), 2, seed=number), t)
        now = Motion()
        now.areas, now.settled = motion.areas, motion.settled
        seen.append(now)
    return seen


@pytest.mark.parametrize(
    "change",
    [
        lambda i, _: i,
        lambda i, t: light.grain(i, 6, seed=round(t * 10)),
        lambda i, _: light.jpeg(i, 20),
        lambda i, t: light.daylight(i, 1 + 0.1 * np.sin(t)),
        lambda i, t: light.rain(i, 60, seed=round(t * 10)),
    ],
    ids=["still", "grain", "jpeg", "clouds", "rain"],
)
def test_what_is_still_does_not_move(change: Callable[[Image, float], Image]) -> None:
    """Grain, coding, clouds and thin rain are no motion, and the picture is settled."""
    seen = watched(change)
    assert not any(each.moving for each in seen)
    assert all(each.settled for each in seen[11:])


def test_what_moves_is_found_where_it_is() -> None:
    """A bag that is pulled through the picture is one area, about as large, wherever it is."""

    def place(t: float) -> Box:
        return Box(0.05 + 0.1 * t, 0.55, 0.13 + 0.1 * t, 0.75)

    seen = watched(lambda i, t: attacks.drop_object(i, place(t), colour=(190, 190, 200)))
    found = 0
    for number, each in enumerate(seen[15:], 15):
        shown = place(number * EVERY_S)
        assert each.moving
        found += any(_over(area, shown) > 0.5 * shown.area for area in each.areas)
        assert sum(area.area for area in each.areas) < 0.2
    assert found >= 0.95 * len(seen[15:])


def test_lights_that_go_on_and_off_are_no_motion() -> None:
    """While the light changes nothing moves and it is not settled; two seconds later it is."""
    seen = watched(lambda i, t: light.lamps(i, 0.15 if 3 <= t < 6 else 1.0))
    assert not any(each.moving for each in seen)
    assert [each.settled for each in seen[25:35]].count(False) >= 4
    assert [seen[at].settled for at in (29, 31, 55, 61)] == [True, False, True, False]


def test_the_cars_of_a_clip_are_seen_and_the_empty_road_is_not() -> None:
    """Each of the cars moves, though exposure follows it; the road between them does not."""
    motion = Motion()
    moving: list[float] = []
    for frame in clip(CAR, width=320, per_second=5).frames():
        motion.see(frame.image, frame.t)
        if motion.moving:
            moving.append(frame.t)
    for since, until in ((5, 9), (15, 19), (26, 29)):
        assert len([t for t in moving if since < t < until]) > 3 * (until - since)
    for still_since, still_until in ((1, 3.8), (11.5, 12.7), (21.5, 24.5)):
        assert not [t for t in moving if still_since < t < still_until]


def test_people_at_a_door_are_where_they_are() -> None:
    """All that moves in the room is at its left side, where people come in."""
    motion = Motion()
    areas: list[Box] = []
    for frame in clip(PEOPLE, width=320, per_second=12).frames(6):
        motion.see(frame.image, frame.t)
        areas += motion.areas
    assert len(areas) > 10
    assert all(area.left < 0.2 for area in areas)


def test_a_clock_that_goes_back_does_no_harm() -> None:
    """A time before the last one is taken as no time at all."""
    motion = Motion()
    motion.see(still(), 100.0)
    motion.see(still(), 3.0)
    assert not motion.moving


def _over(one: Box, other: Box) -> float:
    """Return the area that two boxes share."""
    left, top = max(one.left, other.left), max(one.top, other.top)
    right, bottom = min(one.right, other.right), min(one.bottom, other.bottom)
    return Box(left, top, right, bottom).area
