"""From points to the fewest requests that a device allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.drivers.modbus.profile import ModbusPoint, ModbusSettings, Table

BITS_PER_REGISTER = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a point lies in its table; `start` is the address on the wire."""

    name: str
    table: Table
    every: float
    start: int
    size: int

    @property
    def end(self) -> int:
        """The first address after the point."""
        return self.start + self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One request: `count` registers or bits from address `start`, every so many seconds."""

    table: Table
    start: int
    count: int
    every: float
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class _Limits:
    """What one request of a table may hold; `walls` are spans that it must not touch."""

    size: int
    gap: int
    walls: tuple[tuple[int, int], ...]


def plan(points: Mapping[str, ModbusPoint], settings: ModbusSettings) -> tuple[Read, ...]:
    """Merge points of one table and one poll rate, bridging gaps no wider than allowed."""
    places = sorted(
        (_place(name, point, settings) for name, point in points.items()),
        key=lambda place: (place.table, place.every, place.start, place.end, place.name),
    )
    reads: list[Read] = []
    for (table, _), members in groupby(places, key=lambda place: (place.table, place.every)):
        reads += _merge(members, _limits(table, settings))
    return tuple(reads)


def split(read: Read) -> tuple[Read, Read] | None:
    """Cut a read in two between points; none if it holds one point or points that overlap."""
    places = read.places
    cuts = [
        index
        for index in range(1, len(places))
        if max(place.end for place in places[:index]) <= places[index].start
    ]
    if not cuts:
        return None
    middle = min(cuts, key=lambda index: abs(2 * index - len(places)))
    return _read(places[:middle]), _read(places[middle:])


def cheapest(reads: Iterable[Read]) -> Read:
    """The smallest read of a single point, to see whether a device is there at all."""
    place = min(
        (place for read in reads for place in read.places),
        key=lambda place: (place.size, place.table, place.start),
    )
    return _read((place,))


def _place(name: str, point: ModbusPoint, settings: ModbusSettings) -> Place:
    every = point.every if point.every is not None else settings.groups[point.group]
    return Place(
        name=name,
        table=point.table,
        every=every.total_seconds(),
        start=point.number - settings.numbering,
        size=point.size,
    )


def _limits(table: Table, settings: ModbusSettings) -> _Limits:
    walls = tuple(
        (span.first - settings.numbering, span.last - settings.numbering)
        for span in settings.forbidden
        if span.table == table
    )
    if table in {"coil", "discrete"}:
        return _Limits(settings.max_bits, settings.max_gap * BITS_PER_REGISTER, walls)
    return _Limits(settings.max_registers, settings.max_gap, walls)


def _merge(places: Iterable[Place], limits: _Limits) -> Iterable[Read]:
    """Places come sorted by address and share table and rate."""
    open_: list[Place] = []
    end = 0
    for place in places:
        if open_ and not _joins(open_[0].start, end, place, limits):
            yield _read(tuple(open_))
            open_ = []
        end = max(end, place.end) if open_ else place.end
        open_.append(place)
    if open_:
        yield _read(tuple(open_))


def _joins(start: int, end: int, place: Place, limits: _Limits) -> bool:
    if max(end, place.end) - start > limits.size or place.start - end > limits.gap:
        return False
    return not any(first < place.start and last >= end for first, last in limits.walls)


def _read(places: tuple[Place, ...]) -> Read:
    start = min(place.start for place in places)
    return Read(
        table=places[0].table,
        start=start,
        count=max(place.end for place in places) - start,
        every=places[0].every,
        places=places,
    )
