"""The app data unit of GB/T 26875.3: every type flag's objects, read and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

DESCRIPTION: Final = 31
TIME: Final = 6
MAX_TEXT: Final = 255
"""A text's length travels in one byte."""

Field = Literal[
    "system_type",
    "system_address",
    "component_type",
    "zone",
    "point",
    "status",
    "device_status",
    "description",
    "analog_type",
    "analog",
    "operation",
    "operator",
    "major",
    "minor",
    "text",
    "count",
    "minutes",
    "reserved",
    "time",
]

WIDTHS: Final[Mapping[str, int]] = {
    "zone": 2,
    "point": 2,
    "status": 2,
    "analog": 2,
    "description": DESCRIPTION,
    "time": TIME,
}
"""Bytes of the fields that are not one byte wide; a `text` is its length byte and that many."""

_SYSTEM: Final[tuple[Field, ...]] = ("system_type", "system_address")
_COMPONENT: Final[tuple[Field, ...]] = (*_SYSTEM, "component_type", "zone", "point")
_PLACE: Final[tuple[Field, ...]] = (*_SYSTEM, "zone", "point")

LAYOUTS: Final[Mapping[int, tuple[Field, ...]]] = {
    1: (*_SYSTEM, "status", "time"),
    2: (*_COMPONENT, "status", "description", "time"),
    3: (*_COMPONENT, "analog_type", "analog", "time"),
    4: (*_SYSTEM, "operation", "operator", "time"),
    5: (*_SYSTEM, "major", "minor"),
    6: (*_SYSTEM, "text"),
    7: (*_COMPONENT, "description"),
    8: (*_SYSTEM, "time"),
    21: ("device_status", "time"),
    24: ("operation", "operator", "time"),
    25: ("major", "minor"),
    26: ("text",),
    28: ("time",),
    61: _SYSTEM,
    62: _PLACE,
    63: _PLACE,
    64: (*_SYSTEM, "count", "time"),
    65: _SYSTEM,
    66: _SYSTEM,
    67: _PLACE,
    68: _SYSTEM,
    81: ("reserved",),
    84: ("count", "time"),
    85: ("reserved",),
    86: ("reserved",),
    88: ("reserved",),
    89: ("reserved",),
    90: ("time",),
    91: ("minutes",),
}

TIMED: Final = frozenset({1, 2, 3, 4, 21, 24})
"""Types whose time stands after the object; some devices leave it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One object; what its type does not carry is none. Numbers and `time` are as on the wire."""

    system_type: int | None = None
    system_address: int | None = None
    component_type: int | None = None
    zone: int | None = None
    point: int | None = None
    status: int | None = None
    analog_type: int | None = None
    analog: int | None = None
    operation: int | None = None
    operator: int | None = None
    major: int | None = None
    minor: int | None = None
    count: int | None = None
    minutes: int | None = None
    description: str | None = None
    text: str | None = None
    time: bytes | None = None

    @property
    def system(self) -> str:
        """The system's address behind the device: `1-1`."""
        return f"{self.system_type}-{self.system_address}"

    @property
    def component(self) -> str:
        """The component's address behind the device: `1-1-10-2`."""
        return f"{self.system}-{self.zone}-{self.point}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A decoded app data unit; `error` says what of it could not be read."""

    type: int
    items: tuple[Item, ...] = ()
    error: str = ""


def decode(app: bytes) -> Unit:
    """Read an app data unit of at least one byte; never raises, keeps what could be read."""
    kind = app[0]
    layout = LAYOUTS.get(kind)
    if layout is None:
        return Unit(type=kind, error=f"type_unknown: {kind}")
    if len(app) == 1:
        return Unit(type=kind, error="count_missing")
    count, rest, error = app[1], app[2:], ""
    items: list[Item] = []
    if kind in TIMED and count and len(rest) == count * _size(layout[:-1]):
        layout, error = layout[:-1], "object_time_missing"
    for number in range(count):
        size = _size_of(layout, rest)
        if size > len(rest):
            return Unit(
                type=kind,
                items=tuple(items),
                error=f"objects_missing: {count} announced, {number} whole",
            )
        items.append(_read(layout, rest[:size]))
        rest = rest[size:]
    if rest:
        error = f"bytes_left_over: {len(rest)}"
    return Unit(type=kind, items=tuple(items), error=error)


def encode(kind: int, items: Sequence[Item]) -> bytes:
    """Write an app data unit; `ValueError` (or `OverflowError`) where a field is missing or large.

    A description is cut to 31 bytes between two characters and padded with NUL.
    """
    layout = LAYOUTS.get(kind)
    if layout is None:
        raise ValueError(f"type {kind} has no objects that are known")
    written = [_write(name, item) for item in items for name in layout]
    return bytes((kind, len(items))) + b"".join(written)


def read_text(raw: bytes) -> str:
    """Decode a padded GB18030 text: what follows the first NUL is stale, spaces are padding."""
    return raw.partition(b"\x00")[0].decode("gb18030", "replace").strip(" ")


def _size(layout: Sequence[Field]) -> int:
    return sum(WIDTHS.get(name, 1) for name in layout)


def _size_of(layout: Sequence[Field], raw: bytes) -> int:
    """The size of the object that begins here; the length byte stands just before its text."""
    fixed = _size(layout)
    if "text" not in layout or len(raw) < fixed:
        return fixed
    return fixed + raw[fixed - 1]


def _read(layout: Sequence[Field], raw: bytes) -> Item:
    read: dict[str, Any] = {}
    for name in layout:
        width = WIDTHS.get(name, 1)
        if name == "text":
            read[name], raw = read_text(raw[1 : 1 + raw[0]]), raw[1 + raw[0] :]
            continue
        field, raw = raw[:width], raw[width:]
        if name == "description":
            read[name] = read_text(field)
        elif name == "time":
            read[name] = field
        elif name != "reserved":
            key = "status" if name == "device_status" else name
            read[key] = int.from_bytes(field, "little", signed=name == "analog")
    return Item(**read)


def _write(name: Field, item: Item) -> bytes:
    if name == "reserved":
        return b"\x00"
    if name == "device_status":
        return _needed(name, item.status).to_bytes(1, "little")
    if name == "time":
        return _time(item.time)
    if name == "description":
        return _cut(item.description or "", DESCRIPTION).ljust(DESCRIPTION, b"\x00")
    if name == "text":
        text = _cut(item.text or "", MAX_TEXT)
        return bytes((len(text),)) + text
    number = _needed(name, getattr(item, name))
    return number.to_bytes(WIDTHS.get(name, 1), "little", signed=name == "analog")


def _time(label: bytes | None) -> bytes:
    if label is None or len(label) != TIME:
        raise ValueError("a time is six bytes")
    return label


def _cut(text: str, limit: int) -> bytes:
    written = text.encode("gb18030", "replace")[:limit]
    return written.decode("gb18030", "ignore").encode("gb18030")


def _needed(name: str, number: int | None) -> int:
    if number is None:
        raise ValueError(f"{name} is missing")
    return number
