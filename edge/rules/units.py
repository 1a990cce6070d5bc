"""What kind of value a part of an expression has: truth, text, or a number in a unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.model import Text

PointType: TypeAlias = Literal["bool", "int", "float", "str"]
LARGEST: Final = 1e18
"""A number beyond this was not measured; sums over a month of such are still numbers."""

Unit: TypeAlias = tuple[tuple[str, int], ...]
"""Units with their powers, in order; empty for a plain number, which goes with any unit."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a value; only a number has a unit."""

    word: Literal["truth", "number", "text"]
    unit: Unit = ()

    @property
    def text(self) -> Text:
        """The kind as a person reads it."""
        return _WORDS[self.word]


TRUTH: Final = Kind("truth")
TEXT: Final = Kind("text")
NUMBER: Final = Kind("number")

_WORDS: Final = {
    "truth": Text("真假", "true or false"),
    "number": Text("数值", "a number"),
    "text": Text("文字", "text"),
}


def kind_of(point: PointType, unit: str) -> Kind:
    """The kind of what a point says."""
    if point == "bool":
        return TRUTH
    if point == "str":
        return TEXT
    return Kind("number", ((unit, 1),) if unit else ())


def product(left: Unit, right: Unit, power: Literal[1, -1] = 1) -> Unit:
    """The unit of `left * right`, or of `left / right` with the power -1."""
    powers = dict(left)
    for unit, exponent in right:
        powers[unit] = powers.get(unit, 0) + power * exponent
    return tuple(sorted((unit, exponent) for unit, exponent in powers.items() if exponent))


def common(units: Sequence[Unit]) -> Unit | None:
    """The one unit that several numbers share, plain ones aside; none when they differ."""
    written = {unit for unit in units if unit}
    if len(written) > 1:
        return None
    return written.pop() if written else ()


def spell(unit: Unit) -> str:
    """Write a unit: `kWh/h`, `m²` as `m^2`."""

    def part(power: Literal[1, -1]) -> str:
        return "·".join(
            name if exponent * power == 1 else f"{name}^{exponent * power}"
            for name, exponent in unit
            if exponent * power > 0
        )

    above, below = part(1), part(-1)
    return f"{above or '1'}/{below}" if below else above
