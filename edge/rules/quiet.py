"""Which readings are nothing new, for one rule or for all that listen to a point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from edge.model import Quality, Reading

Quiet: TypeAlias = Callable[[Reading], bool]
"""Whether a reading leaves a rule's state as it is, with nothing to tell."""

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
