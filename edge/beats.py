"""Wakes all who wait for about the same instant in one step of the loop."""

from __future__ import annotations

import asyncio
from typing import Final
from weakref import WeakKeyDictionary

BEAT_S: Final = 0.01
"""From one to the next: so much later than asked for one is woken at most."""


class Beats:
    """The beats of one loop; `Beats.of` returns them.

    A step of the loop's own costs who is woken more than what it then does: the kernel is asked, a
    timer is set, and nothing is left in the processor's memory of the poll before.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: dict[int, list[asyncio.Future[None]]] = {}

    @classmethod
    def of(cls, loop: asyncio.AbstractEventLoop) -> Beats:
        """Return the beats of a loop."""
        beats = _BEATS.get(loop)
        if beats is None:
            beats = _BEATS[loop] = cls(loop)
        return beats

    def after(self, seconds: float) -> asyncio.Future[None]:
        """Return what is done at the first beat that is so far away; whoever has enough cancels."""
        beat = int((self._loop.time() + seconds) / BEAT_S) + 1
        waiting = self._waiting.get(beat)
        if waiting is None:
            waiting = self._waiting[beat] = []
            self._loop.call_at(beat * BEAT_S, self._strike, beat)
        future: asyncio.Future[None] = self._loop.create_future()
        waiting.append(future)
        return future

    def _strike(self, beat: int) -> None:
        for future in self._waiting.pop(beat):
            if not future.done():
                future.set_result(None)


_BEATS: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, Beats]] = WeakKeyDictionary()
