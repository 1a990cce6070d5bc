"""What a released door does all the time: no alarm calls anybody for it while it burns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from edge.model import Covers, SuppressionBegan, SuppressionEnded

PUSHED: Final = ("access.forced", "access.held_open", "access.tailgating")
"""Told as ever, and calling again when the fire is over: then somebody has to shut the door."""


def pushed(gate: str, by: str, now: datetime) -> tuple[SuppressionBegan, ...]:
    """From now on people push this door as they like."""
    return tuple(
        SuppressionBegan(
            id=_window(gate, category),
            why="out_of_service",
            covers=Covers(device=gate, category=category),
            by=by,
            reason="released in a fire",
            at=now,
        )
        for category in PUSHED
    )


def left_alone(gates: Iterable[str], now: datetime) -> tuple[SuppressionEnded, ...]:
    """Nobody has to push these doors any more."""
    return tuple(
        SuppressionEnded(id=_window(gate, category), by="", at=now)
        for gate in gates
        for category in PUSHED
    )


def _window(gate: str, category: str) -> str:
    return f"fire:{gate}:{category}"
