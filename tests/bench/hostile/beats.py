"""How regular something was, and how long something took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Final

WITHIN: Final = 0.1
"""Of the period: so much may another device cost."""


@dataclass(slots=True)
class Beats:
    """The instants at which a link was served: a poll came."""

    at: list[float] = field(default_factory=list)

    def between(self, begin: float, end: float) -> tuple[float, ...]:
        """Return the time from each beat to the next that began in this stretch.

        What is still waited for at the end counts as long as it has lasted: a link that is served
        no more does not look well.
        """
        held = [at for at in self.at if begin <= at < end]
        gaps = [after - before for before, after in pairwise(held)]
        waited = end - (held[-1] if held else begin)
        return (*gaps, waited) if waited > max(gaps, default=0.0) else tuple(gaps)


@dataclass(slots=True)
class Waits:
    """How long confirmations took, by the instant at which what they confirm was said."""

    took: dict[float, float] = field(default_factory=dict)

    def between(self, begin: float, end: float) -> tuple[float, ...]:
        """Return what was waited for what was said in this stretch, and has been confirmed."""
        return tuple(took for said, took in self.took.items() if begin <= said < end)


@dataclass(frozen=True, slots=True)
class Spread:
    """So many times, in seconds: between beats, or of waiting."""

    count: int
    mean_s: float
    p99_s: float
    worst_s: float

    def off(self, usual: Spread) -> float:
        """Return by which part the mean is longer than usual; below 0: shorter."""
        return self.mean_s / usual.mean_s - 1


def spread(times: Sequence[float]) -> Spread:
    """Return what can be said of these; of none, that it takes for ever."""
    if not times:
        return Spread(0, inf, inf, inf)
    ordered = sorted(times)
    return Spread(
        count=len(ordered),
        mean_s=sum(ordered) / len(ordered),
        p99_s=ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)],
        worst_s=ordered[-1],
    )
