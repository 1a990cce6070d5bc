"""What is true now: how each link stands, the last reading of each point, how much has come."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

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
    """The read model; the pipeline writes it, everybody else only looks.

    Of a block the readings are taken apart when somebody looks: most of them nobody ever sees.
    """

    def __init__(self) -> None:
        self._links: dict[str, LinkChanged] = {}
        self._readings: dict[str, Reading] = {}
        self._whole: dict[Group, Block] = {}
        self._grouped: set[str] = set()  # devices of which blocks come
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
        self._take_apart()
        return self._readings

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
        group = told.group
        if self._whole.pop(group, None) is None:
            self._grouped |= group.devices
        self._whole[group] = told  # behind all others: of two with the same point the later counts
        if self._watches:
            self._take_apart()

    def forget(self, gone: Collection[str]) -> None:
        """What these links and devices said last says nothing any more."""
        self._take_apart()
        for name in gone:
            self._links.pop(name, None)
        stale = [point for point in self._readings if _device_of(point) in gone]
        for point in stale:
            del self._readings[point]

    @contextmanager
    def watch(self, point: str, value: Value) -> Iterator[asyncio.Event]:
        """Set the event when the point has this value, be it already, in good quality."""
        seen = asyncio.Event()
        watch = (value, seen)
        self._watches.setdefault(point, []).append(watch)
        last = self.readings.get(point)
        if last is not None and _is(last, value):
            seen.set()
        try:
            yield seen
        finally:
            self._watches[point].remove(watch)
            if not self._watches[point]:
                del self._watches[point]

    def _put(self, reading: Reading) -> None:
        if self._whole and _device_of(reading.point) in self._grouped:
            self._take_apart()  # what is newer must not be replaced by it afterwards
        self._readings[reading.point] = reading
        if self._watches:
            self._look_out(reading)

    def _take_apart(self) -> None:
        """Let every reading stand by itself that came in a block since the last time."""
        whole, self._whole = self._whole, {}
        for block in whole.values():
            for reading in block.readings():
                self._readings[reading.point] = reading
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


def _device_of(point: str) -> str:
    return point.partition("/")[0]


def _is(reading: Reading, value: Value) -> bool:
    """Whether it reads so; true is not the number 1."""
    same_kind = isinstance(reading.value, bool) is isinstance(value, bool)
    return reading.quality is Quality.GOOD and same_kind and reading.value == value
