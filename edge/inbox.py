"""Where things wait for one consumer that also has to be woken by the time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")


class Inbox(Generic[T]):
    """Holds so many; whoever brings more waits, first come, first served."""

    def __init__(self, most: int, now: Callable[[], datetime]) -> None:
        self._most = most
        self._now = now
        self._waiting: deque[T] = deque()
        self._outside: deque[tuple[T, asyncio.Future[None]]] = deque()
        self._consumer: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at: datetime | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing waits, and the consumer does."""
        consumer = self._consumer
        return not self._waiting and consumer is not None and not consumer.done()

    async def put(self, item: T) -> None:
        """Bring something; waits while there is no room."""
        if len(self._waiting) < self._most:
            self._waiting.append(item)
            self._wake()
        else:
            room = asyncio.get_running_loop().create_future()
            self._outside.append((item, room))
            await room

    def take(self) -> T | None:
        """Return what has waited longest, if anything does."""
        if not self._waiting:
            return None
        taken = self._waiting.popleft()
        while self._outside and len(self._waiting) < self._most:
            item, room = self._outside.popleft()
            if not room.done():  # else whoever brought it has given up
                self._waiting.append(item)
                room.set_result(None)
        return taken

    async def next(self, wake: datetime | None) -> T | None:
        """Return what comes next, or none when it is time to wake, or a little before.

        One timer serves many waits: it is set anew when it has rung, or would ring too late.
        """
        if not self._waiting:
            self.ring_by(wake)
            self._consumer = asyncio.get_running_loop().create_future()
            await self._consumer
        return self.take()

    def ring_by(self, wake: datetime | None) -> None:
        """Let the consumer that waits be woken at this instant at the latest."""
        if wake is None:
            return
        if self._timer is not None:
            if self._rings_at is not None and self._rings_at <= wake:
                return
            self._timer.cancel()
        self._rings_at = wake
        seconds = (wake - self._now()).total_seconds()
        self._timer = asyncio.get_running_loop().call_later(max(seconds, 0.0), self._ring)

    def fail(self, fault: Exception) -> None:
        """Let the consumer that waits end by this."""
        if self._consumer is not None and not self._consumer.done():
            self._consumer.set_exception(fault)

    def clock_set(self) -> None:
        """The clock tells other instants now: what the timer was set by means nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        self._wake()

    def _wake(self) -> None:
        if self._consumer is not None and not self._consumer.done():
            self._consumer.set_result(None)
