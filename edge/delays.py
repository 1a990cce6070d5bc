"""Delays between two tries, longer each time."""

from __future__ import annotations

import random
from collections.abc import Iterator

FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0


def backoff(first: float = FIRST_DELAY_S, limit: float = LONGEST_DELAY_S) -> Iterator[float]:
    """Yield exponential delays in seconds, each shortened by chance so that a crowd spreads."""
    ceiling = first
    while True:
        yield random.uniform(ceiling / 2, ceiling)  # noqa: S311 - spreads load, hides nothing
        ceiling = min(limit, ceiling * 2)
