"""How long the disk lasts at the pace of the last day."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final

LONGEST: Final = timedelta(days=3650)
"""More than anybody waits for; a gateway that says less than this means it."""

MEASURED: Final = timedelta(minutes=10)
"""Before so much time has passed nothing is said: a start is busier than a day."""

WINDOW: Final = timedelta(hours=24)
"""What counts, so that a quiet night is not taken for the day."""

PIECE: Final = timedelta(minutes=10)
"""What is counted together."""


class Pace:
    """Counts what is kept, by pieces of the last day, in memory."""

    def __init__(self) -> None:
        self._begun: datetime | None = None
        self._pieces: deque[tuple[datetime, int]] = deque()

    def count(self, size: int, at: datetime) -> None:
        """So many bytes were kept at this instant; a clock that was set begins anew."""
        if self._begun is None or (self._pieces and at < self._pieces[-1][0]):
            self._begun = at
            self._pieces.clear()
        if self._pieces and at < self._pieces[-1][0] + PIECE:
            begun, before = self._pieces[-1]
            self._pieces[-1] = begun, before + size
        else:
            self._pieces.append((at, size))
        self._forget(at)

    def an_hour(self, now: datetime) -> float | None:
        """Return the bytes that an hour brings, or none while that is not known."""
        if self._begun is None or not timedelta(0) <= now - self._begun:
            return None
        self._forget(now)
        span = min(now - self._begun, WINDOW)
        if span < MEASURED:
            return None
        return sum(size for _, size in self._pieces) / (span / timedelta(hours=1))

    def _forget(self, now: datetime) -> None:
        while self._pieces and self._pieces[0][0] <= now - WINDOW:
            self._pieces.popleft()


def buffer_left(free: int, an_hour: float | None) -> timedelta | None:
    """Return how long so many free bytes last; none while nothing was measured, or comes."""
    if not an_hour or an_hour <= 0:
        return None
    hours = max(0, free) / an_hour
    return min(LONGEST, timedelta(hours=min(hours, LONGEST / timedelta(hours=1))))
