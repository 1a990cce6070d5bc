"""A GB/T 26875.3 frame told field by field, each with its bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from edge.drivers.gb26875 import frames, objects, tables
from edge.drivers.gb26875.dialect import Dialect
from edge.drivers.gb26875.field_words import COMMANDS, FAULTS, FIELDS, FLAGS, TYPES, unknown
from edge.drivers.gb26875.objects import WIDTHS, Field
from edge.drivers.gb26875.profile import GbProfile
from edge.model import Text
from edge.trace import Part

_HEADER: Final[tuple[tuple[int, int, Text], ...]] = (
    (2, 4, Text("业务流水号", "Serial number")),
    (4, 6, Text("协议版本", "Version")),
    (6, 12, Text("时间标签", "Time label")),
    (12, 18, Text("源地址", "Source address")),
    (18, 24, Text("目的地址", "Destination address")),
    (24, 26, Text("应用数据长度", "Length of the app data")),
    (26, 27, Text("控制命令", "Command")),
)
_START: Final = Text("启动符", "Start")
_END: Final = Text("结束符", "End")
_CHECKSUM: Final = Text("校验和", "Checksum")
_RIGHT: Final = Text("正确", "right")
_STRAY: Final = Text("无法识别", "Not a frame")


def explain(
    body: bytes, dialect: Dialect, devices: Mapping[int, Text], profile: GbProfile | None
) -> tuple[Part, ...]:
    """Tell each field of the first frame in `body`; never raises, whatever the bytes.

    `devices` are the names of those that the site knows, by address; `profile` has the maker's own
    types.
    """
    start = body.find(frames.START)
    if start < 0:
        return (Part(0, len(body), _STRAY, body.hex(" ")),) if body else ()
    parts = [Part(0, start, _STRAY, body[:start].hex(" "))] if start else []
    raw = body[start:]
    parts += _head(raw, start, dialect, devices)
    if len(raw) >= frames.HEADER:
        end = min(frames.HEADER + frames.app_length(raw), len(raw))
        parts += _app(raw[frames.HEADER : end], start + frames.HEADER, raw[26], dialect, profile)
        parts += _tail(raw, start, end)
    fault = frames.fault_of(raw[: _whole(raw)], dialect.max_app_data)
    if fault is not None and fault != "bad_checksum":
        parts.append(Part(0, 0, Text("错误", "Fault"), fault, FAULTS[fault]))
    return tuple(parts)


def _whole(raw: bytes) -> int:
    return frames.SHORTEST + frames.app_length(raw) if len(raw) >= frames.HEADER else len(raw)


def _head(raw: bytes, start: int, dialect: Dialect, devices: Mapping[int, Text]) -> Iterator[Part]:
    yield Part(start, start + 2, _START, raw[:2].hex(" "))
    for begin, end, name in _HEADER:
        if len(raw) < end:
            return
        field = raw[begin:end]
        number = int.from_bytes(field, "little")
        words = devices.get(number) if begin in {12, 18} else None
        shown = f"{number}"
        if begin == 4:  # noqa: PLR2004 - the version, two numbers
            shown = f"{field[0]}.{field[1]}"
        elif begin == 6:  # noqa: PLR2004 - the time label
            shown, words = _time(field, dialect)
        elif begin == 26:  # noqa: PLR2004 - the command
            words = COMMANDS.get(number, unknown(number))
        yield Part(start + begin, start + end, name, shown, words)


def _tail(raw: bytes, start: int, end: int) -> Iterator[Part]:
    if end < len(raw):
        right = frames.checksum(raw)
        should = f"0x{right:02x}"
        wrong = Text(f"错误，应为 {should}", f"wrong, should be {should}")
        words = _RIGHT if raw[end] == right else wrong
        yield Part(start + end, start + end + 1, _CHECKSUM, f"0x{raw[end]:02x}", words)
    if end + 1 < len(raw):
        last = min(end + frames.TAIL, len(raw))
        yield Part(start + end + 1, start + last, _END, raw[end + 1 : last].hex(" "))
        if last < len(raw):
            yield Part(start + last, start + len(raw), _STRAY, raw[last:].hex(" "))


def _app(
    app: bytes, at: int, command: int, dialect: Dialect, profile: GbProfile | None
) -> Iterator[Part]:
    if not app:
        return
    if dialect.is_heartbeat(command, app):
        yield Part(at, at + len(app), Text("心跳", "Heartbeat"), app.hex(" "))
        return
    kind = app[0]
    yield Part(at, at + 1, Text("类型标志", "Type"), f"{kind}", TYPES.get(kind, unknown(kind)))
    layout = objects.LAYOUTS.get(kind)
    if len(app) == 1 or layout is None:
        yield from _raw(app, at, 1)
        return
    yield Part(at + 1, at + 2, Text("信息对象数目", "Objects"), f"{app[1]}")
    place, count = 2, app[1]
    rest = len(app) - place
    if kind in objects.TIMED and count and rest == count * _least(layout[:-1]):
        layout = layout[:-1]
    for _ in range(count):
        if place >= len(app):
            break
        for part in _object(app, at, place, kind, layout, dialect, profile):
            yield part
            place = part.end - at
    yield from _raw(app, at, place)


def _least(layout: Sequence[Field]) -> int:
    return sum(WIDTHS.get(name, 1) for name in layout)


def _raw(app: bytes, at: int, place: int) -> Iterator[Part]:
    if place < len(app):
        yield Part(at + place, at + len(app), Text("其余", "The rest"), app[place:].hex(" "))


def _object(  # noqa: PLR0913, PLR0917 - where it lies, and what its numbers mean
    app: bytes,
    at: int,
    place: int,
    kind: int,
    layout: Sequence[Field],
    dialect: Dialect,
    profile: GbProfile | None,
) -> Iterator[Part]:
    """The fields of one object that are whole; nothing behind one that is cut off."""
    analog = 0
    for name in layout:
        width = WIDTHS.get(name, 1)
        if name == "text" and place < len(app):
            width = 1 + app[place]
        field = app[place : place + width]
        if len(field) < width:
            return
        number = int.from_bytes(field, "little", signed=name == "analog")
        if name == "analog_type":
            analog = number
        shown, words = _field(name, field, number, dialect)
        if name == "analog":
            shown = _analog(analog, number, profile)
        elif name in {"analog_type", "component_type", "system_type"}:
            words = _kind_of(name, number, profile)
        elif name in {"status", "operation"}:
            words = _flags(name, kind, number, dialect)
        yield Part(at + place, at + place + width, FIELDS[name], shown, words)
        place += width


def _field(name: Field, field: bytes, number: int, dialect: Dialect) -> tuple[str, Text | None]:
    if name == "time":
        return _time(field, dialect)
    if name == "description":
        return objects.read_text(field), None
    if name == "text":
        return objects.read_text(field[1:]), None
    if name == "device_status":
        return f"0x{number:02x}", _named(tables.flags(number, tables.DEVICE_BITS))
    return f"0x{number:04x}" if name == "status" else f"{number}", None


def _kind_of(name: Field, number: int, profile: GbProfile | None) -> Text:
    if name == "system_type":
        return tables.system_type(number)
    if name == "component_type":
        return tables.component_type(number, profile.component_types if profile else {})
    return (profile.analog(number) if profile else tables.analog(number)).text


def _analog(kind: int, counts: int, profile: GbProfile | None) -> str:
    analog = profile.analog(kind) if profile else tables.analog(kind)
    return f"{analog.scale(counts)} {analog.unit}".rstrip()


def _flags(name: Field, kind: int, number: int, dialect: Dialect) -> Text:
    if name == "operation":
        device = kind == tables.DEVICE_OPERATION
        bits = tables.DEVICE_OPERATION_BITS if device else tables.OPERATION_BITS
    else:
        bits = tables.SYSTEM_BITS if kind == tables.SYSTEM_STATUS else dialect.component_bits
    return _named(tables.flags(number, bits))


def _named(flags: Sequence[str]) -> Text:
    """The set bits in words; a status without any set bit means a test."""
    words = [FLAGS.get(flag, Text(flag, flag)) for flag in flags]
    if not words:
        return Text("无", "none")
    return Text("、".join(each.zh for each in words), ", ".join(each.en for each in words))


def _time(label: bytes, dialect: Dialect) -> tuple[str, Text | None]:
    at = dialect.read_time(label)
    if at is None:
        return label.hex(" "), Text("不是有效时间", "no such time")
    return f"{at:%Y-%m-%d %H:%M:%S}", None
