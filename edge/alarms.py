"""The open alarms: each occurrence from its raise to its clear, under one id."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import msgspec

from edge.model import Alarm, AlarmCleared, AlarmRaised, Event


class Alarms:
    """Follows events; what it knows is kept together with them."""

    def __init__(self) -> None:
        self._open: dict[str, Alarm] = {}
        self._changed: set[str] = set()

    @property
    def open(self) -> Mapping[str, Alarm]:
        """Every alarm that is active, by its key."""
        return self._open

    def restore(self, kept: Mapping[str, bytes]) -> None:
        """Take up the alarms that were open when the last event was kept."""
        for key, body in kept.items():
            with suppress(msgspec.MsgspecError):  # from a version with another shape
                self._open[key] = msgspec.json.decode(body, type=Alarm, strict=False)

    def follow(self, number: int, event: Event) -> Alarm | None:
        """Take one numbered event; return the alarm that it is about."""
        match event:
            case AlarmRaised():
                alarm = Alarm(key=event.alarm, number=number, raised=event)
                self._open[event.alarm] = alarm
            case AlarmCleared() if event.alarm in self._open:
                raised = self._open.pop(event.alarm)
                alarm = replace(raised, active=False, cleared_at=event.at)
            case _:
                return None
        self._changed.add(alarm.key)
        return alarm

    def take_changed(self) -> dict[str, bytes | None]:
        """Return what has to be written since the last call; none means: forget it."""
        changed = {
            key: msgspec.json.encode(self._open[key]) if key in self._open else None
            for key in self._changed
        }
        self._changed.clear()
        return changed
