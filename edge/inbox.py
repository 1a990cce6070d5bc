"""Where things wait for one consumer that also has to be woken by the time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


class Inbox(Generic[T]):
    """Holds so many; whoever brings more waits, first come, first served."""

    def __init__(self, most: int, now: Callable[[], datetime]) -> None:
        self._now = now
        self._waiting: asyncio.Queue[T | None] = asyncio.Queue(most)
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at: datetime | None = None

    async def put(self, item: T) -> None:
        """Bring something; waits while there is no room."""
        if self._waiting.full():
            await self._waiting.put(item)
        else:
            self._waiting.put_nowait(item)

    def take(self) -> T | None:
        """Return what has waited longest, if anything does."""
        while not self._waiting.empty():
            item = self._waiting.get_nowait()
            if item is not None:
                return item
        return None

    async def next(self, wake: datetime | None) -> T | None:
        """Return what comes next, or none when it is time to wake, or a little before.

        One timer serves many waits: it is set anew when it has rung, or would ring too late.
        """
        if self._waiting.empty() and wake is not None:
            self._wake_at(wake)
        return await self._waiting.get()

    def clock_set(self) -> None:
        """The clock tells other instants now: what the timer was set by means nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake_at(self, wake: datetime) -> None:
        if self._timer is not None:
            if self._rings_at is not None and self._rings_at <= wake:
                return
            self._timer.cancel()
        self._rings_at = wake
        seconds = (wake - self._now()).total_seconds()
        self._timer = asyncio.get_running_loop().call_later(max(seconds, 0.0), self._ring)

    def _ring(self) -> None:
        """Nobody need be woken for the time while something waits: it is looked at every time."""
        self._timer = None
        if self._waiting.empty():
            self._waiting.put_nowait(None)
