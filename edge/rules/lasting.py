"""An alarm from what happens: on when it does, off when it has not happened again for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from edge.model import AlarmCleared


def ends(last: datetime | None, lasts: timedelta, alarm: str, now: datetime) -> AlarmCleared | None:
    """Return the end of an alarm whose cause `last` happened so long ago; none while it is on."""
    if last is None or now < last + lasts:
        return None
    return AlarmCleared(alarm=alarm, at=last + lasts)


def earliest(*instants: datetime | None) -> datetime | None:
    """The first of those that are due at all: when a rule wants to be woken."""
    return min((instant for instant in instants if instant is not None), default=None)
