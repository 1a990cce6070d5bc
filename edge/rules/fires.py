"""Which fire alarms are on; for rules that go by whether it burns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from edge.model import AlarmCleared, AlarmRaised, AlarmUpdated, Record
from edge.rules.fire_confirmed import ALARM, CONFIRMED, STORM

CATEGORIES: Final = (ALARM, CONFIRMED)

KINDS: Final = ("alarm.raised", "alarm.cleared", "alarm.updated")
"""What has to be listened to."""

MOST: Final = 256
"""Alarms of one fire that are remembered; a building that has more is on fire without them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fires:
    """The keys of fire alarms that are `on`; those of what is out of service are put `aside`.

    Tests and maintenance are fires here: it may burn meanwhile, and what follows is harmless.
    """

    on: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()

    def follow(self, record: Record | None, concerns: Callable[[AlarmRaised], bool]) -> Fires:
        """Take one record; `concerns` is whether an alarm is about the place in question."""
        match record:
            case AlarmRaised(alarm=key, category=category, suppressed=suppressed):
                if category not in CATEGORIES or record.rule == STORM or not concerns(record):
                    return self
                without = self._without(key)
                if "out_of_service" in suppressed:
                    return replace(without, aside=(*without.aside, key)[-MOST:])
                return replace(without, on=(*without.on, key)[-MOST:])
            case AlarmUpdated(alarm=key, why="unsuppressed") if key in self.aside:
                without = self._without(key)
                return replace(without, on=(*without.on, key)[-MOST:])
            case AlarmCleared(alarm=key):
                return self._without(key)
            case _:
                return self

    def _without(self, key: str) -> Fires:
        if key not in self.on and key not in self.aside:
            return self
        return Fires(
            on=tuple(each for each in self.on if each != key),
            aside=tuple(each for each in self.aside if each != key),
        )


NO_FIRES: Final = Fires()
