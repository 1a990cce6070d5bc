"""What devices have said, record by record."""

from __future__ import annotations

from collections.abc import Iterable

from edge.model import Block, Record


def apart(told: Iterable[Record | Block]) -> list[Record]:
    """Every record by itself: of a block the readings."""
    return [
        record
        for each in told
        for record in (each.readings() if isinstance(each, Block) else (each,))
    ]
