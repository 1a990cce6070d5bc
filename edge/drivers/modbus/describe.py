"""A Modbus frame told field by field, with the points that lie in its registers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pymodbus.framer import FramerRTU

from edge.drivers.modbus import codec
from edge.drivers.modbus.telling import Asked, request_parts, values_parts
from edge.drivers.modbus.unit import DevicePlaced
from edge.drivers.modbus.words import EXCEPTIONS, FUNCTIONS, unknown
from edge.model import Text
from edge.trace import Frame, Part

MBAP = 7  # bytes: transaction, protocol, length, unit
CRC = 2
REFUSAL = 2  # bytes of a PDU that refuses: function and code
WRITE = 5  # bytes of a PDU that asks for or confirms a write, or asks for a read
READS: Final = frozenset({1, 2, 3, 4})
_CHECKSUM: Final = Text("校验", "Checksum")
_CUT_SHORT: Final = Text("不完整", "Cut short")
_RIGHT: Final = Text("正确", "right")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """One frame within the bytes: where its PDU lies, and what stands around it."""

    unit: int
    transaction: int
    start: int
    end: int
    head: tuple[Part, ...]
    tail: tuple[Part, ...]
    next: int


def describe(
    frame: Frame, before: Sequence[Frame], units: Mapping[int, DevicePlaced], *, tcp: bool
) -> tuple[Part, ...]:
    """Tell each field; `before` holds what was asked. Never raises, whatever the bytes."""
    body, at = frame.body, 0
    parts: list[Part] = []
    while at < len(body):
        cut = _mbap(body, at) if tcp else _rtu(body, at, asks=frame.way == "out")
        if cut is None:
            parts.append(Part(at, len(body), Text("无法识别", "Not a frame"), body[at:].hex(" ")))
            break
        parts += cut.head
        pdu = body[cut.start : cut.end]
        asked = None if frame.way == "out" else _asked(cut, pdu, before, tcp=tcp)
        placed = units.get(cut.unit)
        parts += _pdu(pdu, cut.start, placed, asked, asks=frame.way == "out")
        parts += cut.tail
        at = cut.next
    return tuple(parts)


def _pdu(
    pdu: bytes, at: int, placed: DevicePlaced | None, asked: Asked | None, *, asks: bool
) -> Iterator[Part]:
    if not pdu:
        return
    function = pdu[0] & ~codec.REFUSED
    words = FUNCTIONS.get(function, unknown(function))
    if pdu[0] & codec.REFUSED:
        words = Text(f"拒绝：{words.zh}", f"refused: {words.en}")
    yield Part(at, at + 1, Text("功能码", "Function"), f"{pdu[0]}", words)
    rest = pdu[1:]
    if pdu[0] & codec.REFUSED and rest:
        told = EXCEPTIONS.get(rest[0], unknown(rest[0]))
        yield Part(at + 1, at + 2, Text("异常码", "Exception"), f"{rest[0]}", told)
        yield from _rest(pdu, at, REFUSAL)
    elif asks or function not in READS:
        yield from request_parts(pdu, at, placed)
        yield from _rest(pdu, at, WRITE)
    elif rest:
        yield Part(at + 1, at + 2, Text("字节数", "Byte count"), f"{rest[0]}")
        yield from values_parts(pdu[2:], at + 2, placed, asked, bits=function in {1, 2})


def _rest(pdu: bytes, at: int, known: int) -> Iterator[Part]:
    if len(pdu) > known:
        yield Part(at + known, at + len(pdu), Text("其余", "The rest"), pdu[known:].hex(" "))


def _asked(cut: _Cut, pdu: bytes, before: Sequence[Frame], *, tcp: bool) -> Asked | None:
    """What the answer is to: the last request to the unit that it can be an answer to."""
    for frame in reversed(before):
        if frame.way != "out":
            continue
        request = _mbap(frame.body, 0) if tcp else _rtu(frame.body, 0, asks=True)
        if request is None or request.unit != cut.unit or request.transaction != cut.transaction:
            continue
        asking = frame.body[request.start : request.end]
        if len(asking) < WRITE or not pdu or asking[0] != pdu[0] & ~codec.REFUSED:
            continue
        first, count = int.from_bytes(asking[1:3]), int.from_bytes(asking[3:5])
        size = (count + 7) // 8 if asking[0] in {1, 2} else 2 * count
        if asking[0] in READS and len(pdu) == 2 + size:
            return Asked(function=asking[0], first=first, count=count)
    return None


def _mbap(body: bytes, at: int) -> _Cut | None:
    if len(body) - at <= MBAP:
        return None
    transaction, protocol, length = (int.from_bytes(body[at + i : at + i + 2]) for i in (0, 2, 4))
    if protocol or not 2 <= length <= codec.MAX_PDU + 1:  # noqa: PLR2004 -- a unit and a function at least
        return None
    end = min(at + 6 + length, len(body))
    missing = at + 6 + length - end
    length_words = Text(f"还缺 {missing} 字节", f"{missing} bytes are missing") if missing else None
    return _Cut(
        unit=body[at + 6],
        transaction=transaction,
        start=at + MBAP,
        end=end,
        head=(
            Part(at, at + 2, Text("事务号", "Transaction"), f"{transaction}"),
            Part(at + 2, at + 4, Text("协议号", "Protocol"), "0", Text("Modbus", "Modbus")),
            Part(at + 4, at + 6, Text("长度", "Length"), f"{length}", length_words),
            Part(at + 6, at + 7, Text("单元号", "Unit"), f"{body[at + 6]}"),
        ),
        tail=(),
        next=end,
    )


def _rtu(body: bytes, at: int, *, asks: bool) -> _Cut | None:
    """The next frame whose checksum is right, noise may stand before it; else what begins here."""
    shortest = 1 + REFUSAL + CRC
    for start in range(at, len(body) - shortest + 1):
        end = start + _size(body, start, asks=asks)
        if end <= len(body) and _checksum(body[start : end - CRC]) == body[end - CRC : end]:
            noise = Part(at, start, Text("噪声", "Noise"), body[at:start].hex(" "))
            tail = Part(end - CRC, end, _CHECKSUM, body[end - CRC : end].hex(" "), _RIGHT)
            return _rtu_cut(body, start, end - CRC, (noise,) if start > at else (), (tail,))
    end = at + _size(body, at, asks=asks)
    if len(body) - at < shortest:
        return None
    if end > len(body):
        missing = end - len(body)
        words = Text(f"还缺 {missing} 字节", f"{missing} bytes are missing")
        return _rtu_cut(body, at, len(body), (), (Part(0, 0, _CUT_SHORT, f"{missing}", words),))
    should = _checksum(body[at : end - CRC]).hex(" ")
    words = Text(f"错误，应为 {should}", f"wrong, should be {should}")
    tail = Part(end - CRC, end, _CHECKSUM, body[end - CRC : end].hex(" "), words)
    rest = Part(end, len(body), Text("其余", "The rest"), body[end:].hex(" "))
    both = (tail, rest) if end < len(body) else (tail,)
    return _rtu_cut(body, at, end - CRC, (), both)


def _rtu_cut(
    body: bytes, start: int, end: int, noise: tuple[Part, ...], tail: tuple[Part, ...]
) -> _Cut:
    return _Cut(
        unit=body[start],
        transaction=0,
        start=start + 1,
        end=end,
        head=(*noise, Part(start, start + 1, Text("单元号", "Unit"), f"{body[start]}")),
        tail=tail,
        next=max(tail[-1].end, end),
    )


def _size(body: bytes, start: int, *, asks: bool) -> int:
    """How long the frame that begins here says it is."""
    function = body[start + 1] if start + 1 < len(body) else 0
    if function & codec.REFUSED and not asks:
        return 1 + REFUSAL + CRC
    if function in READS and not asks and start + 2 < len(body):
        return 3 + body[start + 2] + CRC
    return 1 + WRITE + CRC


def _checksum(body: bytes) -> bytes:
    return FramerRTU.compute_CRC(body).to_bytes(2)
