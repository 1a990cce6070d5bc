"""Work in slices: an alarm does not wait until a whole page has been drawn."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Final

SLICE_S: Final = 0.001
"""So long is drawn at a stretch: a list of alarms takes four times as long on a small box."""


def in_slices(pieces: Iterable[str], drawn: list[str]) -> Iterator[None]:
    """Add the pieces to what is drawn, as they are made; yield after each slice of work."""
    began = time.monotonic()
    for piece in pieces:
        drawn.append(piece)
        if time.monotonic() - began >= SLICE_S:
            yield
            began = time.monotonic()
