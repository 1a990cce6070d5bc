"""What is told as thrown from a building, and what only moves before it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from edge.vision.analytics.falling import Blob, falls
from edge.vision.pictures import Image
from tests.fakes.facade import NOT_THROWN, Moving, dropped, facade
from tests.fakes.watched import Watched, filmed

THROWN: dict[str, object] = {"what": "thrown_object"}
WALL = facade(width=256, height=320)


def before(draw: Moving) -> Callable[[float], Image]:
    """The facade with that before it."""

    def scene(t: float) -> Image:
        image = WALL.copy()
        draw(image, t)
        return image

    return scene


@pytest.mark.parametrize(
    "drop",
    [
        dropped(metres=12, size=5),
        dropped(metres=30, drag=0.01),
        dropped(metres=30, drag=0.06),
        dropped(metres=45, sideways=1.5),
        dropped(metres=60, size=3),
    ],
)
def test_a_thing_that_falls_is_told_once(drop: Moving) -> None:
    """Bottles and cartons from a few storeys and from twenty, straight and thrown out a little."""
    watched = Watched(THROWN)
    watched.show(filmed(before(drop), 3.2, 25.0))
    assert watched.phases() == ["begin", "end"]
    begin = watched.findings[0]
    assert 0.4 <= begin.since <= 2.0
    assert begin.confidence >= 0.5
    assert begin.box is not None
    assert begin.box.bottom - begin.box.top >= 0.2
    assert begin.box.left < 0.55


@pytest.mark.parametrize("moving", NOT_THROWN)
def test_what_only_moves_is_nothing_thrown(moving: Moving) -> None:
    """Birds, insects, leaves, rain, drops from a gutter, laundry, a ball that children throw up."""
    watched = Watched(THROWN)
    watched.show(filmed(before(moving), 2.0, 25.0))
    assert watched.findings == []


def test_too_few_pictures_a_second_are_said_to_be_too_few() -> None:
    """At 12.5 a second a fall is a few points that could be anything: nothing, and why."""
    watched = Watched(THROWN)
    watched.show(filmed(before(dropped()), 3.0, 12.5))
    assert watched.findings == []
    assert "12 come" in watched.watching.unable
    for per_second in (0.5, 1.0, 5.0):
        slow = Watched(THROWN)
        slow.show(filmed(before(dropped()), 20.0, per_second))
        assert "needs 25 pictures a second" in slow.watching.unable, per_second


def test_a_fall_that_is_not_in_the_zone_is_not_told() -> None:
    """The zone is the facade; what falls beside it is not its concern."""
    watched = Watched(THROWN, area=((0.6, 0.0), (1.0, 0.0), (1.0, 1.0), (0.6, 1.0)))
    watched.show(filmed(before(dropped(sideways=0.0)), 2.4, 25.0))
    assert watched.findings == []


def path(pull: float, speed: float, wobble: float = 0.0, count: int = 12) -> list[Blob]:
    """Points of a fall every 40 ms: pixels a second² and a second."""
    times = [0.04 * number for number in range(count)]
    return [
        Blob(t, 50 + wobble * (-1) ** number, 20 + speed * t + pull / 2 * t * t, 9.0)
        for number, t in enumerate(times)
    ]


@pytest.mark.parametrize(
    ("blobs", "told"),
    [
        (path(1200, 50), True),
        (path(1200, 50, wobble=8), False),
        (path(0, 320), False),
        (path(-300, 400), False),
        (path(1200, 50, count=6), False),
        (path(60, 20), False),
        (path(9000, 0), False),
    ],
)
def test_only_a_square_law_of_the_right_size_is_a_fall(blobs: list[Blob], *, told: bool) -> None:
    """Not one that flutters, keeps its speed, slows, is too short, or falls as nothing can."""
    assert (falls(blobs, 480.0, 0.2) > 0) is told
