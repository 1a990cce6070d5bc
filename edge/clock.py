"""The gateway's clock: steady UTC, and whether it can be trusted."""

from __future__ import annotations

import ctypes
import struct
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

STEP_S = 0.5
"""A wall clock that moved by so many seconds was set; NTP slews what is less."""

NO_STEP = timedelta(0)

_TIME_ERROR = 5
_TIMEX_BYTES = 512
"""Room for `struct timex`, 208 bytes on 64-bit Linux."""

_MAX_ERROR = struct.Struct("@24xq")
"""Of `struct timex`: past modes, offset and freq, in microseconds."""

_MICROSECOND_S = 1e-6


class Clock:
    """Wall time taken once, carried on by the monotonic clock.

    Between two calls of `correct` it never jumps, so that a delay is as long as it says.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._offset = wall() - steady()

    def now(self) -> datetime:
        """Return the instant, in UTC."""
        return datetime.fromtimestamp(self._offset + self._steady(), UTC)

    @property
    def was_set(self) -> bool:
        """Whether the wall clock was set since `correct` has followed it."""
        return abs(self._wall() - self._steady() - self._offset) >= STEP_S

    def correct(self) -> timedelta:
        """Follow the wall clock if it was set; return by how much this clock moved."""
        if not self.was_set:
            return NO_STEP
        offset = self._wall() - self._steady()
        step = timedelta(seconds=offset - self._offset)
        self._offset = offset
        return step


def synchronised() -> bool:
    """Ask the kernel whether something disciplines the wall clock (NTP, GPS, PTP)."""
    return _asked()[0]


def uncertainty() -> float | None:
    """Ask the kernel by how many seconds a disciplined clock may be off; none for any other."""
    disciplined, worst = _asked()
    return worst if disciplined else None


def _asked() -> tuple[bool, float]:
    """Return whether the clock is disciplined, and the largest error that there may be."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
    if adjtimex is None:
        return False, 0.0
    disciplined = 0 <= adjtimex(timex) < _TIME_ERROR
    return disciplined, _MAX_ERROR.unpack_from(timex)[0] * _MICROSECOND_S
