"""What is told as a flame, and what only has its colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import cv2
import numpy as np
import pytest

from edge.vision.findings import Box
from edge.vision.pictures import Frame, Image, Track
from tests.fakes.clips import CAR, PEOPLE, WORKER, clip
from tests.fakes.fire_coloured import FIRE_COLOURED, Scene, lamp, orange_clothing, shaken
from tests.fakes.flames import Fire, burning, put_on
from tests.fakes.time import EPOCH
from tests.fakes.watched import Watched, filmed, person

FLAME: dict[str, object] = {"what": "flame_suspected"}
ROOM = (240, 135)


def room(brightness: float = 1.0) -> Image:
    """A plain gray room with a wooden door."""
    image = np.full((ROOM[1], ROOM[0], 3), (95, 105, 112), np.uint8)
    cv2.rectangle(image, (15, 30), (60, 128), (70, 110, 160), -1)
    cv2.line(image, (0, 112), (240, 105), (60, 65, 70), 2)
    return np.asarray(cv2.convertScaleAbs(image, alpha=brightness), np.uint8)


def fire(
    fire: Fire, fps: float, seconds: float, image: Image, *, begins: float = 0.0
) -> Iterator[Frame]:
    """Yield a room in which it burns from `begins` on."""
    heat = burning(fire, fps)

    def scene(t: float) -> Image:
        return put_on(image, fire, next(heat)) if t >= begins else image

    return iter(filmed(scene, seconds, fps))


@pytest.mark.parametrize(
    ("burns", "fps", "brightness"),
    [
        (Fire(height=0.5, exposure=1, seed=2), 12.5, 1.0),
        (Fire(height=0.15, exposure=3, seed=4), 12.5, 0.9),
        (Fire(height=0.7, exposure=5, puff_hz=1.3, wind=0.2, seed=3), 12.5, 1.2),
        (Fire(height=0.35, exposure=6, seed=5), 12.5, 0.15),
        (Fire(height=0.4, exposure=2, seed=6), 5.0, 1.0),
        (Fire(height=0.3, exposure=3, seed=7), 25.0, 0.8),
    ],
)
def test_a_fire_is_suspected_within_five_seconds(
    burns: Fire, fps: float, brightness: float
) -> None:
    """Small and large, dim and burnt out, by day and at night, at 5 to 25 pictures a second."""
    watched = Watched(FLAME)
    said = watched.show(fire(burns, fps, 3.9, room(brightness)))
    assert [finding.phase for finding in said] == ["begin"]
    begun = said[0]
    assert begun.t <= 5.0
    assert begun.basis == "classical"
    assert begun.dwell_s >= 3.0
    assert 0.4 < begun.confidence <= 0.9
    assert begun.box is not None
    assert 0 <= begun.box.left < burns.x < begun.box.right <= 1
    assert 0 <= begun.box.top < begun.box.bottom <= 1


def test_a_fire_ends_when_it_is_out() -> None:
    """One episode, from when it was first seen to burn until it was last."""
    watched = Watched(FLAME)
    watched.show(fire(Fire(height=0.4), 8.0, 4.4, room()))
    watched.show(filmed(lambda _: room(), 8.0, 4.0, start=4.4))
    assert watched.phases() == ["begin", "end"]
    assert len({finding.object for finding in watched.findings}) == 1
    assert 3.0 <= watched.findings[-1].dwell_s <= 7.0


def test_nothing_is_said_before_it_has_burnt_for_as_long_as_is_asked() -> None:
    """A lighter that is lit for two seconds is no fire."""
    watched = Watched(FLAME)
    watched.show(fire(Fire(height=0.4), 12.5, 2.2, room()))
    watched.show(filmed(lambda _: room(), 4.0, 8.0, start=2.2))
    assert watched.findings == []


def test_a_still_of_a_fire_is_none() -> None:
    """A picture of a fire, on a wall or sent again and again, does not flicker."""
    heat = next(burning(Fire(height=0.5), 10.0))
    still = put_on(room(), Fire(height=0.5), heat)
    watched = Watched(FLAME)
    watched.show(filmed(lambda _: still, 4.5, 8.0))
    assert watched.findings == []


def test_a_camera_without_colour_says_nothing() -> None:
    """By infrared light at night everything is gray, fire too."""

    def gray(frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            level = cv2.cvtColor(frame.image, cv2.COLOR_BGR2GRAY)
            yield Frame(image=cv2.merge([level] * 3), t=frame.t, at=frame.at)  # type: ignore[arg-type]

    watched = Watched(FLAME)
    watched.show(gray(fire(Fire(height=0.5), 8.0, 4.0, room())))
    assert watched.findings == []


@pytest.mark.parametrize("scene", [*FIRE_COLOURED, shaken(lamp), shaken(orange_clothing)])
def test_what_only_has_the_colours_of_fire_is_none(scene: Scene) -> None:
    """Lamps, beacons, traffic, sunsets, cloth, screens, leaves; also on a pole that shakes."""
    image = room()
    watched = Watched(FLAME)
    watched.show(filmed(lambda t: scene(image, t), 4.5, 7.0))
    assert watched.findings == []


@pytest.mark.parametrize(("name", "seconds"), [(WORKER, 4.6), (CAR, 6.0), (PEOPLE, 3.6)])
def test_real_pictures_without_fire_raise_nothing(name: str, seconds: float) -> None:
    """Orange vests and yellow helmets, cars in the rain, people at a door."""
    watched = Watched(FLAME)
    watched.show(clip(name).frames(seconds))
    assert watched.findings == []


def at(label: str, box: Box) -> Callable[[float], list[Track]]:
    """Something that a detector follows, at its place."""

    def tracks(t: float) -> list[Track]:
        return [Track(id=1, box=box, label=label, score=0.8, since=0.0, seen=t)]

    return tracks


def test_what_flickers_on_somebody_is_left_out() -> None:
    """Where a detector knows people, a vest in the sun on one of them is not looked at."""
    watched = Watched(FLAME)
    frames = fire(Fire(height=0.3), 8.0, 4.2, room())
    watched.show(frames, tracks=lambda t: [person(t, Box(0.35, 0.2, 0.65, 0.95))])
    assert watched.findings == []


def test_a_vehicle_that_stands_may_burn() -> None:
    """One that drives is left out for its lamps; one that has stood for a while is not."""
    car = Box(0.3, 0.2, 0.7, 0.95)
    watched = Watched(FLAME)
    watched.show(fire(Fire(height=0.3), 8.0, 7.2, room()), tracks=at("car", car))
    assert watched.phases() == ["begin"]


def test_a_gap_in_the_pictures_is_no_flicker() -> None:
    """What is seen before and after a stall is not compared."""
    watched = Watched(FLAME)
    first = next(iter(fire(Fire(height=0.4), 8.0, 1.0, room())))
    frames = [
        Frame(
            image=first.image if n % 2 else room(), t=2.0 * n, at=EPOCH + timedelta(seconds=2 * n)
        )
        for n in range(12)
    ]
    watched.show(frames)
    assert watched.findings == []
