"""How much of what repeats itself is told: a flood must neither fill the disk nor hide the rest."""

from __future__ import annotations

from collections import Counter
from typing import Final

MINUTE_S: Final = 60.0


class Ration:
    """So many a minute of each kind."""

    def __init__(self, a_minute: int) -> None:
        self._most = a_minute
        self._window = -1.0
        self._told: Counter[str] = Counter()

    def allows(self, kind: str, time: float) -> bool:
        """Whether one more of a kind may be told at this time; it counts as told."""
        if (window := time // MINUTE_S) != self._window:
            self._window = window
            self._told.clear()
        self._told[kind] += 1
        return self._told[kind] <= self._most
