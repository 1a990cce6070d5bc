"""Who wants to be woken when; made for those who put it off again and again."""

from __future__ import annotations

import heapq
from datetime import datetime, timedelta


class AlarmClock:
    """Of several instants for one, the last that was set counts.

    A wake that is put off costs a look-up, not a place in the heap: it moves when it would ring.
    """

    def __init__(self) -> None:
        self._wakes: dict[str, datetime] = {}
        self._queued: dict[str, datetime] = {}  # of several entries in the heap the one that counts
        self._heap: list[tuple[datetime, str]] = []

    def set(self, who: str, wake: datetime | None) -> None:
        """Wake `who` then, and at no instant that was set before."""
        if wake is None:
            self._wakes.pop(who, None)
            return
        self._wakes[who] = wake
        queued = self._queued.get(who)
        if queued is None or wake < queued:
            self._queue(who, wake)

    def next(self) -> datetime | None:
        """When somebody is to be woken next."""
        while self._heap:
            at, who = self._heap[0]
            wanted = self._wakes.get(who)
            if wanted == at and self._queued.get(who) == at:
                return at
            heapq.heappop(self._heap)
            if self._queued.get(who) == at:
                del self._queued[who]
                if wanted is not None:
                    self._queue(who, wanted)
        return None

    def take(self, now: datetime) -> str | None:
        """Return one whose time has come, the longest overdue first, and forget it."""
        due = self.next()
        if due is None or due > now:
            return None
        _, who = heapq.heappop(self._heap)
        del self._wakes[who], self._queued[who]
        return who

    def shift(self, step: timedelta) -> None:
        """Move every instant, because the clock was set by this much."""
        self._wakes = {who: at + step for who, at in self._wakes.items()}
        self._queued = dict(self._wakes)
        self._heap = [(at, who) for who, at in self._wakes.items()]
        heapq.heapify(self._heap)

    def _queue(self, who: str, at: datetime) -> None:
        self._queued[who] = at
        heapq.heappush(self._heap, (at, who))
