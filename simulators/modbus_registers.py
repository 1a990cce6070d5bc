"""Values laid out in registers as a profile says: what a device does before a driver reads it."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from edge.drivers.modbus.profile import ModbusPoint, ModbusProfile, ModbusSettings
from edge.model import Value
from simulators.modbus_server import TableName, Words


def blank(profile: ModbusProfile) -> dict[TableName, Words]:
    """All registers from the first to the last point of each table, at zero.

    What a profile forbids does not exist.
    """
    tables: dict[TableName, Words] = {}
    numbering = profile.settings.numbering
    for point in profile.points.values():
        words = tables.setdefault(point.table, {})
        first = point.number - numbering
        for address in range(min([first, *words]), max([first + point.size - 1, *words]) + 1):
            words.setdefault(address, 0)
    for span in profile.settings.forbidden:
        for number in range(span.first, span.last + 1):
            tables.get(span.table, {}).pop(number - numbering, None)
    return tables


def lay_out(
    profile: ModbusProfile, values: Mapping[str, Value], tables: dict[TableName, Words]
) -> None:
    """Write the values whose names the profile has; the rest stays as it is."""
    for name, value in values.items():
        point = profile.points.get(name)
        if point is not None and not isinstance(value, str):
            _put(point, value, profile.settings, tables[point.table])


def _put(point: ModbusPoint, value: float, settings: ModbusSettings, words: Words) -> None:
    first = point.number - settings.numbering
    if point.type == "bool":
        value = bool(value) is not point.inverted
    if point.of_bits:
        words[first] = int(value)
        return
    order = list(range(first, first + point.size))
    if (point.word_order or settings.word_order) == "little":
        order.reverse()
    little = (point.byte_order or settings.byte_order) == "little"
    raw = _raw(point, value)
    if point.run is not None:
        low, width = point.run
        mask = (1 << width) - 1 << low
        raw = _join(order, words, swap=little) & ~mask | raw << low & mask
    for place, address in enumerate(reversed(order)):
        word = raw >> 16 * place & 0xFFFF
        words[address] = _swapped(word) if little else word


def _raw(point: ModbusPoint, value: float) -> int:
    """The unsigned number that stands for a value."""
    unscaled = value
    if point.scale != 1 or point.offset:
        unscaled = (value - point.offset) / point.scale
    if point.words == "f32":
        return int.from_bytes(struct.pack(">f", unscaled))
    if point.words == "f64":
        return int.from_bytes(struct.pack(">d", unscaled))
    return round(unscaled) & (1 << 16 * point.size) - 1


def _join(order: list[int], words: Words, *, swap: bool) -> int:
    whole = 0
    for address in order:
        whole = whole << 16 | (_swapped(words[address]) if swap else words[address])
    return whole


def _swapped(word: int) -> int:
    return (word & 0xFF) << 8 | word >> 8
