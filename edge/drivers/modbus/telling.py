"""The values in a Modbus frame in words: addresses, registers, and the points that lie in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from edge.drivers.modbus.decode import compile_read
from edge.drivers.modbus.planner import Place, Read, plan
from edge.drivers.modbus.profile import ModbusPoint, Table
from edge.drivers.modbus.unit import DevicePlaced
from edge.drivers.modbus.words import TABLES
from edge.model import Text, Value
from edge.trace import Part

CLOSED: Final = 0xFF00
WRITES: Final = frozenset({5, 6})
WORD = 2  # bytes of a register
_YES: Final = Text("是", "yes")
_NO: Final = Text("否", "no")
_DOUBTFUL: Final = Text("不可信", "not believed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a read asked for; `first` is the address on the wire."""

    function: int
    first: int
    count: int


def request_parts(pdu: bytes, at: int, placed: DevicePlaced | None) -> Iterator[Part]:
    """Tell what a request (or the echo that confirms a write) is about; `at` is its first byte."""
    function, address, number = pdu[0], int.from_bytes(pdu[1:3]), int.from_bytes(pdu[3:5])
    if len(pdu) < 3:  # noqa: PLR2004 -- no address
        return
    yield Part(at + 1, at + 3, Text("地址", "Address"), f"{address}", _manual(address, placed))
    if len(pdu) < 5:  # noqa: PLR2004 -- no count or value
        return
    if function not in WRITES:
        yield Part(at + 3, at + 5, Text("数量", "Count"), f"{number}")
        return
    what = _action(function, address, placed)
    if what is not None:
        yield Part(at + 1, at + 5, Text("动作", "Action"), "", what)
    coil = Text("接通", "on") if number == CLOSED else Text("断开", "off") if not number else None
    shown = f"0x{number:04X}" if function == 5 else f"{number}"  # noqa: PLR2004 -- write a coil
    words = coil if function == 5 else None  # noqa: PLR2004 -- see above
    yield Part(at + 3, at + 5, Text("数值", "Value"), shown, words)


def values_parts(
    raw: bytes, at: int, placed: DevicePlaced | None, asked: Asked | None, *, bits: bool
) -> Iterator[Part]:
    """Tell each register or bit of an answer, and behind it each point that begins in it."""
    points = list(_points(raw, placed, asked)) if asked is not None else []
    if bits:
        yield from _bits(raw, at, asked, points)
        return
    first = asked.first if asked is not None else 0
    numbering = placed.profile.settings.numbering if placed is not None else 0
    for index in range(len(raw) // WORD):
        begin = at + WORD * index
        word = int.from_bytes(raw[WORD * index : WORD * index + WORD])
        number = first + index + numbering
        name = Text(f"寄存器 {number}", f"Register {number}")
        if asked is None:
            name = Text(f"第 {index + 1} 个寄存器", f"Register no. {index + 1}")
        yield Part(begin, begin + WORD, name, f"0x{word:04X} = {word}")
        for place, point, value in points:
            if place.start == first + index:
                yield _told(begin, begin + WORD * place.size, point, value)
    if len(raw) % WORD:
        end = at + len(raw)
        yield Part(end - 1, end, Text("半个寄存器", "Half a register"), raw[-1:].hex())


def _bits(
    raw: bytes, at: int, asked: Asked | None, points: list[tuple[Place, ModbusPoint, Value | None]]
) -> Iterator[Part]:
    for index, byte in enumerate(raw):
        yield Part(at + index, at + index + 1, Text("八位", "Eight bits"), f"{byte:08b}")
        for place, point, value in points:
            if asked is not None and (place.start - asked.first) // 8 == index:
                yield _told(at + index, at + index + 1, point, value)


def _told(begin: int, end: int, point: ModbusPoint, value: Value | None) -> Part:
    name = point.text.plain()
    if value is None:
        return Part(begin, end, name, "?", _DOUBTFUL)
    if isinstance(value, bool):
        return Part(begin, end, name, str(value).lower(), _YES if value else _NO)
    label = point.labels.get(value) if isinstance(value, int) else None
    words = label.plain() if label is not None else None
    return Part(begin, end, name, f"{value} {point.unit}".rstrip(), words)


def _points(
    raw: bytes, placed: DevicePlaced | None, asked: Asked
) -> Iterator[tuple[Place, ModbusPoint, Value | None]]:
    """The points of the unit that lie whole in the answer, with their values."""
    table = TABLES.get(asked.function)
    size = (asked.count + 7) // 8 if table in {"coil", "discrete"} else WORD * asked.count
    if placed is None or table is None or len(raw) != size:
        return
    profile, end = placed.profile, asked.first + asked.count
    places = tuple(
        place
        for read in plan(profile.points, profile.settings)
        for place in read.places
        if place.table == table and asked.first <= place.start and place.end <= end
    )
    read = Read(table=table, start=asked.first, count=asked.count, every=1.0, places=places)
    values = compile_read(read, profile.points, profile.settings)(raw)
    for place, value in sorted(zip(places, values, strict=True), key=lambda both: both[0].start):
        yield place, profile.points[place.name], value


def _manual(address: int, placed: DevicePlaced | None) -> Text | None:
    if placed is None or not placed.profile.settings.numbering:
        return None
    number = address + placed.profile.settings.numbering
    return Text(f"说明书编号 {number}", f"number {number} in the manual")


def _action(function: int, address: int, placed: DevicePlaced | None) -> Text | None:
    table: Table | None = TABLES.get(function)
    for action in placed.profile.actions.values() if placed is not None else ():
        number = action.number - placed.profile.settings.numbering if placed is not None else 0
        if action.table == table and number == address:
            return action.text.plain()
    return None
