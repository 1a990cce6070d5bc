"""What comes into a scene, stands there and leaves it is no cover."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from edge.vision.findings import Box
from edge.vision.health import Health
from edge.vision.pictures import Image
from simulators import attacks
from tests.fakes.clips import CAR, PEOPLE, clip
from tests.fakes.health_scene import SECTION, Change, changed, told, yes

WIDTH = 320
RATE = 2.5
SPOT = Box(0.36, 0.45, 0.62, 0.8)


def door(image: Image, _: float = 0) -> Image:
    """A leaf swings shut before what was seen through its frame: even, and sharply bounded."""
    height, width = image.shape[:2]
    shut = image.copy()
    leaf = shut[: int(0.9 * height), int(0.55 * width) :]
    leaf[:] = np.linspace(150, 175, leaf.shape[1])[None, :, None].astype(np.uint8)
    return shut


def emptied(image: Image, _: float = 0) -> Image:
    """Racks were carried away: the wall behind goes on as beside them, without an outline."""
    width = image.shape[1]
    bare = image.copy()
    there = bare[:, int(0.6 * width) :]
    there[:] = cv2.GaussianBlur(there, (0, 0), width / 12)
    return bare


COMINGS: list[tuple[str, Change, float, float]] = [
    (CAR, lambda i, _: attacks.paste_car(i, SPOT), 2, 24),
    (CAR, lambda i, _: attacks.paste_car(i, Box(0.0, 0.5, 0.3, 0.9)), 0, 12),
    (
        PEOPLE,
        lambda i, t: attacks.passing_bus(i, min(t / 2, 0.6) if t < 58 else t / 2 - 28.4),
        8,
        70,
    ),
    (PEOPLE, door, 8, 22),
    (PEOPLE, door, 0, 10),
    (PEOPLE, emptied, 8, 22),
]


@pytest.mark.parametrize(("name", "change", "since", "until"), COMINGS)
def test_what_comes_and_goes_is_no_cover(
    name: str, change: Callable[[Image, float], Image], since: float, until: float
) -> None:
    """A vehicle parks and leaves, a door closes, things are carried off: told to be no ill."""
    shown = clip(name, width=WIDTH, per_second=RATE).frames(until + 9)
    assert yes(told(changed(shown, change, since, until))) == []


def test_that_something_large_has_come_is_not_called_well() -> None:
    """Nobody can say whether it is before the lens: until it is known, not observable."""
    health = Health(SECTION)
    told(changed(clip(PEOPLE, width=WIDTH, per_second=RATE).frames(20), door, 8, 20), health)
    assert health.ills["covered"] == "not_observable"
    assert health.ills["dark"] == "no"
