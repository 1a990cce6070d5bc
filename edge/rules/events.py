"""Which events a condition means."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from edge.model import AlarmCleared, AlarmRaised, AlarmUpdated, Reading, Record

_BY_DESIGN: Final = frozenset(("test", "maintenance", "out_of_service"))
"""Why an alarm may be expected by those who know; nothing must follow from it by itself."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Events of a kind, of one device or of all; of alarms those whose category fits."""

    kind: str
    device: str = ""
    category: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """What to listen to."""
        return (f"{self.device}/{self.kind}" if self.device else self.kind,)

    def matches(self, record: Record) -> bool:
        """Whether a record is one of them; an alarm that is expected is none."""
        if isinstance(record, Reading) or record.kind != self.kind:
            return False
        if self.device and getattr(record, "device", "") != self.device:
            return False
        if not isinstance(record, AlarmRaised):
            return True
        return is_real(record) and fnmatchcase(record.category, self.category or "*")


def follow_alarm(key: str, record: Record) -> bool | None:
    """Whether a record makes an alarm active or ends it; none when it is about something else.

    One that was raised in a test and goes on when that is over is active from then on.
    """
    if isinstance(record, AlarmRaised) and record.alarm == key:
        return is_real(record)
    if isinstance(record, AlarmCleared) and record.alarm == key:
        return False
    if isinstance(record, AlarmUpdated) and record.alarm == key and record.why == "unsuppressed":
        return True
    return None


def is_real(raised: AlarmRaised) -> bool:
    """Whether an alarm is none of a test or of work on the device."""
    return _BY_DESIGN.isdisjoint(raised.suppressed)
