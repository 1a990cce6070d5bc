"""Numbers as YAML 1.2 writes them."""

from __future__ import annotations

import math
from typing import Final

LONGEST_NUMBER: Final = 40
"""Digits; an eight-byte counter has twenty."""


def whole(text: str) -> int | None:
    """Return the whole number; none where it is none, or longer than any."""
    bare = text.replace("_", "").lower()
    if len(bare) > LONGEST_NUMBER:
        return None
    sign = -1 if bare.startswith("-") else 1
    digits = bare.lstrip("+-")
    base = {"0x": 16, "0o": 8, "0b": 2}.get(digits[:2], 10)
    try:
        return sign * int(digits, base)
    except ValueError:
        return None


def decimal(text: str) -> float | None:
    """Return the number; none where it is none, or without end."""
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
