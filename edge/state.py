"""What is true now: how each link stands, the last reading of each point, how much has come."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from edge.last_readings import LastReadings
from edge.model import (
    Block,
    DeviceChanged,
    Group,
    LinkChanged,
    Quality,
    Reading,
    Readings,
    Record,
    Value,
)


class State:
    """The read model; the pipeline writes it, everybody else only looks."""

    def __init__(self) -> None:
        self._links: dict[str, LinkChanged] = {}
        self._last = LastReadings()
        self._watches: dict[str, list[tuple[Value, asyncio.Event]]] = {}
        self.reading_count = 0
        self.event_count = 0

    @property
    def links(self) -> Mapping[str, LinkChanged]:
        """How each link stands."""
        return self._links

    @property
    def readings(self) -> Mapping[str, Reading]:
        """The last reading of each point that has one since the gateway began."""
        return self._last

    @property
    def blocks(self) -> Mapping[Group, Block]:
        """What was read together last, for who looks at all of it often."""
        return self._last.blocks

    def singles_since(self, mark: int) -> tuple[int, list[Reading]]:
        """Return the mark of now, and the last readings that came by themselves after a mark.

        From the mark 0 on they are all, but those that a block has replaced.
        """
        return self._last.singles_since(mark)

    def follow(self, record: Record) -> Reading | None:
        """Take one record; return the reading of `online` that follows from it, if one does."""
        if isinstance(record, Reading):
            self.take(record)
            return None
        self.event_count += 1
        online = self._online(record)
        if online is not None:
            self._put(online)
        return online

    def take(self, told: Readings) -> None:
        """Take one reading, or a block."""
        if isinstance(told, Reading):
            self.reading_count += 1
            self._put(told)
            return
        self.reading_count += len(told.values)
        self._last.put_block(told)
        for point in self._watches:
            if point in told.points:
                self._look_out(self._last[point])

    def forget(self, gone: Collection[str]) -> None:
        """What these links and devices said last says nothing any more."""
        for name in gone:
            self._links.pop(name, None)
        self._last.forget(gone)

    @contextmanager
    def watch(self, point: str, value: Value) -> Iterator[asyncio.Event]:
        """Set the event when the point has this value, be it already, in good quality."""
        seen = asyncio.Event()
        watch = (value, seen)
        self._watches.setdefault(point, []).append(watch)
        last = self._last.get(point)
        if last is not None and _is(last, value):
            seen.set()
        try:
            yield seen
        finally:
            self._watches[point].remove(watch)
            if not self._watches[point]:
                del self._watches[point]

    def _put(self, reading: Reading) -> None:
        self._last.put(reading)
        if self._watches:
            self._look_out(reading)

    def _look_out(self, reading: Reading) -> None:
        for value, seen in self._watches.get(reading.point, ()):
            if _is(reading, value):
                seen.set()

    def _online(self, record: Record) -> Reading | None:
        match record:
            case LinkChanged(link=name, up=up):
                self._links[name] = record
            case DeviceChanged(device=name, state=state):
                up = state != "offline"
            case _:
                return None
        return Reading(point=f"{name}/online", value=up, at=record.at)


def _is(reading: Reading, value: Value) -> bool:
    """Whether it reads so; true is not the number 1."""
    same_kind = isinstance(reading.value, bool) is isinstance(value, bool)
    return reading.quality is Quality.GOOD and same_kind and reading.value == value
