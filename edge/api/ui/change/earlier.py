"""What was tried before, for whoever corrects it."""

from __future__ import annotations

from edge.api.house import House
from edge.versions import Files, Unfit


def earlier(house: House, number: int) -> Files | None:
    """The files of a version, by its number; none where it is not kept. Blocks."""
    if not number:
        return None
    try:
        return house.versions.files(number)
    except Unfit:
        return None
