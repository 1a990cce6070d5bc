"""What is told as left in a zone, and what is not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from edge.vision.findings import Box
from edge.vision.pictures import Image
from tests.fakes.clips import CAR, clip
from tests.fakes.put_down import bag, hall, lit, somebody
from tests.fakes.watched import Watched, filmed, person

LEFT: dict[str, object] = {"what": "left_object", "after": "10s"}
HALL = hall()
FPS = 2.0


def test_a_bag_that_is_left_is_told_once_and_over_when_it_is_fetched() -> None:
    """One episode, begun when it has lain there as long as asked, of the time that it lay there."""
    watched = Watched(LEFT)
    watched.show(filmed(lambda t: bag(HALL) if 8 <= t < 30 else HALL, 37.0, FPS))
    begin, *_, end = watched.findings
    assert (begin.phase, end.phase) == ("begin", "end")
    assert len({finding.object for finding in watched.findings}) == 1
    assert watched.phases().count("begin") == 1
    assert 17.0 <= begin.t <= 23.0
    assert 7.0 <= begin.since <= 12.0
    assert end.t <= 37.0
    assert 18.0 <= end.dwell_s <= 24.0
    assert begin.basis == "classical"
    assert begin.box is not None
    assert begin.box.left == pytest.approx(100 / 320, abs=0.02)
    assert begin.box.bottom == pytest.approx(145 / 180, abs=0.03)


def test_somebody_who_walks_past_does_not_start_it_anew() -> None:
    """A bag hidden for a moment by a passer-by has lain there all the time."""

    def scene(t: float) -> Image:
        lies = bag(HALL) if t >= 8 else HALL
        return somebody(lies, t, int(20 + (t - 15) * 40)) if 15 <= t < 21 else lies

    watched = Watched(LEFT)
    watched.show(filmed(scene, 26.0, 4.0))
    assert set(watched.phases()[1:]) <= {"update"}
    assert watched.findings[0].t <= 24.0


def sun_wanders(t: float) -> Image:
    """A patch of sun that goes slowly over the floor."""
    return lit(HALL, 1.45, int(60 + t), int(130 + t))


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(lambda t: bag(HALL) if t < 12 else HALL, id="taken away"),
        pytest.param(lambda t: lit(HALL, 0.5) if t > 15 else HALL, id="light off"),
        pytest.param(lambda t: lit(HALL, 1.4) if t > 15 else HALL, id="light on"),
        pytest.param(lambda t: lit(HALL, 1.45, 80, 160) if t > 15 else HALL, id="sun comes out"),
        pytest.param(sun_wanders, id="sun wanders"),
        pytest.param(lambda t: lit(HALL, 1 - t / 120), id="dusk"),
        pytest.param(lambda t: somebody(HALL, t) if t > 12 else HALL, id="somebody waits"),
        pytest.param(lambda t: bag(HALL, x=20 + int(3 * t)), id="a robot creeps"),
    ],
)
def test_what_is_nothing_left(scene: Callable[[float], Image]) -> None:
    """Bare floor where a bag stood before, light and shade, people who wait, what moves."""
    watched = Watched(LEFT)
    watched.show(filmed(scene, 34.0, FPS))
    assert watched.findings == []


def test_a_bag_is_told_though_it_gets_dark_meanwhile() -> None:
    """The background follows the light, the bag does not vanish with it."""
    watched = Watched(LEFT)
    watched.show(filmed(lambda t: lit(bag(HALL) if t >= 10 else HALL, 1 - 0.2 * t / 30), 27.0, FPS))
    assert watched.phases() == ["begin"]


def test_a_detector_that_knows_people_makes_it_surer() -> None:
    """Who stands there, however still, is left out where a detector sees people."""
    still = somebody(HALL, 0.0)
    box = Box(75 / 320, 60 / 180, 125 / 320, 170 / 180)
    watched = Watched(LEFT)
    watched.show(
        filmed(lambda t: still if t > 8 else HALL, 26.0, FPS),
        tracks=lambda t: [person(t, box)] if t > 8 else [],
    )
    assert watched.findings == []
    watched = Watched(LEFT)
    watched.show(
        filmed(lambda t: bag(HALL, x=220) if t > 8 else HALL, 25.0, FPS), tracks=lambda _: []
    )
    assert watched.phases() == ["begin"]
    assert watched.findings[0].confidence > 0.7


def test_only_the_zone_counts_and_only_what_is_large_enough() -> None:
    """A bag outside the zone, or smaller than asked for, is nobody's concern."""
    outside = Watched(LEFT, area=((0.6, 0.0), (1.0, 0.0), (1.0, 1.0), (0.6, 1.0)))
    outside.show(filmed(lambda t: bag(HALL) if t >= 10 else HALL, 28.0, FPS))
    small = Watched({**LEFT, "smallest": 0.05})
    small.show(filmed(lambda t: bag(HALL) if t >= 10 else HALL, 28.0, FPS))
    assert outside.findings == small.findings == []


def test_after_the_picture_was_covered_the_zone_is_learnt_anew() -> None:
    """What the camera saw before it was turned says nothing of what it sees now."""
    watched = Watched(LEFT)
    watched.show(filmed(lambda _: HALL, 10.0, FPS))
    watched.watching.interrupt()
    turned = np.roll(bag(HALL), 60, axis=1)
    watched.show(filmed(lambda _: turned, 24.0, FPS, start=15.0))
    assert watched.findings == []


def test_cars_that_drive_through_leave_nothing() -> None:
    """A real road, half a minute: cars come and go, one after the other."""
    watched = Watched({**LEFT, "after": "5s"})
    frames = (frame for index, frame in enumerate(clip(CAR).frames()) if index % 5 == 0)
    watched.show(frames, every_s=0.4)
    assert watched.findings == []
