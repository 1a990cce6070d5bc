"""Who wants to be looked at again when; each is noted once, however often it changes its mind."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta

SLACK = 64
"""Entries that nobody waits for any more may be this many more than those that count."""


class Wakes:
    """An alarm clock for many; of several instants for one, the last that was set counts."""

    def __init__(self) -> None:
        self._wanted: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []

    def set(self, who: str, instants: Iterable[datetime | None]) -> None:
        """Wake `who` at the first of these instants, and at none that was set before."""
        at = min(filter(None, instants), default=None)
        if self._wanted.get(who) == at:
            return
        if at is None:
            del self._wanted[who]
        else:
            self._wanted[who] = at
            heapq.heappush(self._heap, (at, who))
        if len(self._heap) > 2 * len(self._wanted) + SLACK:
            self._heap = [(at, who) for who, at in self._wanted.items()]
            heapq.heapify(self._heap)

    def next(self) -> datetime | None:
        """When somebody is to be woken next."""
        while self._heap and self._wanted.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take(self, now: datetime) -> list[str]:
        """Return those whose time has come, the longest overdue first, and forget them."""
        due: list[str] = []
        while (at := self.next()) is not None and at <= now:
            _, who = heapq.heappop(self._heap)
            del self._wanted[who]
            due.append(who)
        return due

    def shift(self, step: timedelta) -> None:
        """Move every instant, because the clock was set by this much."""
        self._wanted = {who: at + step for who, at in self._wanted.items()}
        self._heap = [(at, who) for who, at in self._wanted.items()]
        heapq.heapify(self._heap)
