"""How far behind its camera a stream is read: by what its timestamps and our clock say."""

from __future__ import annotations

from typing import Final

DRIFT: Final = 0.002
"""Of a camera's clock against ours, in seconds a second: ten times what quartz does."""

JUMP_S: Final = 5.0
"""Timestamps that move so far against our clock have been set anew; no network holds so much."""


class Lag:
    """Compares the stream's clock with ours; the best that was ever seen counts as on time."""

    def __init__(self) -> None:
        self._best: float | None = None
        self._at = 0.0

    def behind(self, stream_s: float, now_s: float) -> float:
        """Return by how many seconds a packet of that stream time is late now."""
        offset = now_s - stream_s
        if self._best is not None:
            self._best += max(0.0, now_s - self._at) * DRIFT
        if self._best is None or offset < self._best or offset - self._best > JUMP_S:
            self._best = offset
        self._at = now_s
        return offset - self._best
