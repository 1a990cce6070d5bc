"""Frames that come again long after they were confirmed: what a device would not say, pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

RESEND: Final = timedelta(minutes=10)
"""Whoever was confirmed sends no more; what crossed the confirmation is here within seconds."""
MOST_KNOWN: Final = 4096
"""Frames of a port; the oldest is forgotten first."""
TOLD_EVERY: Final = timedelta(hours=1)
"""For each device: who sends one recording a thousand times fills no journal."""


@dataclass(frozen=True, slots=True)
class _Confirmed:
    """When a frame was confirmed last, and to whom."""

    at: datetime
    peer: str


@dataclass(frozen=True, slots=True)
class Replay:
    """So many frames of a device that look recorded, and what speaks for it."""

    count: int
    reason: str


class Replays:
    """Knows what a port has confirmed; not beyond a restart."""

    def __init__(self) -> None:
        self._confirmed: dict[bytes, _Confirmed] = {}
        self._waiting: dict[str, int] = {}
        self._told: dict[str, datetime] = {}

    def confirmed(self, raw: bytes, peer: str, at: datetime) -> None:
        """A frame is on disk, and its device, whose clock was right, knows that."""
        key = _key(raw)
        if key not in self._confirmed:
            self._confirmed[key] = _Confirmed(at, peer)
        if len(self._confirmed) > MOST_KNOWN:
            del self._confirmed[next(iter(self._confirmed))]

    def look(self, device: str, raw: bytes, peer: str, at: datetime) -> Replay | None:
        """Return what is to be told when a frame comes; none for what is new or a resend."""
        known = self._confirmed.get(_key(raw))
        if known is None or at - known.at <= RESEND:
            return None
        self._waiting[device] = self._waiting.get(device, 0) + 1
        before = self._told.get(device)
        if before is not None and timedelta(0) <= at - before < TOLD_EVERY:
            return None
        self._told[device] = at
        minutes = (at - known.at) // timedelta(minutes=1)
        where = f"from {peer}" if peer == known.peer else f"from {peer}, before from {known.peer}"
        return Replay(
            count=self._waiting.pop(device),
            reason=f"a recorded frame? confirmed {minutes} min ago and here again, {where}",
        )


def _key(raw: bytes) -> bytes:
    return sha256(raw).digest()[:16]
