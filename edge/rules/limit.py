"""A number as a person writes it, with the unit that it is in: `80 %`, `0.5 MPa`, `30`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeAlias

from pydantic import PlainValidator, WithJsonSchema

from edge.faults import fault
from edge.model import Text

_LIMIT: Final = re.compile(r"^([+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?)\s*([^\s0-9][^\s]{0,15})?$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number; `unit` is empty when none was written, and then means the point's own."""

    number: float
    unit: str = ""


def parse_quantity(text: Any) -> Quantity:
    """Read `80`, `80 %` or `-12.5 mA`."""
    if isinstance(text, Quantity):
        return text
    if isinstance(text, int | float) and not isinstance(text, bool) and math.isfinite(text):
        return Quantity(text)
    match = _LIMIT.match(text) if isinstance(text, str) else None
    if match is None:
        raise fault(
            Text("这里要写数值", "this is not a number"),
            Text(
                "写数字，可带单位，例如 80 %", "write a number, with its unit if any, such as 80 %"
            ),
        )
    number = float(match[1]) if "." in match[1] else int(match[1])
    return Quantity(number, match[2] or "")


Limit: TypeAlias = Annotated[
    Quantity,
    PlainValidator(parse_quantity),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number"},
                {"type": "string", "pattern": _LIMIT.pattern, "examples": ["80 %", "0.5 MPa"]},
            ]
        }
    ),
]
