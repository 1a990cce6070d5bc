"""The real models on real pictures: cars from above, people at a door, a face."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import pytest

from edge.vision.detect.asking import Answer, Object
from edge.vision.detect.cards import shipped
from edge.vision.detect.client import LocalDetector
from edge.vision.findings import Box
from edge.vision.pictures import Image
from tests.fakes.clips import CAR, PEOPLE, WORKER, clip
from tests.fakes.models import real_models

VEHICLES = {"car", "bus", "truck"}


@pytest.fixture(scope="module")
def detector() -> Iterator[LocalDetector]:
    """The three models."""
    detector = LocalDetector([real_models()])
    yield detector
    detector.close()


def found(detector: LocalDetector, image: Image, model: str) -> Sequence[Object]:
    """What is in a picture."""
    reply = detector.ask(image, model, 0.0)
    assert isinstance(reply, Answer), reply
    return reply.objects


def shared(one: Box, other: Sequence[float]) -> float:
    """What two boxes share of what both cover."""
    wide = min(one.right, other[2]) - max(one.left, other[0])
    high = min(one.bottom, other[3]) - max(one.top, other[1])
    both = max(0.0, wide) * max(0.0, high)
    return both / (one.area + Box(*other).area - both)


def test_vehicles_from_above(detector: LocalDetector) -> None:
    """A car in the middle of the picture is found, and taken for a bus; the empty road is empty.

    From straight above it is a bus or a truck rather than a car: what the card says of it is so.
    """
    [passing] = sure(found(detector, road_at(17.52), "yolox_nano"), VEHICLES)
    assert passing.score > 0.7
    assert shared(passing.box, (0.402, 0.011, 0.595, 0.54)) > 0.9
    empty = [road_at(t) for t in (21.0, 22.0, 23.0)]
    assert [sure(found(detector, image, "yolox_nano"), VEHICLES) for image in empty] == [[]] * 3


def road_at(t: float) -> Image:
    """The picture of the road that was taken nearest to that time."""
    road = clip(CAR, per_second=5)
    return min(zip(road.times, road.images, strict=True), key=lambda each: abs(each[0] - t))[1]


def sure(objects: Sequence[Object], labels: set[str]) -> list[Object]:
    """Those that are there, of some classes."""
    return [each for each in objects if each.sure and each.label in labels]


def test_a_worker_walks_away(detector: LocalDetector) -> None:
    """One person in every picture, ever further to the left, sure of it."""
    lefts = []
    for image in clip(WORKER).images[20::10]:
        [worker] = sure(found(detector, image, "yolox_nano"), {"person"})
        assert worker.score > 0.8
        lefts.append(worker.box.left)
    assert lefts[0] > 0.25 > lefts[-1]


def test_what_is_hardly_seen_is_told_as_unsure(detector: LocalDetector) -> None:
    """People cut off by the edge, 60 pixels high: few are sure, but most can be followed."""
    seen = [
        each
        for image in clip(PEOPLE).images[:10]
        for each in found(detector, image, "yolox_nano")
        if each.label == "person" and shared(each.box, (0.02, 0.2, 0.12, 0.56)) > 0.4
    ]
    assert len(seen) >= 7
    assert 1 <= sum(each.sure for each in seen) <= 3


@pytest.mark.parametrize(("model", "least"), [("yolox_nano", 0.9), ("fastestdet", 0.7)])
def test_a_person_wherever_they_stand(detector: LocalDetector, model: str, least: float) -> None:
    """A portrait laid into a larger picture is found there: boxes come back to the asked one."""
    portrait = cv2.imread(str(shipped() / "portrait.jpg"))
    assert portrait is not None
    for left, top, width, height in ((0, 0, 700, 400), (400, 60, 720, 400), (0, 240, 320, 640)):
        image = np.full((height, width, 3), 110, np.uint8)
        image[top : top + 320, left : left + 280] = portrait
        [person] = sure(found(detector, image, model), {"person"})[:1]
        where = (left / width, top / height, (left + 245) / width, (top + 320) / height)
        assert shared(person.box, where) > least - 0.15


def test_a_face_with_its_landmarks(detector: LocalDetector) -> None:
    """Also as small as ten pixels of the model's picture; eyes above the mouth, within the box."""
    portrait = cv2.imread(str(shipped() / "portrait.jpg"))
    assert portrait is not None
    for size in (1.0, 0.5, 0.25):
        image = np.full((320, 320, 3), 110, np.uint8)
        small = cv2.resize(portrait, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
        image[: small.shape[0], : small.shape[1]] = small
        [face] = [each for each in found(detector, image, "yunet") if each.sure]
        assert shared(face.box, [size * part for part in (0.351, 0.118, 0.527, 0.345)]) > 0.75
        x, y = face.landmarks[0::2], face.landmarks[1::2]
        assert len(x) == len(y) == 5
        assert max(y[:2]) < y[2] < min(y[3:])
        assert face.box.left < min(x) < max(x) < face.box.right


def test_the_size_that_is_sent_changes_little(detector: LocalDetector) -> None:
    """A camera shrinks its picture before it asks: what is found is the same."""
    image = road_at(17.52)
    large = cv2.resize(image, (1920, 1080), interpolation=cv2.INTER_CUBIC)
    first = found(detector, np.asarray(large, np.uint8), "yolox_nano")
    second = found(detector, image, "yolox_nano")
    [one], [other] = sure(first, VEHICLES), sure(second, VEHICLES)
    assert one.label == other.label
    assert abs(one.score - other.score) < 0.1
    assert shared(one.box, other.box) > 0.9
