"""Register words and bits to values, compiled once for each read."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from edge.drivers.modbus.planner import Read
from edge.model import Value

if TYPE_CHECKING:
    from edge.drivers.modbus.profile import ModbusPoint, ModbusSettings, Order

BITS_PER_WORD = 16
F32_DIGITS = 7  # decimal digits that a 32-bit float holds: 230.1, not 230.10000610351562

Raw: TypeAlias = Callable[[Sequence[int]], int]
Get: TypeAlias = Callable[[Sequence[int]], Value | None]


@dataclass(frozen=True, slots=True)
class Decoder:
    """Turns the data bytes of one answer into one value for each name; none is not believed."""

    names: tuple[str, ...]
    unpack: Callable[[bytes], Sequence[int]]
    values: Callable[[Sequence[int]], tuple[Value | None, ...]]

    def __call__(self, data: bytes) -> tuple[Value | None, ...]:
        """Values in the order of `names`; `data` has the length that the read asked for."""
        return self.values(self.unpack(data))


def compile_read(
    read: Read, points: Mapping[str, ModbusPoint], settings: ModbusSettings
) -> Decoder:
    """Prepare everything about a read that does not depend on what the device says."""
    of_bits = read.table in {"coil", "discrete"}
    indices = [place.start - read.start for place in read.places]
    gets = [
        _get(points[place.name], index, settings)
        for place, index in zip(read.places, indices, strict=True)
    ]
    as_they_are = len(gets) > 1 and all(isinstance(get, itemgetter) for get in gets)
    return Decoder(
        names=tuple(place.name for place in read.places),
        unpack=_bits if of_bits else struct.Struct(f">{read.count}H").unpack,
        values=itemgetter(*indices) if as_they_are else _each(gets),
    )


def _each(gets: Sequence[Get]) -> Callable[[Sequence[int]], tuple[Value | None, ...]]:
    return lambda words: tuple([get(words) for get in gets])


def _bits(data: bytes) -> Sequence[int]:
    return [byte >> position & 1 for byte in data for position in range(8)]


def _get(point: ModbusPoint, index: int, settings: ModbusSettings) -> Get:
    if point.of_bits:
        return _truth(lambda bits: bits[index], point)
    raw = _pick(
        _raw(
            index,
            point.size,
            point.word_order or settings.word_order,
            point.byte_order or settings.byte_order,
        ),
        point,
    )
    if point.type == "bool":
        return _truth(raw, point)
    if point.words in {"f32", "f64"}:
        return _float(raw, point)
    return _number(raw, point)


def _raw(index: int, size: int, word_order: Order, byte_order: Order) -> Raw:
    """Join words into one unsigned number."""
    places = range(index, index + size)
    order = tuple(places if word_order == "big" else reversed(places))

    def joined(words: Sequence[int]) -> int:
        whole = 0
        for place in order:
            word = words[place]
            if byte_order == "little":
                word = (word & 0xFF) << 8 | word >> 8
            whole = whole << BITS_PER_WORD | word
        return whole

    return itemgetter(index) if size == 1 and byte_order == "big" else joined


def _pick(raw: Raw, point: ModbusPoint) -> Raw:
    """Keep a run of bits, or give a signed number its sign."""
    if point.run is not None:
        low, width = point.run
        mask = (1 << width) - 1
        return lambda words: raw(words) >> low & mask
    if point.words.startswith("s"):
        sign = 1 << (BITS_PER_WORD * point.size - 1)
        return lambda words: (raw(words) ^ sign) - sign
    return raw


def _truth(raw: Raw, point: ModbusPoint) -> Get:
    if point.inverted:
        return lambda words: not raw(words)
    return lambda words: bool(raw(words))


def _number(raw: Raw, point: ModbusPoint) -> Get:
    scale, offset = point.scale, point.offset
    if point.type == "int":
        factor, plus = int(scale), int(offset)
        if (factor, plus) == (1, 0):
            return _believed(raw, point)
        return _believed(lambda words: raw(words) * factor + plus, point)
    digits = max(_decimals(scale), _decimals(offset))
    return _believed(lambda words: round(raw(words) * scale + offset, digits), point)


def _float(raw: Raw, point: ModbusPoint) -> Get:
    scale, offset = point.scale, point.offset
    size = 2 * point.size
    layout = struct.Struct(">f" if point.words == "f32" else ">d")

    def get(words: Sequence[int]) -> float | None:
        (value,) = layout.unpack(raw(words).to_bytes(size, "big"))
        if not math.isfinite(value):
            return None
        if point.words == "f32":
            value = float(f"{value:.{F32_DIGITS}g}")
        return float(value * scale + offset)

    return _believed(get, point)


def _believed(get: Callable[[Sequence[int]], float | None], point: ModbusPoint) -> Get:
    """The same, less what the point cannot be."""
    if point.valid is None:
        return get
    low = -math.inf if point.valid.min is None else point.valid.min
    high = math.inf if point.valid.max is None else point.valid.max

    def believed(words: Sequence[int]) -> Value | None:
        value = get(words)
        return value if value is not None and low <= value <= high else None

    return believed


def _decimals(number: float) -> int:
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
