"""A wall clock that the gateway is shown: the real one, and an offset that others can change."""

from __future__ import annotations

import mmap
import struct
import time
from pathlib import Path
from typing import Final

OFFSET: Final = struct.Struct("d")
NANO: Final = 10**9


class FalseClock:
    """The offset in a file that both sides have in memory; the monotonic clock stays what it is."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(OFFSET.pack(0.0))
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), OFFSET.size)

    def turn(self, seconds: float) -> None:
        """Let it be off by so much from now on."""
        OFFSET.pack_into(self._shared, 0, seconds)

    def show(self) -> None:
        """Let this process see it; before anything that asks for the time is imported."""
        true, true_ns, unpack, shared = time.time, time.time_ns, OFFSET.unpack_from, self._shared

        def shown() -> float:
            return true() + float(unpack(shared)[0])

        def shown_ns() -> int:
            return true_ns() + int(unpack(shared)[0] * NANO)

        time.time, time.time_ns = shown, shown_ns
