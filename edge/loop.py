"""Which event loop a gateway runs on: the fast one where it is installed."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from contextvars import Context
from typing import Final, TypeVarTuple

Args = TypeVarTuple("Args")

TICKS_A_SECOND: Final = 1000
"""uvloop's timers know whole milliseconds, and count from the beginning of the one that is."""

SHORT_S: Final = 0.01
"""Whoever waits no longer than this rather looks twice than waits a millisecond more."""


def new_loop() -> asyncio.AbstractEventLoop:
    """Return a new loop: uvloop's, on which a poll costs half, or that of Python."""
    try:
        import uvloop  # noqa: PLC0415 - there is none on every system
    except ImportError:
        return asyncio.new_event_loop()

    class Loop(uvloop.Loop):
        """Tells the time as finely as Python's own, and rounds no wait down.

        Rounded down, who waits for an instant would ask for the rest again and again.
        """

        time = staticmethod(time.monotonic)

        def call_later(
            self,
            delay: float,
            callback: Callable[[*Args], object],
            *args: *Args,
            context: Context | None = None,
        ) -> asyncio.TimerHandle:
            """After so many seconds, and up to two milliseconds."""
            ticks = math.ceil(delay * TICKS_A_SECOND) + (delay > SHORT_S)
            return super().call_later(ticks / TICKS_A_SECOND, callback, *args, context=context)

        def call_at(
            self,
            when: float,
            callback: Callable[[*Args], object],
            *args: *Args,
            context: Context | None = None,
        ) -> asyncio.TimerHandle:
            """At an instant of `time`."""
            return self.call_later(when - time.monotonic(), callback, *args, context=context)

    return Loop()
