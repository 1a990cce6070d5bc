"""What real pictures show, as the real model sees them: cars, a person on a known way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from edge.vision.analyse import Analysis, Line
from edge.vision.camera.looker import Looker
from edge.vision.detect.client import LocalDetector
from edge.vision.findings import Box
from edge.vision.pictures import Frame, Image
from edge.vision.sections.zone import CameraAddress
from simulators.things import Cutout, cut_out, paste_car
from tests.fakes.clips import CAR, clip
from tests.fakes.models import real_models
from tests.fakes.time import EPOCH
from tests.fakes.walks import Way, truth
from tests.fakes.watches import WHOLE, address
from tests.fakes.workshop import FEET, workshop

pytestmark = pytest.mark.integration

PARKED: Final = Box(0.65, 0.1, 0.85, 0.7)
LANE: Final = ((0.6, 0.05), (0.9, 0.05), (0.9, 0.75), (0.6, 0.75))


def analysed(frames: Iterable[Frame], given: CameraAddress) -> list[Line]:
    """What a camera with these zones would tell of these pictures, without what is in between."""
    detector = LocalDetector([real_models()])
    looker = Looker(
        given,
        ZoneInfo("Asia/Shanghai"),
        lambda image: detector.ask(image, "yolox_nano"),
        camera="camera-1",
    )
    lines = Analysis(looker, given.health).lines(frames)
    return [line for line in lines if line is not None and line.phase != "update"]


def slowed(given: CameraAddress, per_second: float) -> CameraAddress:
    """The same camera, analysed so often."""
    return given.model_copy(update={"analysed_per_second": per_second})


@cache
def a_car() -> Cutout:
    """One that drives through the clip, cut out of it."""
    road = clip(CAR, per_second=5)
    empty = np.median(np.stack(road.images[::8]), axis=0).astype(np.uint8)
    nearest = min(range(len(road.times)), key=lambda index: abs(road.times[index] - 17.28))
    return cut_out(road.images[nearest], empty, Box(0.39, 0.05, 0.61, 0.65))


def parked(since: float, until: float) -> Iterator[Frame]:
    """The road, with that car parked for a while."""
    road = clip(CAR, per_second=5)
    for image, t in zip(road.images, road.times, strict=True):
        shown: Image = paste_car(image, PARKED, a_car()) if since <= t < until else image
        yield Frame(shown, t, EPOCH + timedelta(seconds=t))


def test_cars_that_drive_through_do_not_occupy_the_road() -> None:
    """A zone over the whole road, three seconds: nothing is told of four cars in half a minute."""
    given = slowed(address("lane_occupied", area=WHOLE, after="3s"), 2)
    assert analysed(parked(99, 99), given) == []


def test_a_car_that_parks_occupies_it_once() -> None:
    """From 8 s on, eight seconds allowed: told once, within five seconds of when it is due."""
    given = slowed(address("lane_occupied", area=LANE, after="8s"), 2)
    told = analysed(parked(8, 24), given)
    begin, end = [line for line in told if line.type == "lane_occupied"]
    assert (begin.type, begin.phase, end.phase) == ("lane_occupied", "begin", "end")
    assert 16 <= begin.t <= 21
    assert begin.object == end.object
    assert end.dwell == pytest.approx(16, abs=2)


def test_a_car_that_was_there_before_the_camera_is_known_by_the_model_alone() -> None:
    """Nothing to compare it with: a closer look at the zone finds it."""
    given = slowed(address("lane_occupied", area=LANE, after="5s"), 2)
    frames = (frame for frame in parked(0, 99) if frame.t < 9)
    begin, end = analysed(frames, given)
    assert (begin.basis, begin.model) == ("model", "yolox_nano")
    assert begin.t <= 10
    assert end.still


@pytest.mark.parametrize("per_second", [1, 3])
def test_dwell_of_a_real_person_is_the_time_in_the_zone(per_second: float) -> None:
    """In from the left, a while in the middle, out, back again and away: two episodes."""
    way = Way(
        [
            (1, -0.1, FEET),
            (5, 0.45, FEET),
            (12, 0.5, FEET + 0.05),
            (14.5, 0.85, FEET),
            (18, 0.85, FEET),
            (20, 0.5, FEET),
            (27, 0.55, FEET + 0.05),
            (31, 1.1, FEET),
        ]
    )
    given = slowed(address("loitering", after="4s"), per_second)
    told = analysed(workshop(way, 34, per_second), given)
    assert [line.phase for line in told] == ["begin", "end"] * 2
    visits = [Way(way.stops[:5]), Way(way.stops[4:])]
    for visit, line in zip(visits, told[1::2], strict=True):
        assert line.dwell == pytest.approx(truth(visit, (0.3, 0.7), 34), abs=1.5)
        assert line.label == "person"
