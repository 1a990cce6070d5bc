"""Work in slices: an alarm does not wait until a whole page has been drawn."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator


def in_slices(pieces: Iterable[str], drawn: list[str], slice_s: float) -> Iterator[None]:
    """Add the pieces to what is drawn, as they are made; yield after each slice of work."""
    began = time.monotonic()
    for piece in pieces:
        drawn.append(piece)
        if time.monotonic() - began >= slice_s:
            yield
            began = time.monotonic()
