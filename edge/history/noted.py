"""Readings that say something new, on their way to the disk."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from edge.history.deadbands import Deadbands, near
from edge.history.rows import micros, plain
from edge.history.together import Together
from edge.model import Block, Quality, Reading, Readings, Value, count_of
from edge.site import Site

REPEATED: Final = timedelta(minutes=15)
"""A value that stays the same is kept this often, so that a silence can be seen."""

PULSE: Final = "/may_open"
"""How a point ends whose every reading is kept: each true one lets one more person pass."""

MOST_WAITING: Final = 50_000
"""Readings that may wait for the disk, some 15 MB; of more the oldest are dropped."""

MANY_WAITING: Final = 20_000
"""So many are not left to wait for their second: at 50,000 changes a second none is dropped."""

MOST_POINTS: Final = 100_000
"""Points that are followed; what speaks under more names than this talks nonsense."""

_MICROSECOND: Final = timedelta(microseconds=1)
_INSTANT: Final = timedelta(milliseconds=1)
_INSTANTLY: Final = timedelta()

_Last: TypeAlias = tuple[Value | None, Quality, datetime, datetime]
"""What was kept last of a point: value, quality, when, and until when the same is not kept."""


class Noted:
    """What has to be kept of what is read: a change of value or quality, and all `REPEATED`.

    A change that is smaller than the point's deadband is none. `many` is set while more waits than
    should, `came` while something is `fresh`, where that is asked for.
    """

    def __init__(self) -> None:
        self._last: dict[str, _Last] = {}
        self._bands = Deadbands()
        self._together = Together()
        self._waiting: deque[Readings] = deque()
        self._count = 0
        self._under_way: tuple[Readings, ...] = ()
        self._fresh: list[Readings] | None = None
        self.many = asyncio.Event()
        self.came = asyncio.Event()
        self.dropped = 0

    def serve(self, site: Site) -> None:
        """Know the deadbands of this site's points from now on."""
        self._bands = Deadbands.of(site)
        self._together.serve(self._bands)

    def add(self, told: Readings) -> None:
        """Note what was read, if it says anything new; never waits, and nothing comes back."""
        try:
            if isinstance(told, Block):
                self._add_block(told)
                return
            last = self._last.get(told.point)
            if last is not None:
                value, quality, since, until = last
                if value == told.value and quality is told.quality and since <= told.at < until:
                    return
            self._note(told, last)
        except (TypeError, OverflowError):  # an instant that no file could hold
            self.dropped += count_of((told,))

    def waiting(self) -> Sequence[Readings]:
        """What is not written yet, in the order in which it came."""
        return (*self._under_way, *self._waiting)

    def watch(self, *, closely: bool) -> None:
        """Whether what comes from now on is asked for before it is taken."""
        self._fresh = list(self._waiting) if closely else None
        if self._fresh:
            self.came.set()

    def fresh(self) -> Sequence[Readings]:
        """What has come since the last time; it waits all the same."""
        self.came.clear()
        fresh = self._fresh
        if not fresh:
            return ()
        self._fresh = []
        return fresh

    def take(self) -> Sequence[Readings]:
        """Take what waits, to write it; `written` or `take_back` says what became of it."""
        self._under_way = tuple(self._waiting)
        self._waiting.clear()
        self._count = 0
        self.many.clear()
        return self._under_way

    def written(self) -> None:
        """What was taken is on the disk."""
        self._under_way = ()

    def take_back(self) -> None:
        """Let what was not written wait again, before what has come since."""
        self._waiting.extendleft(reversed(self._under_way))
        self._count += count_of(self._under_way)
        self._under_way = ()
        self._bound()

    def _add_block(self, block: Block) -> None:
        """Note what of a block says something new, as a block."""
        group = block.group
        course = self._together.get(group)
        if course is None:
            if len(self._last) + self._together.points + len(group.points) > MOST_POINTS:
                self.dropped += len(block.values)
                return
            has_pulse = any(point.endswith(PULSE) for point in group.points)
            lasting = _INSTANTLY if has_pulse else REPEATED
            course = self._together.begin(group, self._bands, lasting)
        elif course.since <= block.at < course.until:
            if block.values == course.values:
                return
            places = course.changed(block.values)
            if len(places) < len(block.values):
                if places:
                    self._queue(block.part(places))
                return
        if course.apart:
            for point in group.points:
                self._last.pop(point, None)
        micros(block.at)  # raises what `add` knows
        course.whole(block.values, block.at)
        self._queue(block)

    def _note(self, reading: Reading, last: _Last | None) -> None:
        value, quality, at = plain(reading.value), reading.quality, reading.at
        if last is not None:
            was, how, since, until = last
            if quality is how and since <= at < until and self._same(reading.point, value, was):
                return
            if at <= since < at + _INSTANT:  # told of one instant, it must not replace the other
                at = since + _MICROSECOND
        elif len(self._last) + self._together.points >= MOST_POINTS:
            self.dropped += 1
            return
        micros(at)  # raises what `add` knows
        self._together.spoke(reading.point)
        until = at if reading.point.endswith(PULSE) else at + REPEATED
        self._last[reading.point] = (value, quality, at, until)
        if at is not reading.at or value is not reading.value:
            reading = Reading(point=reading.point, value=value, at=at, quality=quality)
        self._queue(reading)

    def _queue(self, told: Readings) -> None:
        self._waiting.append(told)
        before = self._count
        self._count += len(told.values) if isinstance(told, Block) else 1
        self._bound()
        if self._fresh is not None:
            if not self._fresh:
                self.came.set()
            self._fresh.append(told)
        if before < MANY_WAITING <= self._count:
            self.many.set()

    def _bound(self) -> None:
        while self._count > MOST_WAITING:
            lost = count_of((self._waiting.popleft(),))
            self._count -= lost
            self.dropped += lost

    def _same(self, point: str, value: Value | None, was: Value | None) -> bool:
        """Whether a value says nothing that the one before has not said."""
        return value == was or near(value, was, self._bands.band(point))
