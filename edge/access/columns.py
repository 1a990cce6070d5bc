"""How instants and sets of buildings stand in a column."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime


def instant_in(cell: str | None) -> datetime | None:
    """Return the instant that a cell holds, if any."""
    return None if cell is None else datetime.fromisoformat(cell)


def instant_out(instant: datetime | None) -> str | None:
    """Return what holds an instant, or none."""
    return None if instant is None else instant.isoformat()


def buildings_in(cell: str) -> frozenset[str]:
    """Return the buildings that a cell holds."""
    return frozenset(json.loads(cell))


def buildings_out(buildings: Collection[str]) -> str:
    """Return what holds them, always in the same order."""
    return json.dumps(sorted(buildings))
