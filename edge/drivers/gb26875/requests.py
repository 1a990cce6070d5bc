"""What a device can be asked, as the bytes that ask it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from edge.drivers.gb26875 import objects, tables
from edge.drivers.gb26875.dialect import Dialect
from edge.drivers.gb26875.objects import Item
from edge.drivers.gb26875.profile import Ask
from edge.errors import CommandRejected
from edge.model import Value

MOST_OPERATIONS: Final = 102
"""The most operations that one answer can hold."""
DUTY_MINUTES: Final = 10
"""How long a device sounds for a duty check when nobody answers and no time is given."""
DAY: Final = timedelta(days=1)

_CONTROLS: Final[Mapping[Ask, int]] = {
    "sync_clock": 90,
    "duty_check": 91,
    "initialise": 89,
}
_COMPONENT_READS: Final[Mapping[Ask, int]] = {
    "read_component": 62,
    "read_analog": 63,
    "read_component_config": 67,
}
_READS: Final[Mapping[Ask, tuple[int, int]]] = {
    "read_status": (61, 81),
    "read_operations": (64, 84),
    "read_version": (65, 85),
    "read_config": (66, 86),
    "read_time": (68, 88),
}
"""The types that ask a system behind the device, and the device itself."""
_LIMITS: Final[Mapping[str, int]] = {
    "system_type": 255,
    "system_address": 255,
    "zone": 65535,
    "point": 65535,
    "minutes": 255,
    "count": MOST_OPERATIONS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The command byte and app data that ask, and how long a person may take to answer."""

    command: int
    app: bytes
    person: timedelta = timedelta(0)


def build(
    ask: Ask, args: Mapping[str, Value], local: datetime, dialect: Dialect, *, until: str = "answer"
) -> Request:
    """Return what asks for it; `CommandRejected` names the argument that does not fit.

    With `system_type` and `system_address` a read asks that system, without them the device.
    """
    label = dialect.write_time(local)
    if ask in _CONTROLS:
        minutes = _number(args, "minutes", DUTY_MINUTES) if ask == "duty_check" else 0
        item = Item(minutes=minutes, time=label)
        waits = timedelta(minutes=minutes if until == "answer" else 0)
        return _request(tables.CONTROL, _CONTROLS[ask], item, waits)
    if ask in _COMPONENT_READS:
        return _request(tables.REQUEST, _COMPONENT_READS[ask], _component(args))
    of_system, of_device = _READS[ask]
    item = Item(
        count=_number(args, "count", 10),
        time=dialect.write_time(local - DAY),
    )
    if "system_type" not in args and "system_address" not in args:
        return _request(tables.REQUEST, of_device, item)
    system = Item(
        system_type=_number(args, "system_type"),
        system_address=_number(args, "system_address"),
        count=item.count,
        time=item.time,
    )
    return _request(tables.REQUEST, of_system, system)


def _request(command: int, kind: int, item: Item, person: timedelta = timedelta(0)) -> Request:
    return Request(command=command, app=objects.encode(kind, (item,)), person=person)


def _component(args: Mapping[str, Value]) -> Item:
    return Item(
        system_type=_number(args, "system_type"),
        system_address=_number(args, "system_address"),
        zone=_number(args, "zone"),
        point=_number(args, "point"),
    )


def _number(args: Mapping[str, Value], name: str, default: int | None = None) -> int:
    value = args.get(name, default)
    most = _LIMITS[name]
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise CommandRejected(f"{name} is {value!r}; give a whole number from 0 to {most}")
    return value
