"""What the life of alarms says of one event."""

from __future__ import annotations

from dataclasses import dataclass

from edge.model import Alarm, Event


@dataclass(frozen=True, slots=True)
class Told:
    """An event to be kept, and how the alarm stands that it is about."""

    event: Event
    alarm: Alarm | None = None
