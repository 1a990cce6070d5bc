"""From candidates to objects: places in the asked picture, thresholds, one box for one thing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.vision.detect.card import Card, InputSection, ThresholdsSection
from edge.vision.detect.decode import Candidates
from edge.vision.detect.objects import MOST, objects
from edge.vision.detect.prepare import Fitted, fitted, prepared, resized
from tests.fakes.models import plain_card

WHOLE = Fitted(width=100, height=100)


def section(**changes: Any) -> InputSection:
    """A letterbox of 40 × 20."""
    usual = {"width": 40, "height": 20, "colour": "bgr", "scale": 1.0, "fit": "letterbox"}
    return InputSection.model_validate({**usual, **changes}, strict=False)


def card(**changes: Any) -> Card:
    """A card with two labels of one class and one that nobody asks for."""
    usual: dict[str, Any] = {
        "labels": ("van", "truck", "toaster", "person"),
        "classes": {"van": "truck", "truck": "truck", "person": "person"},
        "thresholds": ThresholdsSection(default=0.5, low=0.1, classes={"person": 0.3}),
        "nms": 0.5,
        "task": "objects",
    }
    return plain_card(**{**usual, **changes})


def candidates(*each: tuple[list[float], int, float]) -> Candidates:
    """Boxes in pixels of 100 × 100, label numbers, scores."""
    return Candidates(
        boxes=np.array([box for box, _, _ in each], np.float32).reshape(-1, 4),
        numbers=np.array([number for _, number, _ in each], np.intp),
        scores=np.array([score for _, _, score in each], np.float32),
    )


def told(found: Candidates, **changes: Any) -> list[tuple[str, float, bool]]:
    """Label, score and whether it is sure."""
    found_objects = objects(found, card(**changes), WHOLE)
    return [(each.label, round(each.score, 2), each.sure) for each in found_objects]


def test_thresholds_are_of_canonical_classes() -> None:
    """Below its class's threshold an object is told, but not sure; below the low one not at all."""
    box = [0.0, 0.0, 10.0, 10.0]
    apart = [[50.0 * n, 50.0, 50.0 * n + 9, 60.0] for n in range(2)]
    found = candidates((box, 3, 0.35), (apart[0], 0, 0.35), (apart[1], 1, 0.05), (box, 2, 0.9))
    assert told(found) == [("person", 0.35, True), ("truck", 0.35, False)]


def test_one_thing_has_one_box() -> None:
    """Two labels of one class are one thing; of two classes only where the boxes are the same."""
    bus, near, inside = [0.0, 0, 60, 60], [0.0, 0, 60, 58], [0.0, 0, 60, 40]
    assert told(candidates((bus, 0, 0.6), (near, 1, 0.8))) == [("truck", 0.8, True)]
    assert told(candidates((bus, 0, 0.6), (near, 3, 0.8))) == [("person", 0.8, True)]
    both = told(candidates((bus, 0, 0.6), (inside, 3, 0.8)))
    assert both == [("person", 0.8, True), ("truck", 0.6, True)]


def test_boxes_end_where_the_picture_does() -> None:
    """What lies outside, has no size or is no number at all is nothing."""
    found = objects(
        candidates(
            ([-20.0, 50, 30, 130], 3, 0.9),
            ([120.0, 0, 140, 20], 3, 0.9),
            ([40.0, 10, 40, 20], 3, 0.9),
            ([float("nan"), 0, 10, 10], 3, 0.9),
            ([0.0, 0, 10, 10], 3, float("nan")),
        ),
        card(),
        WHOLE,
    )
    [only] = found
    assert tuple(only.box) == pytest.approx((0, 0.5, 0.3, 1))


def test_a_flood_is_bounded() -> None:
    """A model that is fed nonsense finds something everywhere; the best of it are enough."""
    boxes = [([n % 100.0, n // 100.0, n % 100 + 0.5, n // 100 + 0.5], 3, 0.9) for n in range(5000)]
    assert len(told(candidates(*boxes))) == MOST


def test_nothing_is_no_mistake() -> None:
    """An empty street."""
    assert told(candidates()) == []


def test_classes_of_a_whole_picture_are_all_told() -> None:
    """They share the whole picture, and are not one thing for it."""
    whole = [0.0, 0, 100, 100]
    found = candidates((whole, 3, 0.6), (whole, 0, 0.4))
    assert told(found, task="classify") == [("person", 0.6, True), ("truck", 0.4, False)]


def test_a_label_that_is_not_on_the_card_is_nothing() -> None:
    """An export with its own numbers: a label number beyond the labels."""
    assert told(candidates(([0.0, 0, 10, 10], 17, 0.9), ([0.0, 0, 10, 10], -1, 0.9))) == []


def test_how_a_picture_is_laid_in() -> None:
    """Letterbox at the corner or in the middle, or stretched; the reference is worked out."""
    assert fitted(80, 20, section()) == Fitted(width=40, height=10)
    assert fitted(80, 20, section(place="centre")) == Fitted(width=40, height=10, top=5)
    assert fitted(10, 10, section(place="centre")) == Fitted(width=20, height=20, left=10)
    assert fitted(80, 20, section(fit="stretch")) == Fitted(width=40, height=20)
    assert fitted(4000, 1, section()) == Fitted(width=40, height=1)


def test_what_a_model_is_fed() -> None:
    """Order of colours, scale, mean, deviation, padding and layout, value by value."""
    image = np.zeros((10, 40, 3), np.uint8)
    image[:, :] = (10, 20, 30)
    fed, how = prepared(image, section(pad=7))
    assert how == Fitted(width=40, height=10)
    assert fed.shape == (1, 3, 20, 40)
    assert fed.dtype == np.float32
    assert fed[0, :, 0, 0].tolist() == [10, 20, 30]
    assert fed[0, :, 10, 0].tolist() == [7, 7, 7]
    fed, _ = prepared(image, section(colour="rgb", scale=0.1, mean=[1, 2, 3], std=[1, 2, 4]))
    assert fed[0, :, 0, 0] == pytest.approx([2, 0, -0.5])
    fed, _ = prepared(image, section(layout="nhwc", dtype="uint8"))
    assert fed.shape == (1, 20, 40, 3)
    assert fed.dtype == np.uint8
    assert fed[0, 0, 0].tolist() == [10, 20, 30]
    fed, _ = prepared(image, section(dtype="float16"))
    assert fed.dtype == np.float16


def test_a_picture_of_the_right_size_is_not_touched() -> None:
    """A camera that has shrunk it costs the detector no second shrinking."""
    image = np.zeros((9, 16, 3), np.uint8)
    assert resized(image, 16, 9) is image
    assert resized(image, 8, 3).shape == (3, 8, 3)


@given(
    width=st.integers(1, 5000),
    height=st.integers(1, 5000),
    corner=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    place=st.sampled_from(["top_left", "centre"]),
    fit=st.sampled_from(["letterbox", "stretch"]),
)
def test_places_come_back(
    width: int, height: int, corner: tuple[float, float], place: str, fit: str
) -> None:
    """A point of the picture, found in the model's, is told where it was in the picture."""
    how = fitted(width, height, section(width=416, height=320, place=place, fit=fit))
    assert 0 <= how.left <= how.left + how.width <= 416
    assert 0 <= how.top <= how.top + how.height <= 320
    seen = np.array([[how.left + corner[0] * how.width, how.top + corner[1] * how.height]])
    assert how.parts(seen.astype(np.float32))[0] == pytest.approx(corner, abs=1e-3)
