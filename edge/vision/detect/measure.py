"""What a picture costs a model on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np

from edge.vision.detect.session import Model
from edge.vision.detect.shelf import Standing

PICTURES: Final = 60
WARM: Final = 5
"""The first ones are slower: memory is had, code is loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Milliseconds a picture, all from the picture to the objects; `a_second` on one core."""

    runs_on: str
    p50_ms: float
    p99_ms: float
    a_second: float


def measure(standing: Standing) -> Cost:
    """Load a model and show it pictures as a camera would; a `ValueError` when it cannot be."""
    model = Model.load(standing)
    chance = np.random.default_rng(1)
    small = chance.integers(0, 256, (27, 48, 3), dtype=np.uint8)
    image = small.repeat(16, axis=0).repeat(16, axis=1)
    took = []
    for _ in range(WARM + PICTURES):
        began = perf_counter()
        model.find(image)
        took.append(perf_counter() - began)
    times = np.array(took[WARM:]) * 1000
    return Cost(
        runs_on=model.provider,
        p50_ms=float(np.percentile(times, 50)),
        p99_ms=float(np.percentile(times, 99)),
        a_second=float(1000 / times.mean()),
    )
