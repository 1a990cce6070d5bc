"""How an event of a simulated device is recognised at the platform."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from cloud_bridge.wire import CloudEvent, Data
from cloud_bridge.wire.documents import AccessData, ClearedData, RaisedData, ReportData
from edge.drivers.gb26875 import objects, tables
from edge.drivers.gb26875.frames import Frame, Framer
from edge.drivers.gb26875.objects import Item

Verb: TypeAlias = Literal["raise", "clear", "measure", "pass"]
Part: TypeAlias = Literal["told", "alarm"]

PARTS: Final[dict[str, tuple[Part, ...]]] = {
    "raise": ("told", "alarm"),
    "clear": ("told", "alarm"),
    "measure": ("told",),
    "pass": ("told",),
}
"""What has to reach the platform of what a device said: its report, and the alarm's change."""

POINTS: Final = 200
"""Components of a zone: each raise has a component of its own, so that its alarm is its own."""

FIRE: Final = 0b11
CALM: Final = 0b01
SMOKE: Final = 42
TEMPERATURE: Final = 3
SYSTEM: Final = "1-1"


@dataclass(frozen=True, slots=True)
class Seen:
    """Which event of which device, and which part of it."""

    key: str
    part: Part


def key_of(source: str, number: int, verb: Verb) -> str:
    """Name an event of a device."""
    return f"{source}/{number}/{verb}"


def source_of(key: str) -> str:
    """Return the device of an event."""
    return key.partition("/")[0]


def verb_of(key: str) -> str:
    """Return what it is."""
    return key.rpartition("/")[2]


def begin_of(key: str) -> str:
    """Return what a clear ends; everything else begins with itself."""
    return f"{key.removesuffix('/clear')}/raise" if verb_of(key) == "clear" else key


def item_of(number: int, verb: Verb, label: bytes) -> tuple[int, Item]:
    """Return the type and the object that a device tells."""
    component = Item(
        system_type=1,
        system_address=1,
        component_type=SMOKE,
        zone=1 + number // POINTS,
        point=1 + number % POINTS,
        time=label,
    )
    if verb == "measure":
        measured = replace(component, analog_type=TEMPERATURE, analog=number % 1000)
        return tables.COMPONENT_ANALOG, measured
    status = FIRE if verb == "raise" else CALM
    return tables.COMPONENT_STATUS, replace(component, status=status, description="")


def recognise(event: CloudEvent[Data | None]) -> Seen | None:
    """Return what an event at the platform is of; none where no simulated device said it."""
    match event.data:
        case ReportData(device=device, report=report) if device and report.frame:
            return _reported(device.id, bytes.fromhex(report.frame))
        case RaisedData(alarm=alarm):
            return _alarm(alarm.key, "raise")
        case ClearedData(alarm=alarm):
            return _alarm(alarm.key, "clear")
        case AccessData(device=device, access=access) if device and access.person:
            number = access.person.partition(" ")[0]
            return Seen(key_of(device.id, int(number), "pass"), "told")
    return None


def _reported(device: str, raw: bytes) -> Seen | None:
    [frame] = Framer().feed(raw)
    if not isinstance(frame, Frame) or not frame.app:
        return None
    unit = objects.decode(frame.app)
    if len(unit.items) != 1:
        return None
    [item] = unit.items
    number = _number(item.zone or 0, item.point or 0)
    if unit.type == tables.COMPONENT_ANALOG:
        return Seen(key_of(device, number, "measure"), "told")
    verb: Verb = "raise" if item.status == FIRE else "clear"
    return Seen(key_of(device, number, verb), "told")


def _alarm(key: str, verb: Verb) -> Seen | None:
    device, _, rest = key.partition("/")
    component, _, alarm = rest.partition("/")
    if alarm != "fire" or not component.startswith(SYSTEM):
        return None
    zone, point = component.split("-")[2:]
    return Seen(key_of(device, _number(int(zone), int(point)), verb), "alarm")


def _number(zone: int, point: int) -> int:
    return (zone - 1) * POINTS + point - 1
