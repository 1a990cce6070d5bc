"""Frames of GB/T 26875.3 turned into readings and events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from edge.drivers.gb26875 import frames, objects, tables
from edge.drivers.gb26875.dialect import Dialect
from edge.drivers.gb26875.frames import Frame
from edge.drivers.gb26875.objects import Item, Unit
from edge.drivers.gb26875.profile import GbProfile
from edge.model import DeviceReported, DeviceReset, Lane, Reading, Record, Value

CLOCK_NOTED: Final = timedelta(seconds=60)
"""A device's clock that is off by more is noted; below, a slow line explains it."""
CLOCK_DEAD: Final = timedelta(days=1)
HASH: Final = 12
"""Hex digits that tell two contents of one second and serial apart."""
LATCHED_FIRE: Final = frozenset({"fire", "manual_alarm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A frame with what is known about its coming; `local` is `at` on the site's own clock."""

    device: str
    frame: Frame
    at: datetime
    local: datetime


@dataclass(frozen=True, slots=True)
class _Source:
    """Where readings come from, to name their points."""

    device: str
    at: datetime
    about: str = ""

    def reading(self, component: str, name: str, value: Value) -> Reading:
        point = f"{component}.{name}" if component else name
        return Reading(point=f"{self.device}/{point}", value=value, at=self.at, about=self.about)


def records(received: Received, dialect: Dialect, profile: GbProfile) -> tuple[Record, ...]:
    """Return what a frame with app data says: what was told first, then what follows from it."""
    unit = objects.decode(received.frame.app)
    following: list[Record] = []
    for item in unit.items:
        following.extend(_of_item(received, unit.type, item, dialect, profile))
    fire = any(
        isinstance(record, Reading)
        and record.value is True
        and record.point.rpartition("/")[2].rpartition(".")[2] in LATCHED_FIRE
        for record in following
    )
    told = DeviceReported(
        device=received.device,
        what=what(unit.type),
        frame=frames.encode(received.frame).hex(),
        at=received.at,
        origin=origin(received, dialect),
        device_time=_iso(dialect.read_time(received.frame.label)),
        lane=Lane.LIFE_SAFETY if fire else Lane.INFO,
        fields=_fields(received, unit, dialect),
    )
    return told, *following


def what(kind: int) -> str:
    """Name what a type flag tells; `unknown_77` where the tables do not say."""
    if kind in tables.USER_TYPES:
        return f"user_{kind}"
    return tables.WHAT.get(kind, f"unknown_{kind}")


def origin(received: Received, dialect: Dialect) -> str:
    """Name the report by what a resend repeats: serial, time label and content.

    A device whose clock is dead repeats all three for something new, at its next start or,
    with a serial that stays 0, at once; there the hour or the minute of arrival joins in, for
    a fire told twice harms less than one lost.
    """
    frame = received.frame
    content = sha256(frame.app).hexdigest()[:HASH]
    name = f"{received.device}/{frame.serial}/{frame.label.hex()}/{content}"
    if clock_lives(received, dialect):
        return name
    return (
        f"{name}/{received.at:%Y%m%d%H%M}"
        if frame.serial == 0
        else f"{name}/{received.at:%Y%m%d%H}"
    )


def clock_lives(received: Received, dialect: Dialect) -> bool:
    """Whether the device's clock tells about the time at which the frame came."""
    told_at = dialect.read_time(received.frame.label)
    return told_at is not None and abs(told_at - received.local) <= CLOCK_DEAD


def _fields(received: Received, unit: Unit, dialect: Dialect) -> Mapping[str, Value]:
    frame = received.frame
    fields: dict[str, Value] = {
        "type": unit.type,
        "serial": frame.serial,
        "objects": len(unit.items),
    }
    statuses = [item.status for item in unit.items if item.status is not None]
    if statuses:
        fields["test"] = any(not status & 1 for status in statuses)
    if unit.error:
        fields["error"] = unit.error
    told_at = dialect.read_time(frame.label)
    if told_at is None:
        fields["clock"] = "impossible"
    elif abs(told_at - received.local) > CLOCK_NOTED:
        fields["clock_off_s"] = round((told_at - received.local).total_seconds())
    if len(unit.items) == 1:
        fields |= _single(unit, unit.items[0], dialect)
    return fields


def _single(unit: Unit, item: Item, dialect: Dialect) -> Iterator[tuple[str, Value]]:
    """What a person wants to read of the one object that no reading carries."""
    if item.operation is not None:
        yield "operation", ",".join(tables.flags(item.operation, _operation_bits(unit.type)))
        yield "operator", item.operator or 0
    if item.major is not None:
        yield "version", f"{item.major}.{item.minor}"
    if item.text is not None:
        yield "text", item.text
    if item.description is not None:
        yield "description", item.description
    if item.time is not None:
        yield "object_time", _iso(dialect.read_time(item.time))


def _of_item(
    received: Received, kind: int, item: Item, dialect: Dialect, profile: GbProfile
) -> Iterator[Record]:
    source = _Source(received.device, received.at, _about(kind, item, profile))
    if kind == tables.SYSTEM_STATUS:
        yield from _system(source, item)
    elif kind == tables.COMPONENT_STATUS:
        yield from _bits(source, item.component, item.status or 0, dialect.component_bits)
    elif kind == tables.COMPONENT_ANALOG:
        analog = profile.analog(item.analog_type or 0)
        yield source.reading(item.component, analog.name, analog.scale(item.analog or 0))
    elif kind == tables.OPERATION:
        yield from _operation(source, item.system, item.operation or 0)
    elif kind == tables.DEVICE_STATUS:
        yield from _bits(source, "", item.status or 0, tables.DEVICE_BITS)
    elif kind == tables.DEVICE_OPERATION:
        yield from _operation(source, "", item.operation or 0)


def _system(source: _Source, item: Item) -> Iterator[Record]:
    """The reset comes first: a bit that is still set after it is a new alarm."""
    status = item.status or 0
    if "reset" in tables.flags(status, tables.SYSTEM_BITS):
        yield DeviceReset(device=source.device, component=item.system, at=source.at)
    yield from _bits(source, item.system, status, tables.SYSTEM_BITS)


def _bits(
    source: _Source, component: str, status: int, names: Mapping[int, str]
) -> Iterator[Reading]:
    for bit, name in names.items():
        if name not in {"normal", "reset"}:
            yield source.reading(component, name, bool(status >> bit & 1))


def _operation(source: _Source, component: str, operation: int) -> Iterator[Record]:
    done = tables.flags(operation, tables.OPERATION_BITS)
    if "reset" in done:
        yield DeviceReset(device=source.device, component=component, at=source.at)
    if "manual_alarm" in done:
        yield source.reading(component, "manual_alarm", value=True)
    elif "reset" in done or "alarm_cleared" in done:
        yield source.reading(component, "manual_alarm", value=False)


def _about(kind: int, item: Item, profile: GbProfile) -> str:
    if item.component_type is not None:
        name = tables.component_type(item.component_type, profile.component_types).zh
        return f"{name} {item.description or ''}".strip()
    if kind in {tables.SYSTEM_STATUS, tables.OPERATION}:
        return tables.system_type(item.system_type or 0).zh
    return ""


def _operation_bits(kind: int) -> Mapping[int, str]:
    device = kind == tables.DEVICE_OPERATION
    return tables.DEVICE_OPERATION_BITS if device else tables.OPERATION_BITS


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()
