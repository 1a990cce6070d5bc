"""Decoders against small tensors whose boxes were worked out by hand."""

from __future__ import annotations

from math import atanh, log
from typing import Literal

import numpy as np
import pytest

from edge.vision.detect.card import (
    Card,
    FastestDetOutput,
    InputSection,
    LogitsOutput,
    NmsXyxyOutput,
    OutputSection,
    ThresholdsSection,
    Yolov8Output,
    YoloxOutput,
    YunetOutput,
)
from edge.vision.detect.decode import Candidates, Floats, decode
from edge.vision.detect.trouble import Misread
from tests.fakes.models import plain_card


def card(output: OutputSection, *labels: str, low: float = 0.1) -> Card:
    """A card of a model with a picture of 64 × 32."""
    return plain_card(
        output=output,
        labels=labels or ("cat", "dog"),
        thresholds=ThresholdsSection(default=0.5, low=low),
        input=InputSection(width=64, height=32, colour="bgr", scale=1.0, fit="stretch"),
    )


def told(found: Candidates) -> list[tuple[int, float, list[float]]]:
    """Number, score and box of each, rounded."""
    return [
        (int(number), round(float(score), 4), [round(float(side), 3) for side in box])
        for number, score, box in zip(found.numbers, found.scores, found.boxes, strict=True)
    ]


def rows(count: int, columns: int) -> Floats:
    """A tensor in which nothing is."""
    return np.zeros((1, count, columns), np.float32)


def test_yolox() -> None:
    """64 × 32 has 8 × 4, 4 × 2 and 2 × 1 places, row by row, the finest grid first."""
    given = rows(32 + 8 + 2, 7)
    given[0, 10] = [0.5, 0.25, log(2), log(3), 0.8, 0.1, 0.5]  # row 1, column 2 of stride 8
    given[0, 32 + 5] = [-0.5, 0.0, 0.0, log(0.5), 0.5, 0.9, 0.2]  # row 1, column 1 of stride 16
    given[0, 41] = [0.0, 0.5, 0.0, 0.0, 1.0, 0.0, 0.6]  # row 0, column 1 of stride 32
    given[0, 3] = [0, 0, 0, 0, 0.09, 1.0, 1.0]  # too little is there
    given[0, 4] = [0, 0, 0, 0, 0.2, 0.4, 0.3]  # 0.08 is too little as well
    assert told(decode({"out": given}, card(YoloxOutput(decoder="yolox")))) == [
        (1, 0.4, [12, -2, 28, 22]),
        (0, 0.45, [0, 12, 16, 20]),
        (1, 0.6, [16, 0, 48, 32]),
    ]


def test_fastestdet() -> None:
    """Score obj^0.6 × cls^0.4; centres by tanh from the place's corner; sizes by a sigmoid."""
    given = np.zeros((1, 7, 2, 4), np.float32)
    given[0, :, 1, 2] = [0.81, atanh(0.5), atanh(-0.5), 0.0, log(0.25 / 0.75), 0.1, 0.64]
    given[0, 0, 0, 0] = 0.05
    found = told(decode({"out": given}, card(FastestDetOutput(decoder="fastestdet"))))
    # 16 × 16 pixels a place: centre (2.5, 0.5) places, half as wide, a quarter as high
    assert found == [(1, round(0.81**0.6 * 0.64**0.4, 4), [24, 4, 56, 12])]


def test_yunet() -> None:
    """Twelve outputs by name; the score is the geometric mean; landmarks from the place too."""
    outputs: dict[str, Floats] = {}
    for stride, places in ((8, 32), (16, 8), (32, 2)):
        outputs[f"cls_{stride}"] = rows(places, 1)
        outputs[f"obj_{stride}"] = rows(places, 1)
        outputs[f"bbox_{stride}"] = rows(places, 4)
        outputs[f"kps_{stride}"] = rows(places, 10)
    outputs["cls_16"][0, 6], outputs["obj_16"][0, 6] = 0.81, 1.2  # row 1, column 2
    outputs["bbox_16"][0, 6] = [0.25, -0.5, log(2), 0.0]
    outputs["kps_16"][0, 6] = [0, 0, 1, 0, 0.5, 0.5, 0, 1, 1, 1]
    found = decode(outputs, card(YunetOutput(decoder="yunet"), "face"))
    assert told(found) == [(0, 0.9, [20, 0, 52, 16])]
    assert found.landmarks is not None
    assert found.landmarks.tolist() == [[32, 16, 48, 16, 40, 24, 32, 32, 48, 32]]


def test_yolov8() -> None:
    """Columns are places, boxes already in pixels; there is no score of its own for anything."""
    given = np.zeros((1, 6, 5), np.float32)
    given[0, :, 3] = [30, 16, 20, 8, 0.2, 0.7]
    found = told(decode({"out": given}, card(Yolov8Output(decoder="yolov8"))))
    assert found == [(1, 0.7, [20, 12, 40, 20])]


@pytest.mark.parametrize("batch", [True, False])
def test_nms_xyxy(*, batch: bool) -> None:
    """Boxes in pixels or in parts, with the batch or without; empty rows are left out."""
    pixels = np.array([[8, 4, 40, 20, 0.9, 1], [0, 0, 0, 0, 0, 0]], np.float32)
    parts = (pixels / np.array([64, 32, 64, 32, 1, 1])).astype(np.float32)
    units: tuple[tuple[Floats, Literal["pixels", "parts"]], ...]
    units = ((pixels, "pixels"), (parts, "parts"))
    for given, unit in units:
        output = NmsXyxyOutput(decoder="nms-xyxy", boxes=unit)
        outputs = {"out": given[np.newaxis] if batch else given}
        assert told(decode(outputs, card(output))) == [(1, 0.9, [8, 4, 40, 20])]


def test_logits() -> None:
    """What the whole picture shows: softmax of 2, 0, 0 is 0.787, 0.107, 0.107."""
    given = np.array([[2, 0, 0]], np.float32)
    labels = ("full", "empty", "shut")
    output = LogitsOutput(decoder="logits")
    whole = [0, 0, 64, 32]
    found = told(decode({"out": given}, card(output, *labels, low=0.2)))
    assert found == [(0, 0.787, whole)]
    sigmoid = LogitsOutput(decoder="logits", activation="sigmoid")
    found = told(decode({"out": given}, card(sigmoid, *labels)))
    assert found == [(0, 0.8808, whole), (1, 0.5, whole), (2, 0.5, whole)]
    plain = LogitsOutput(decoder="logits", activation="none")
    quarter = given * np.float32(0.25)
    assert told(decode({"out": quarter}, card(plain, *labels))) == [(0, 0.5, whole)]


MISREAD: dict[str, tuple[OutputSection, tuple[int, ...], str]] = {
    "yolox": (YoloxOutput(decoder="yolox"), (1, 7, 4, 4), "yolox reads 1×42×7"),
    "yolox of another size": (YoloxOutput(decoder="yolox"), (1, 84, 7), "1×84×7"),
    "yolox with other labels": (YoloxOutput(decoder="yolox"), (1, 42, 85), "1×42×7"),
    "fastestdet": (FastestDetOutput(decoder="fastestdet"), (1, 42, 7), "reads 1×7×n×n"),
    "yunet": (YunetOutput(decoder="yunet"), (1, 42, 7), "no output cls_8"),
    "yolov8": (Yolov8Output(decoder="yolov8"), (1, 85, 50), "yolov8 reads 1×6×n"),
    "nms-xyxy": (NmsXyxyOutput(decoder="nms-xyxy"), (1, 6, 50), "nms-xyxy reads 1×n×6"),
    "logits": (LogitsOutput(decoder="logits"), (1, 1000), "logits reads 1×2"),
    "two at once": (FastestDetOutput(decoder="fastestdet"), (2, 7, 4, 4), "gives 2×7×4×4"),
}


@pytest.mark.parametrize("name", MISREAD)
def test_an_output_of_another_shape_is_told(name: str) -> None:
    """Which shape there is, which one the decoder reads; in both languages."""
    output, shape, said = MISREAD[name]
    with pytest.raises(Misread) as error:
        decode({"out": np.zeros(shape, np.float32)}, card(output))
    assert said in str(error.value)
    assert "decoder" in error.value.text.zh


def test_yunet_of_another_size_is_told() -> None:
    """The names are right, the number of places is not."""
    outputs = {
        f"{kind}_{stride}": rows(10, size)
        for stride in (8, 16, 32)
        for kind, size in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
    }
    with pytest.raises(Misread, match="gives 30 places, but yunet reads 42"):
        decode(outputs, card(YunetOutput(decoder="yunet")))


def test_a_size_without_measure_is_no_overflow() -> None:
    """A model that is fed nonsense answers nonsense; numpy's warnings would be errors here."""
    given = rows(42, 7)
    given[0, 0] = [0, 0, 900, 900, 1, 1, 0]
    [(_, _, box)] = told(decode({"out": given}, card(YoloxOutput(decoder="yolox"))))
    assert all(np.isfinite(box))
