"""Reads the outputs of object and face detectors: boxes, label numbers and scores. Pure numpy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from edge.vision.detect.card import (
    Card,
    FastestDetOutput,
    LogitsOutput,
    NmsXyxyOutput,
    Yolov8Output,
    YoloxOutput,
    YunetOutput,
)
from edge.vision.detect.trouble import Misread

Floats: TypeAlias = npt.NDArray[np.float32]
Outputs: TypeAlias = Mapping[str, Floats]
"""What a model gave, by the names of its outputs."""

LONGEST_LOG: Final = np.float32(12.0)
"""Of a size: e^12 strides is far outside of any picture, and no overflow."""

NMS_COLUMNS: Final = 6

MOST_NAMED: Final = 3
"""Outputs whose shapes a message names."""

_OBJECT, _CLASS = np.float32(0.6), np.float32(0.4)
"""How FastestDet's authors weigh that something is there against what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """What may be there. Boxes are n × 4 in pixels of the model's picture, landmarks n × 2k."""

    boxes: Floats
    numbers: npt.NDArray[np.intp]
    scores: Floats
    landmarks: Floats | None = None


def decode(outputs: Outputs, card: Card) -> Candidates:
    """Read the outputs as the card says; `Misread` where they do not have that shape.

    Only what reaches the card's lower threshold is in it.
    """
    low = card.thresholds.low
    match card.output:
        case YoloxOutput(strides=strides):
            return _yolox(outputs, card, strides, low)
        case FastestDetOutput():
            return _fastestdet(outputs, card, low)
        case YunetOutput(strides=strides):
            return _yunet(outputs, card, strides, low)
        case Yolov8Output():
            return _yolov8(outputs, card, low)
        case NmsXyxyOutput(boxes=unit):
            return _nms_xyxy(outputs, card, unit == "parts", low)
        case LogitsOutput(activation=activation):
            return _logits(outputs, card, _ACTIVATIONS[activation], low)


def _only(outputs: Outputs, expected: Sequence[int | None], what: str) -> Floats:
    """Return the only output, its batch of one taken off, if it has that shape."""
    found = next(iter(outputs.values()))
    shape = found.shape
    right = len(shape) == len(expected) + 1 and shape[0] == 1
    fits = right and all(w in {None, h} for w, h in zip(expected, shape[1:], strict=True))
    if len(outputs) != 1 or not fits:
        first = list(outputs.values())[:MOST_NAMED]
        shapes = ", ".join("×".join(map(str, each.shape)) for each in first)
        shapes += ", …" if len(outputs) > MOST_NAMED else ""
        wanted = "×".join(["1", *("n" if each is None else str(each) for each in expected)])
        raise Misread(
            f"模型输出 {shapes}，{what} 要读 {wanted}；decoder、尺寸或 labels 不对？",
            f"the model gives {shapes}, but {what} reads {wanted}: another decoder, size or"
            " number of labels?",
        )
    return np.asarray(found[0], dtype=np.float32)


def _places(card: Card, strides: Sequence[int]) -> tuple[Floats, Floats]:
    """Return the corner of each place of the grids, in strides, and its stride in pixels."""
    grids, sizes = [], []
    for stride in strides:
        rows, columns = card.input.height // stride, card.input.width // stride
        y, x = np.mgrid[:rows, :columns]
        grids.append(np.stack([x, y], axis=-1).reshape(-1, 2))
        sizes.append(np.full((rows * columns, 1), stride))
    return (
        np.concatenate(grids).astype(np.float32),
        np.concatenate(sizes).astype(np.float32),
    )


def _around(centre: Floats, size: Floats) -> Floats:
    return np.concatenate([centre - size / 2, centre + size / 2], axis=-1)


def _yolox(outputs: Outputs, card: Card, strides: Sequence[int], low: float) -> Candidates:
    places, stride = _places(card, strides)
    rows = _only(outputs, (len(places), 5 + len(card.labels)), "yolox")
    likely = rows[:, 4] >= low  # a product cannot be larger
    rows, places, stride = rows[likely], places[likely], stride[likely]
    each = rows[:, 5:] * rows[:, 4:5]
    numbers = each.argmax(axis=1)
    scores = np.take_along_axis(each, numbers[:, np.newaxis], axis=1)[:, 0]
    kept = scores >= low
    rows, places, stride = rows[kept], places[kept], stride[kept]
    centre = (rows[:, :2] + places) * stride
    size = np.exp(np.minimum(rows[:, 2:4], LONGEST_LOG)) * stride
    return Candidates(boxes=_around(centre, size), numbers=numbers[kept], scores=scores[kept])


def _fastestdet(outputs: Outputs, card: Card, low: float) -> Candidates:
    grid = _only(outputs, (5 + len(card.labels), None, None), "fastestdet")
    high, wide = grid.shape[1:]
    rows = grid.reshape(grid.shape[0], -1).T
    y, x = np.mgrid[:high, :wide]
    places = np.stack([x, y], axis=-1).reshape(-1, 2).astype(np.float32)
    numbers = rows[:, 5:].argmax(axis=1)
    best = np.take_along_axis(rows[:, 5:], numbers[:, np.newaxis], axis=1)[:, 0]
    scores = np.power(np.maximum(rows[:, 0], 0), _OBJECT) * np.power(np.maximum(best, 0), _CLASS)
    kept = scores >= low
    rows, places = rows[kept], places[kept]
    whole = np.array([card.input.width, card.input.height], np.float32)
    step = whole / np.array([wide, high], np.float32)
    centre = np.asarray((places + np.tanh(rows[:, 1:3])) * step, dtype=np.float32)
    size = _sigmoid(rows[:, 3:5]) * whole
    return Candidates(boxes=_around(centre, size), numbers=numbers[kept], scores=scores[kept])


def _yunet(outputs: Outputs, card: Card, strides: Sequence[int], low: float) -> Candidates:
    parts: dict[str, Floats] = {}
    for kind in ("cls", "obj", "bbox", "kps"):
        names = [f"{kind}_{stride}" for stride in strides]
        missing = [name for name in names if name not in outputs or outputs[name].ndim < 3]  # noqa: PLR2004 - batch × places × values
        if missing:
            raise Misread(
                f"模型没有 yunet 要读的输出 {missing[0]}；decoder 不对？",
                f"the model has no output {missing[0]} that yunet reads: another decoder?",
            )
        parts[kind] = np.concatenate([outputs[name][0] for name in names])
    places, stride = _places(card, strides)
    if any(len(each) != len(places) for each in parts.values()):
        found = len(parts["bbox"])
        raise Misread(
            f"模型输出 {found} 处，yunet 要读 {len(places)} 处；尺寸不对？",
            f"the model gives {found} places, but yunet reads {len(places)}: another size?",
        )
    sure = np.clip(parts["cls"][:, 0], 0, 1) * np.clip(parts["obj"][:, 0], 0, 1)
    scores = np.sqrt(sure)
    kept = scores >= low
    boxes, marks, places, stride = (
        each[kept] for each in (parts["bbox"], parts["kps"], places, stride)
    )
    centre = (boxes[:, :2] + places) * stride
    size = np.exp(np.minimum(boxes[:, 2:4], LONGEST_LOG)) * stride
    pairs = marks.shape[1] // 2
    landmarks = (marks + np.tile(places, pairs)) * stride
    numbers = np.zeros(len(boxes), dtype=np.intp)
    return Candidates(
        boxes=_around(centre, size), numbers=numbers, scores=scores[kept], landmarks=landmarks
    )


def _yolov8(outputs: Outputs, card: Card, low: float) -> Candidates:
    rows = _only(outputs, (4 + len(card.labels), None), "yolov8").T
    numbers = rows[:, 4:].argmax(axis=1)
    scores = np.take_along_axis(rows[:, 4:], numbers[:, np.newaxis], axis=1)[:, 0]
    kept = scores >= low
    boxes = _around(rows[kept, :2], rows[kept, 2:4])
    return Candidates(boxes=boxes, numbers=numbers[kept], scores=scores[kept])


def _nms_xyxy(outputs: Outputs, card: Card, in_parts: bool, low: float) -> Candidates:  # noqa: FBT001 - a fact of the card
    found = next(iter(outputs.values()))
    batched = {"output": found[np.newaxis]} if len(outputs) == 1 and found.ndim == 2 else outputs  # noqa: PLR2004 - some exports leave the batch out
    rows = _only(batched, (None, NMS_COLUMNS), "nms-xyxy")
    rows = rows[rows[:, 4] >= low]
    side = np.array([card.input.width, card.input.height] * 2, np.float32)
    boxes = rows[:, :4] * side if in_parts else rows[:, :4]
    return Candidates(boxes=boxes, numbers=rows[:, 5].astype(np.intp), scores=rows[:, 4])


def _logits(
    outputs: Outputs, card: Card, activation: Callable[[Floats], Floats], low: float
) -> Candidates:
    scores = activation(_only(outputs, (len(card.labels),), "logits"))
    numbers = np.flatnonzero(scores >= low)
    whole = np.array([0, 0, card.input.width, card.input.height], np.float32)
    boxes = np.tile(whole, (len(numbers), 1))
    return Candidates(boxes=boxes, numbers=numbers, scores=scores[numbers])


def _sigmoid(values: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -60, 60))), dtype=np.float32)


def _softmax(values: Floats) -> Floats:
    powers = np.exp(values - values.max())
    return np.asarray(powers / powers.sum(), dtype=np.float32)


_ACTIVATIONS: Final[Mapping[str, Callable[[Floats], Floats]]] = {
    "softmax": _softmax,
    "sigmoid": _sigmoid,
    "none": lambda values: values,
}
