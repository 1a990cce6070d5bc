"""What is handed over to the journal, on its way to the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from edge.model import Lane

GROUP: Final = 300
"""Hand-overs and events in one transaction: with more, a checkpoint keeps an alarm waiting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event on its way to the disk.

    `about` is the device or link, `alarm` the key of the alarm that it is about, `occurrence` the
    number under which that was raised.
    """

    number: int
    at: str
    kind: str
    lane: Lane
    subject: str
    origin: str
    body: bytes
    about: str = ""
    alarm: str = ""
    occurrence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one transaction writes, together with others that wait at the same time.

    `uplinks`, where they are given, are who gets the events from now on; such a change goes alone.
    """

    events: Sequence[EventRow] = ()
    states: Mapping[str, bytes | None] = field(default_factory=dict)
    settled: Sequence[tuple[str, int]] = ()
    refused: Sequence[tuple[str, int, str, str]] = ()
    uplinks: Sequence[str] | None = None
    then: Sequence[Callable[[], None]] = ()


def together(waiting: Sequence[Change]) -> tuple[Change, ...]:
    """Return the first hand-overs that are not too much for one transaction, one at least."""
    weight = 0
    for count, change in enumerate(waiting):
        if change.uplinks is not None:
            return tuple(waiting[: count or 1])
        weight += len(change.events) + 1
        if count and weight > GROUP:
            return tuple(waiting[:count])
    return tuple(waiting)
