"""Makes objects of candidates: canonical labels, thresholds, one box for one thing."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from edge.vision.detect.asking import Object
from edge.vision.detect.card import Card
from edge.vision.detect.decode import Candidates
from edge.vision.detect.prepare import Fitted, Floats
from edge.vision.findings import Box

ONE_THING: Final = 0.8
"""Boxes of two classes that share so much are one thing with two names: a bus and a truck."""

MOST: Final = 300
"""Objects of one picture; a full square has fewer, a model that is fed nonsense has thousands."""


def objects(found: Candidates, card: Card, fitted: Fitted) -> tuple[Object, ...]:
    """What is there, best first, in parts of the picture that was asked about.

    Boxes end at the picture's edges. What is not finite is left out.
    """
    labels = [card.canonical(int(number)) for number in found.numbers]
    least = np.array([min(card.thresholds.low, card.thresholds.sure(each)) for each in labels])
    finite = np.isfinite(found.boxes).all(axis=1) & np.isfinite(found.scores)
    told = np.array([bool(each) for each in labels], dtype=bool)
    able = np.flatnonzero(told & finite & (found.scores >= least)) if labels else np.array([], int)
    order = able[np.argsort(-found.scores[able], kind="stable")][: MOST * 4]
    boxes = np.clip(fitted.parts(found.boxes), 0, 1)
    if card.task == "classify":
        kept = order
    else:
        sized = (boxes[order, 2] > boxes[order, 0]) & (boxes[order, 3] > boxes[order, 1])
        kept = _distinct(boxes, np.array(labels), order[sized], card.nms)
    marks = None if found.landmarks is None else fitted.parts(found.landmarks)
    return tuple(
        Object(
            box=Box(*(float(side) for side in boxes[each])),
            label=labels[each],
            score=min(1.0, float(found.scores[each])),
            landmarks=() if marks is None else tuple(float(mark) for mark in marks[each]),
            sure=bool(found.scores[each] >= card.thresholds.sure(labels[each])),
        )
        for each in kept
    )


def _distinct(
    boxes: Floats, labels: npt.NDArray[np.str_], order: npt.NDArray[np.intp], most: float
) -> npt.NDArray[np.intp]:
    """Leave out, in order of the scores, what is the same thing as one that was kept."""
    kept: list[np.intp] = []
    rest = order
    while len(rest) and len(kept) < MOST:
        first, rest = rest[0], rest[1:]
        kept.append(first)
        shared = _shared(boxes[first], boxes[rest])
        limit = np.where(labels[rest] == labels[first], most, max(most, ONE_THING))
        rest = rest[shared <= limit]
    return np.array(kept, dtype=np.intp)


def _shared(one: Floats, others: Floats) -> Floats:
    """Return the area two boxes share, in parts of the area they cover together."""
    corner = np.maximum(one[:2], others[:, :2])
    opposite = np.minimum(one[2:], others[:, 2:])
    both = np.prod(np.clip(opposite - corner, 0, None), axis=1)
    areas = np.prod(others[:, 2:] - others[:, :2], axis=1)
    return np.asarray(both / (np.prod(one[2:] - one[:2]) + areas - both), dtype=np.float32)
