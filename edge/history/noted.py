"""Readings that say something new, on their way to the disk."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias, TypeGuard

from edge.history.rows import micros, plain
from edge.model import Quality, Reading, Value
from edge.site import Site

REPEATED: Final = timedelta(minutes=15)
"""A value that stays the same is kept this often, so that a silence can be seen."""

PULSE: Final = "/may_open"
"""How a point ends whose every reading is kept: each true one lets one more person pass."""

MOST_WAITING: Final = 50_000
"""Readings that may wait for the disk, some 15 MB; of more the oldest are dropped."""

MANY_WAITING: Final = 10_000
"""So many are not left to wait for their second: at 50,000 changes a second none is dropped."""

MOST_POINTS: Final = 100_000
"""Points that are followed; what speaks under more names than this talks nonsense."""

_MICROSECOND: Final = timedelta(microseconds=1)
_INSTANT: Final = timedelta(milliseconds=1)

_Last: TypeAlias = tuple[Value | None, Quality, datetime, datetime]
"""What was kept last of a point: value, quality, when, and until when the same is not kept."""


class Noted:
    """What has to be kept of what is read: a change of value or quality, and all `REPEATED`.

    A change that is smaller than the point's deadband is none. `many` is set while more waits than
    should.
    """

    def __init__(self) -> None:
        self._last: dict[str, _Last] = {}
        self._bands: Mapping[str, Mapping[str, float]] = {}
        self._waiting: deque[Reading] = deque(maxlen=MOST_WAITING)
        self._under_way: tuple[Reading, ...] = ()
        self._fresh: list[Reading] | None = None
        self.many = asyncio.Event()
        self.dropped = 0

    def serve(self, site: Site) -> None:
        """Know the deadbands of this site's points from now on."""
        bands = {
            device.id: {name: point.deadband for name, point in device.points.items()}
            for device in site.devices.values()
        }
        self._bands = {device: named for device, named in bands.items() if any(named.values())}

    def add(self, reading: Reading) -> None:
        """Note a reading, if it says anything new; never waits, and nothing comes back."""
        try:
            last = self._last.get(reading.point)
            if last is not None:
                value, quality, since, until = last
                if (
                    value == reading.value
                    and quality is reading.quality
                    and since <= reading.at < until
                ):
                    return
            self._note(reading, last)
        except (TypeError, OverflowError):  # an instant that no file could hold
            self.dropped += 1

    def waiting(self) -> Sequence[Reading]:
        """What is not written yet, in the order in which it came."""
        return (*self._under_way, *self._waiting)

    def watch(self, *, closely: bool) -> None:
        """Whether what comes from now on is asked for before it is taken."""
        self._fresh = list(self._waiting) if closely else None

    def fresh(self) -> Sequence[Reading]:
        """What has come since the last time; it waits all the same."""
        fresh = self._fresh
        if not fresh:
            return ()
        self._fresh = []
        return fresh

    def take(self) -> Sequence[Reading]:
        """Take what waits, to write it; `written` or `take_back` says what became of it."""
        self._under_way = tuple(self._waiting)
        self._waiting.clear()
        self.many.clear()
        return self._under_way

    def written(self) -> None:
        """What was taken is on the disk."""
        self._under_way = ()

    def take_back(self) -> None:
        """Let what was not written wait again, before what has come since."""
        waiting = self.waiting()
        self.dropped += max(0, len(waiting) - MOST_WAITING)
        self._waiting = deque(waiting, MOST_WAITING)
        self._under_way = ()

    def _note(self, reading: Reading, last: _Last | None) -> None:
        value, quality, at = plain(reading.value), reading.quality, reading.at
        if last is not None:
            was, how, since, until = last
            if quality is how and since <= at < until and self._same(reading.point, value, was):
                return
            if at <= since < at + _INSTANT:  # told of one instant, it must not replace the other
                at = since + _MICROSECOND
        elif len(self._last) >= MOST_POINTS:
            self.dropped += 1
            return
        micros(at)  # raises what `add` knows
        until = at if reading.point.endswith(PULSE) else at + REPEATED
        self._last[reading.point] = (value, quality, at, until)
        if len(self._waiting) == MOST_WAITING:
            self.dropped += 1
        if at is not reading.at or value is not reading.value:
            reading = Reading(point=reading.point, value=value, at=at, quality=quality)
        self._waiting.append(reading)
        if self._fresh is not None:
            self._fresh.append(reading)
        if len(self._waiting) == MANY_WAITING:
            self.many.set()

    def _same(self, point: str, value: Value | None, was: Value | None) -> bool:
        """Whether a value says nothing that the one before has not said."""
        if value == was:
            return True
        device, _, name = point.partition("/")
        bands = self._bands.get(device)
        if bands is None or not _counts(value) or not _counts(was):
            return False
        return abs(value - was) < bands.get(name.rpartition(".")[2], 0.0)


def _counts(value: Value | None) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
