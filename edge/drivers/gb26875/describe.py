"""A frame told in full for a technician, as one object that fits into JSON."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import Final

from edge.drivers.gb26875 import frames, objects, tables
from edge.drivers.gb26875.dialect import Dialect, DialectUnknownError, named
from edge.drivers.gb26875.objects import Item, Unit

MAX_HEX: Final = 1 << 20
"""More is a file passed by mistake; the rest of it is not looked at."""
HEX_DIGITS: Final = frozenset("0123456789abcdef")


def decode_json(hex_text: str, dialect: str = "std") -> dict[str, object]:
    """Tell one frame; what is wrong stands in `error`, what could be read is there all the same."""
    told: dict[str, object] = {
        "ok": False,
        "error": None,
        "serial": None,
        "time": None,
        "source": None,
        "destination": None,
        "command": None,
        "type": None,
        "objects": [],
    }
    try:
        way = named(dialect)
    except DialectUnknownError as error:
        return told | {"error": str(error), "hex": "".join(hex_text.split())}
    raw, bad_hex = _bytes(hex_text[:MAX_HEX])
    before = max(raw.find(frames.START), 0)
    raw = raw[before:]
    header, fault = _fields(raw, way)
    fault = bad_hex or fault or (f"bad_start: {before} bytes before 40 40" if before else "")
    told |= header
    app = raw[frames.HEADER : _end_of_app(raw)]
    command = header.get("command")
    if app and isinstance(command, int) and not way.is_heartbeat(command, app):
        unit = objects.decode(app)
        told["type"] = unit.type
        told["objects"] = _objects(unit, app, way)
        fault = fault or _unit_error(unit, way)
    return told | {"ok": not fault, "error": fault or None}


def _bytes(hex_text: str) -> tuple[bytes, str]:
    """Read the bytes up to what is no hex, and say what that is."""
    digits = "".join(hex_text.replace(",", " ").lower().replace("0x", " ").split())
    if not digits:
        return b"", "bad_hex: nothing there"
    sound = "".join(takewhile(HEX_DIGITS.__contains__, digits))
    raw = bytes.fromhex(sound[: len(sound) // 2 * 2])
    if len(sound) < len(digits):
        return raw, f"bad_hex: {digits[len(sound)]!r} is no hexadecimal digit"
    return raw, "bad_hex: an odd number of digits" if len(sound) % 2 else ""


def _end_of_app(raw: bytes) -> int:
    """Where the app data end: where the length says, or where the bytes do."""
    if len(raw) < frames.HEADER:
        return len(raw)
    return min(frames.HEADER + frames.app_length(raw), len(raw))


def _fields(raw: bytes, way: Dialect) -> tuple[dict[str, object], str]:
    """Read what the header holds, also of one that is cut off, and say what is wrong."""
    fields: dict[str, object] = {}
    if not raw.startswith(frames.START):
        return fields, _fault(raw, way)
    for name, begin, end in (
        ("serial", 2, 4),
        ("source", 12, 18),
        ("destination", 18, 24),
        ("command", 26, 27),
    ):
        if len(raw) >= end:
            fields[name] = int.from_bytes(raw[begin:end], "little")
    if len(raw) >= 12:  # noqa: PLR2004  the end of the time label
        fields["time"] = _time(raw[6:12], way)
    return fields, _fault(raw, way)


def _fault(raw: bytes, way: Dialect) -> str:
    size = frames.SHORTEST + frames.app_length(raw) if len(raw) >= frames.HEADER else len(raw)
    fault = frames.fault_of(raw[:size], way.max_app_data)
    if fault is None:
        return f"bytes_after_frame: {len(raw) - size}" if len(raw) > size else ""
    if fault == "bad_checksum":
        return f"bad_checksum: 0x{raw[size - 3]:02x} sent, 0x{frames.checksum(raw):02x} computed"
    why = {
        "bad_start": "no 40 40 in it",
        "bad_end": "a frame ends with 23 23",
        "too_short": f"{len(raw)} bytes, it needs {max(size, frames.SHORTEST)}",
        "over_length": f"{size - frames.SHORTEST} bytes of app data, at most {way.max_app_data}",
    }
    return f"{fault}: {why[fault]}"


def _unit_error(unit: Unit, way: Dialect) -> str:
    """A type left to the makers is no error; it can only not be told in detail."""
    own = unit.type in tables.USER_TYPES or (unit.type == 0 and 0 in way.told)
    return "" if own else unit.error


def _objects(unit: Unit, app: bytes, way: Dialect) -> list[dict[str, object]]:
    if unit.type not in objects.LAYOUTS:
        return [{"raw": app[1:].hex()}] if len(app) > 1 else []
    return [_object(unit.type, item, way) for item in unit.items]


def _object(kind: int, item: Item, way: Dialect) -> dict[str, object]:
    told: dict[str, object] = {}
    for name in objects.LAYOUTS[kind]:
        if name == "status":
            bits = tables.SYSTEM_BITS if kind == tables.SYSTEM_STATUS else way.component_bits
            told |= _flagged("status", item.status or 0, bits)
        elif name == "device_status":
            told |= _flagged("status", item.status or 0, tables.DEVICE_BITS)
        elif name == "operation":
            device = kind == tables.DEVICE_OPERATION
            bits = tables.DEVICE_OPERATION_BITS if device else tables.OPERATION_BITS
            told |= _flagged("operation", item.operation or 0, bits)
        elif name == "analog":
            analog = tables.analog(item.analog_type or 0)
            told |= {"value": analog.scale(item.analog or 0), "unit": analog.unit}
        elif name == "time":
            told["time"] = None if item.time is None else _time(item.time, way)
        elif name != "reserved":
            told[name] = getattr(item, name)
    return told


def _flagged(name: str, bits: int, names: Mapping[int, str]) -> dict[str, object]:
    return {name: bits, "flags": list(tables.flags(bits, names))}


def _time(label: bytes, way: Dialect) -> str | None:
    at = way.read_time(label)
    return None if at is None else at.isoformat()
