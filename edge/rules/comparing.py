"""How a value is compared with what a rule says, and what leaves the outcome as it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from edge.model import Quality, Reading, Value
from edge.rules.condition import When
from edge.rules.expression import conforms
from edge.rules.limit import Quantity
from edge.rules.quiet import Quiet, Within
from edge.rules.units import LARGEST, PointType


@dataclass(frozen=True, slots=True)
class Beyond:
    """True above `high` or below `low`; once true, until the value is `deadband` back."""

    low: float | None = None
    high: float | None = None
    deadband: float = 0.0

    def __call__(self, value: Value, before: bool) -> bool:  # noqa: FBT001 - an alarm's form
        """The same, in the form in which an alarm asks."""
        return self.holds(value, before=before)

    def holds(self, value: Value, *, before: bool) -> bool:
        """Whether it is so, knowing whether it was before."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        back = self.deadband if before else 0.0
        above = self.high is not None and value > self.high - back
        return above or (self.low is not None and value < self.low + back)

    def between(self, *, before: bool) -> tuple[float, float] | None:
        """The range in which the outcome stays what it was; none where that is not one range."""
        if not before:
            return (
                -LARGEST if self.low is None else self.low,
                LARGEST if self.high is None else self.high,
            )
        if self.low is None and self.high is not None:
            return math.nextafter(self.high - self.deadband, math.inf), LARGEST
        if self.high is None and self.low is not None:
            return -LARGEST, math.nextafter(self.low + self.deadband, -math.inf)
        return None


@dataclass(frozen=True, slots=True)
class OneOf:
    """True while the value is one of these; with `wanted` false, while it is none of them."""

    values: tuple[Value, ...]
    wanted: bool = True

    def holds(self, value: Value, *, before: bool) -> bool:
        """Whether it is so; 1 is not true."""
        del before
        found = any(
            isinstance(value, bool) is isinstance(one, bool) and value == one for one in self.values
        )
        return found is self.wanted


Comparison: TypeAlias = Beyond | OneOf


def comparison_of(when: When) -> Comparison:
    """The comparison that a condition writes; its limits are in the unit of its point."""
    if when.equals is not None:
        return OneOf((when.equals,))
    if when.not_equals is not None:
        return OneOf((when.not_equals,), wanted=False)
    if when.any_of is not None:
        return OneOf(when.any_of)
    low, high = when.outside or (when.below, when.above)
    return Beyond(_number(low), _number(high), when.deadband)


def good_value(reading: Reading, wanted: PointType) -> Value | None:
    """The value of a reading; none when it is bad, or not of its point's type."""
    good = reading.quality is not Quality.BAD and conforms(reading.value, wanted)
    return reading.value if good else None


def same(comparison: Comparison, wanted: PointType, *, truth: bool | None) -> Quiet:
    """A fast answer to whether a reading leaves the outcome of a comparison at `truth`."""
    if truth is None:
        return lambda reading: good_value(reading, wanted) is None
    if wanted == "bool":
        kept = [v for v in (True, False) if comparison.holds(v, before=truth) is truth]
        if len(kept) == 1:
            return _always(only=kept[0])
    elif isinstance(comparison, Beyond) and (limits := comparison.between(before=truth)):
        return Within(*limits)

    def slow(reading: Reading) -> bool:
        value = good_value(reading, wanted)
        return value is not None and comparison.holds(value, before=truth) is truth

    return slow


def _always(*, only: bool) -> Quiet:
    bad = Quality.BAD
    return lambda reading: reading.value is only and reading.quality is not bad


def _number(limit: Quantity | None) -> float | None:
    return limit.number if limit else None
