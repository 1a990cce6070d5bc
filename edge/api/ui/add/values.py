"""What a unit's registers say when a profile reads them; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from edge.discovery import Answers
from edge.drivers.modbus.decode import compile_read
from edge.drivers.modbus.planner import Read, plan
from edge.drivers.modbus.profile import ModbusProfile, Table
from edge.model import Point, Value

Believed: TypeAlias = Literal["yes", "no", "unread"]
"""It makes sense; it lies where no such value can be; the unit does not let it be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointNow:
    """A point as it reads just now."""

    point: Point
    place: str
    value: Value | None
    believed: Believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Readout:
    """All points of a profile; `doubted` and `unread` count those that speak against it."""

    points: tuple[PointNow, ...]

    @property
    def telling(self) -> tuple[PointNow, ...]:
        """What a person can recognise the device by: numbers, what is on, what is wrong."""
        found = [each for each in self.points if not _quiet(each)]
        return tuple(sorted(found, key=lambda each: isinstance(each.value, bool)))

    @property
    def quiet(self) -> tuple[PointNow, ...]:
        """What reads no or nothing, as most of a lift's faults do."""
        return tuple(each for each in self.points if _quiet(each))

    @property
    def doubted(self) -> int:
        """Values that cannot be."""
        return sum(each.believed == "no" for each in self.points)

    @property
    def unread(self) -> int:
        """Values that could not be read."""
        return sum(each.believed == "unread" for each in self.points)

    @property
    def sound(self) -> int:
        """Values that make sense."""
        return sum(each.believed == "yes" for each in self.points)


def reads_of(profile: ModbusProfile) -> tuple[Read, ...]:
    """The requests that a profile needs."""
    return plan(profile.points, profile.settings)


def readout(profile: ModbusProfile, answers: Answers) -> Readout:
    """Each point with its value, in the order of the profile."""
    found = {
        each.point.name: each for read in reads_of(profile) for each in _of(read, profile, answers)
    }
    return Readout(points=tuple(found[name] for name in profile.points if name in found))


def _quiet(each: PointNow) -> bool:
    return each.believed == "yes" and not each.value


def _of(read: Read, profile: ModbusProfile, answers: Answers) -> Iterator[PointNow]:
    table: Mapping[int, int] = answers.get(read.table, {})
    there = all(address in table for address in range(read.start, read.start + read.count))
    values: tuple[Value | None, ...] = (None,) * len(read.places)
    if there:
        raw = _raw(read.table, [table[at] for at in range(read.start, read.start + read.count)])
        values = compile_read(read, profile.points, profile.settings)(raw)
    for place, value in zip(read.places, values, strict=True):
        own = profile.points[place.name]
        known = value is not None and _named(own.labels, value)
        yield PointNow(
            point=own.plain(place.name),
            place=f"{own.table} {own.number}",
            value=value,
            believed="unread" if not there else "yes" if known else "no",
        )


def _named(labels: Mapping[int, object], value: Value) -> bool:
    """An enumeration's number has a name, if any of them has."""
    return not labels or isinstance(value, bool) or value in labels


def _raw(table: Table, values: list[int]) -> bytes:
    if table in {"coil", "discrete"}:
        out = bytearray((len(values) + 7) // 8)
        for at, bit in enumerate(values):
            out[at // 8] |= (bit & 1) << (at % 8)
        return bytes(out)
    return b"".join(value.to_bytes(2) for value in values)
