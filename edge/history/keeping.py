"""How much is kept, and for how long: the history's share of the disk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

MEGABYTE: Final = 10**6
GIGABYTE: Final = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Bytes of the file, and the age of readings as they came, of their minutes and hours."""

    size: int = 2 * GIGABYTE
    raw: timedelta = timedelta(days=8)
    minutes: timedelta = timedelta(days=60)
    hours: timedelta = timedelta(days=3 * 365)


USUAL: Final = Keeping()
