"""Faults of sensors and of what they measure: what each makes of the true value, and when."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from simulators.series.signals import Change, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault, in days since the series began; `size` is in the unit of the signal."""

    kind: str
    begins: float
    ends: float
    size: float

    def during(self, day: float) -> bool:
        """Whether it is there."""
        return self.begins <= day < self.ends

    def grown(self, day: float) -> float:
        """How much of it is there: it grows until it ends."""
        return (day - self.begins) / (self.ends - self.begins) * self.size


Maker: TypeAlias = Callable[[Fault], Change]


def _step(fault: Fault) -> Change:
    """A valve half shut, a load left on, a sensor that was moved: off by so much for hours."""
    return lambda day, value: value + fault.size if fault.during(day) else value


def _ramp(fault: Fault) -> Change:
    """A sensor that ages, a filter that clogs, an insulation that gives way."""
    return lambda day, value: value + fault.grown(day) if fault.during(day) else value


def _stuck(fault: Fault) -> Change:
    """The last value for days; it is still read, and still of good quality."""
    held: list[float] = []

    def change(day: float, value: float) -> float:
        if not fault.during(day):
            return value
        held[:] = held or [value]
        return held[0]

    return change


def _spike(fault: Fault) -> Change:
    """Two readings that are far off: a hammer in the pipe, a loose contact."""
    until = fault.begins + 21 / 1440
    return lambda day, value: value + fault.size if fault.begins <= day < until else value


def _lag(fault: Fault) -> Change:
    """At night as by day: what should be off is not, and what is measured shows no season."""
    return lambda day, value: value + fault.size * (1 - _use(day)) if fault.during(day) else value


def _use(day: float) -> float:
    hour = day % 1 * 24
    return 0.0 if hour < 5 else 1.0  # noqa: PLR2004 - people get up at five


MAKERS: Final[Mapping[str, Maker]] = {
    "step": _step,
    "ramp": _ramp,
    "stuck": _stuck,
    "spike": _spike,
    "night": _lag,
}

LENGTHS: Final[Mapping[str, tuple[float, float]]] = {
    "step": (0.25, 3.0),
    "ramp": (10.0, 21.0),
    "stuck": (1.0, 4.0),
    "spike": (0.01, 0.01),
    "night": (1.0, 4.0),
}
"""Days that a fault of each kind lasts."""

UNSURE: Final = 0.01
"""A fault begins not on the dot."""


def fault_of(
    chance: random.Random, kind: str, signal: Signal, size: float, span: tuple[float, float]
) -> Fault:
    """A fault that begins and ends within these days; it goes up or down."""
    lasts = min(chance.uniform(*LENGTHS[kind]), (span[1] - span[0]) * 0.9)
    begins = chance.uniform(span[0], span[1] - lasts) + UNSURE
    way = 1 if signal.level - size * signal.matters < 0 else chance.choice((1, -1))
    return Fault(kind=kind, begins=begins, ends=begins + lasts, size=way * size * signal.matters)
