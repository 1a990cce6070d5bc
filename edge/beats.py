"""Calls all who wait for about the same instant in one step of the loop."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from typing import Final, TypeAlias
from weakref import WeakKeyDictionary

BEAT_S: Final = 0.01
"""From one to the next: so much later than asked for one is called at most, whose wait is short."""

LONG: Final = 5
"""Beats from one to the next for whoever waits for `FAR_S` or longer. Periods that are told in
twentieths of a second are kept to the beat."""

FAR_S: Final = 3 * LONG * BEAT_S
"""So that nobody's wait becomes longer by more than a third."""

AT_ONCE: Final = 16
"""So many are called in one step of the loop, a millisecond of polls; others have their turn
between two steps."""

STEP_S: Final = 0.001
MOST_STEPS: Final = 10
"""In which a beat's calls give way to what is urgent: late by that much, and no more."""

_Call: TypeAlias = Callable[[float], None]
"""Is told the instant that was asked for."""


class Beats:
    """The beats of one loop; `Beats.of` returns them.

    A step of the loop's own costs who is called more than what it then does: the kernel is asked, a
    timer is set, and nothing is left in the processor's memory of the poll before.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: dict[int, deque[tuple[_Call, float]]] = {}
        self._urgent: Callable[[], bool] = bool

    @classmethod
    def of(cls, loop: asyncio.AbstractEventLoop) -> Beats:
        """Return the beats of a loop."""
        beats = _BEATS.get(loop)
        if beats is None:
            beats = _BEATS[loop] = cls(loop)
        return beats

    def give_way_to(self, urgent: Callable[[], bool]) -> None:
        """Let all who are called be a little late while this says so."""
        self._urgent = urgent

    def call_at(self, when: float, now: float, call: _Call) -> None:
        """Call at the first beat after that instant, or at the first long one where it is far."""
        beat = int(when / BEAT_S) + 1
        if when - now >= FAR_S:
            beat = -(-beat // LONG) * LONG
        waiting = self._waiting.get(beat)
        if waiting is None:
            waiting = self._waiting[beat] = deque()
            self._loop.call_at(beat * BEAT_S, self._strike, beat)
        waiting.append((call, when))

    def _strike(self, beat: int) -> None:
        self._call(self._waiting.pop(beat))

    def _call(self, waiting: deque[tuple[_Call, float]], steps: int = MOST_STEPS) -> None:
        if steps and self._urgent():
            self._loop.call_later(STEP_S, self._call, waiting, steps - 1)
            return
        try:
            for _ in range(min(len(waiting), AT_ONCE)):
                call, when = waiting.popleft()
                call(when)
        finally:
            if waiting:  # more than one step's, or one has failed, of which the loop is told
                self._loop.call_soon(self._call, waiting, steps)


class Bell:
    """Rings for one who waits, once, at the earliest instant for which it was set since.

    It may be set for an instant that nobody waits for any more: whoever is rung for looks.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, ring: Callable[[], None]) -> None:
        self._loop = loop
        self._beats = Beats.of(loop)
        self._ring = ring
        self._rings_at = math.inf

    def set(self, when: float, now: float, *, sharp: bool = False) -> None:
        """Ring at that instant, or at the beat after it; `sharp`: not later."""
        if when >= self._rings_at:
            return
        self._rings_at = when
        if sharp or when < now + BEAT_S:
            self._loop.call_at(when, self._strike, when)
        else:
            self._beats.call_at(when, now, self._strike)

    def _strike(self, when: float) -> None:
        if when == self._rings_at:  # else it was set for an earlier instant, and has rung
            self._rings_at = math.inf
            self._ring()


_BEATS: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, Beats]] = WeakKeyDictionary()
