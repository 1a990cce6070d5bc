"""Which readings are nothing new, for one rule or for all that listen to a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from edge.model import Quality, Reading

Quiet: TypeAlias = Callable[[Reading], bool]
"""Whether a reading leaves a rule's state as it is, with nothing to tell.

That hangs on its point, its value and its quality alone: the same again is as quiet as before.
"""

_NUMBERS: Final = frozenset((int, float))


@dataclass(frozen=True, slots=True)
class Within:
    """Good numbers from `low` to `high`, both included."""

    low: float
    high: float

    def __call__(self, reading: Reading) -> bool:
        """Whether the reading is one of them."""
        value = reading.value
        return (
            isinstance(value, int | float)
            and type(value) in _NUMBERS
            and self.low <= value <= self.high
            and reading.quality is not Quality.BAD
        )


@dataclass(frozen=True, slots=True)
class ByPoint:
    """What each point may read; a reading of a point that is not there is never quiet."""

    checks: Mapping[str, Quiet]

    def __call__(self, reading: Reading) -> bool:
        """Whether the reading is quiet at its point."""
        check = self.checks.get(reading.point)
        return check is not None and check(reading)


def quiet_at(point: str, several: Sequence[Quiet | None]) -> Quiet | None:
    """What is nothing new to any of them at one point; none where one of them wants all.

    It is a `Within` where that can be said so, for whoever would rather ask than be told.
    """
    own = [each.checks.get(point) if isinstance(each, ByPoint) else each for each in several]
    return None if None in own else joined([each for each in own if each is not None])


def joined(several: Sequence[Quiet]) -> Quiet:
    """The same as `together`, but ranges stay one that can be looked at."""
    ranges = [each for each in several if isinstance(each, Within)]
    if not ranges or len(ranges) < len(several):
        return together(several)
    return Within(max(each.low for each in ranges), min(each.high for each in ranges))


def together(several: Sequence[Quiet | None]) -> Quiet:
    """What is nothing new to any of them; none wants every reading; ranges cost as much as one."""
    if None in several:
        return _nothing
    ranges = [each for each in several if isinstance(each, Within)]
    others = tuple(each for each in several if each and not isinstance(each, Within))
    if not ranges:
        return _all(others)
    low, high = max(each.low for each in ranges), min(each.high for each in ranges)
    bad, numbers = Quality.BAD, _NUMBERS

    def within(reading: Reading) -> bool:
        value = reading.value
        return type(value) in numbers and low <= value <= high and reading.quality is not bad  # type: ignore[operator]

    return _all((within, *others)) if others else within


def _all(several: tuple[Quiet, ...]) -> Quiet:
    def quiet(reading: Reading) -> bool:
        for each in several:  # noqa: SIM110 - a generator costs more than what it asks
            if not each(reading):
                return False
        return True

    return quiet


def _nothing(reading: Reading) -> bool:
    """Every reading matters."""
    del reading
    return False
