"""A value over time in parts of ten minutes: the mean of each, weighted by how long it lasted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from edge.model import Reading
from edge.rules.comparing import good_value
from edge.rules.quiet import Quiet, Within

LENGTH: Final = 600.0
"""Seconds of a slot."""

MOST: Final = 36
"""Slots that can be over at once; whoever has not been woken for longer has slept."""

FAST: Final = 20.0
"""Seconds between two readings; who tells so often is listened to once a minute …"""

NAP: Final = 60.0
"""… as long as its value is not quite different."""

WIDE: Final = 6.0
SHARE: Final = 0.01
"""What is quite different: so many times what is hardly different, or this part of the value."""


class Slot(NamedTuple):
    """The slot that is being filled up to `at`, in seconds since 1970.

    `value` holds until the next one comes; none while the point has no good value. `heard` is
    when that was; until `nap` only what is quite different is listened to.
    """

    number: int = -1
    at: float = 0.0
    known: float = 0.0
    total: float = 0.0
    value: float | None = None
    heard: float = 0.0
    nap: float = 0.0


class Closed(NamedTuple):
    """A slot that is over and known for half of its time at least."""

    number: int
    mean: float

    def begun(self, zone: ZoneInfo) -> datetime:
        """When it began, in local time."""
        return datetime.fromtimestamp(self.number * LENGTH, zone)


def observe(slot: Slot, value: float | None, now: float) -> tuple[Slot, tuple[Closed, ...]]:
    """Take a new value, or none when there is no good one any more."""
    (number, at, known, total, _, heard, _), closed = advance(slot, now)
    nap = now + NAP if 0.0 <= now - heard < FAST else 0.0
    return Slot(number, at, known, total, value, now, nap), closed


def advance(slot: Slot, now: float) -> tuple[Slot, tuple[Closed, ...]]:
    """Let the last value last until now; return the slots that are over by then."""
    number = int(now // LENGTH)
    if number == slot.number and now >= slot.at:
        return _filled(slot, now), ()
    if not slot.number < number <= slot.number + MOST:
        return Slot(number, now, 0.0, 0.0, slot.value, slot.heard), ()
    closed: list[Closed] = []
    while slot.number < number:
        end = (slot.number + 1) * LENGTH
        _, _, known, total, value, heard, nap = _filled(slot, end)
        if known >= LENGTH / 2:
            closed.append(Closed(slot.number, total / known))
        slot = Slot(slot.number + 1, end, 0.0, 0.0, value, heard, nap)
    return _filled(slot, now), tuple(closed)


def ends(slots: tuple[Slot, ...], now: datetime) -> datetime | None:
    """When a slot or a nap is over; none while nothing is known that could change by it."""
    due = [slot.nap or (slot.number + 1) * LENGTH for slot in slots if slot.value is not None]
    return max(datetime.fromtimestamp(min(due), UTC), now) if due else None


def near(slot: Slot, least: float) -> Quiet | None:
    """The values that are hardly different: by `least`, in a nap by more."""
    value = slot.value
    if value is None:
        return None
    if slot.nap:
        least = max(WIDE * least, SHARE * abs(value))
    return Within(value - least, value + least)


def number_of(reading: Reading) -> float | None:
    """The value of a good reading of a number."""
    value = good_value(reading, "float")
    return float(value) if isinstance(value, int | float) else None


def _filled(slot: Slot, until: float) -> Slot:
    number, at, known, total, value, heard, nap = slot
    if not until < nap <= until + NAP:
        nap = 0.0
    if value is None:
        return Slot(number, until, known, total, None, heard, nap)
    lasted = until - at
    return Slot(number, until, known + lasted, total + value * lasted, value, heard, nap)
