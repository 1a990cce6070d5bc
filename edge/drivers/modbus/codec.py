"""Requests to frames and frames to answers, for both ways that Modbus is wrapped."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import msgspec
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadDiscreteInputsRequest,
    WriteSingleCoilRequest,
)
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    WriteSingleRegisterRequest,
)

from edge.drivers.modbus.planner import Read
from edge.drivers.modbus.profile import Table

MAX_PDU = 253  # the limit of the protocol: 256 bytes of an RTU frame less unit and checksum
MAX_BUFFER = 4 * (MAX_PDU + 7)  # more than any answer; what is older is noise
REFUSED = 0x80  # added to the function in an answer that refuses
RTU_EXTRA = 3  # unit and checksum around a PDU
RTU_REFUSAL = 5  # unit, function, code, checksum
MBAP = struct.Struct(">HHHB")  # transaction, protocol, length from the unit on, unit
MBAP_UNIT_AT = 6
BEGIN = struct.Struct(">HBBB")  # length from the unit on, unit, function, bytes
BEGIN_AT, DATA_AT = 4, 9
ILLEGAL_FUNCTION = 1
ILLEGAL_ADDRESS = 2
ILLEGAL_VALUE = 3
GATEWAY_CODES = frozenset({10, 11})  # a gateway on the way has no path to the unit, or no answer

NAMES = {
    ILLEGAL_FUNCTION: "illegal function",
    ILLEGAL_ADDRESS: "illegal data address",
    ILLEGAL_VALUE: "illegal data value",
    4: "device failure",
    5: "acknowledged, still working",
    6: "device busy",
    8: "memory parity error",
    10: "gateway has no path",
    11: "gateway: target does not answer",
}

_READS: dict[Table, type[ModbusPDU]] = {
    "coil": ReadCoilsRequest,
    "discrete": ReadDiscreteInputsRequest,
    "holding": ReadHoldingRegistersRequest,
    "input": ReadInputRegistersRequest,
}


class OutOfStepError(ValueError):
    """A TCP stream does not continue with a Modbus header: only a new connection helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of one unit, and what an answer to it must look like.

    `size` is the length of the PDU that answers; `echo` is what a write's answer repeats.
    `device` is the unit's id on the site; empty for a unit that is merely looked for. `begins` is
    how a read's good answer goes on behind transaction and protocol, on TCP.
    """

    unit: int
    pdu: bytes
    size: int
    echo: bytes = b""
    device: str = ""
    begins: bytes = b""

    @property
    def function(self) -> int:
        """The function code."""
        return self.pdu[0]


class Data(msgspec.Struct, frozen=True, gc=False):
    """The bytes that a read returned, or none for a write that was confirmed."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """The unit answered with an exception code."""

    code: int


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer in time; `garbled` tells that something came which was none."""

    garbled: bool = False


Answer: TypeAlias = Data | Refusal
Outcome: TypeAlias = Answer | Silence


def read_request(unit: int, read: Read, device: str = "") -> Request:
    """Ask for the registers or bits of one planned read."""
    message = _READS[read.table](address=read.start, count=read.count)
    of_bits = read.table in {"coil", "discrete"}
    size = (read.count + 7) // 8 if of_bits else 2 * read.count
    pdu = _pdu(message)
    begins = BEGIN.pack(size + 3, unit, pdu[0], size)
    return Request(unit=unit, pdu=pdu, size=2 + size, device=device, begins=begins)


def write_request(unit: int, table: Table, address: int, value: int, device: str = "") -> Request:
    """Write one coil (any value but 0 closes it) or one holding register."""
    message: ModbusPDU
    if table == "coil":
        message = WriteSingleCoilRequest(address=address, bits=[bool(value)])
    else:
        message = WriteSingleRegisterRequest(address=address, registers=[value])
    pdu = _pdu(message)
    return Request(unit=unit, pdu=pdu, size=len(pdu), echo=pdu, device=device)


class Framing(Protocol):
    """A way to wrap PDUs into a stream."""

    def frame(self, request: Request, transaction: int) -> bytes:
        """The bytes to send."""
        ...

    def take(self, buffer: bytearray, request: Request | None, transaction: int) -> Answer | None:
        """Use up what came; the answer to `request` if it is there, whole and sound.

        What answers another unit or transaction is dropped. Raises `OutOfStepError`.
        """
        ...


class RtuFraming:
    """Unit, PDU, CRC-16; frames are told apart by what is expected, not by silence."""

    def __init__(self) -> None:
        self._framer = FramerRTU(DecodePDU(is_server=False))

    def frame(self, request: Request, transaction: int) -> bytes:
        """The bytes to send; RTU knows no transactions."""
        return self._framer.encode(request.pdu, request.unit, transaction)

    def take(self, buffer: bytearray, request: Request | None, transaction: int) -> Answer | None:
        """Look for the expected answer anywhere in what came: noise may precede it."""
        del transaction
        if request is None:
            buffer.clear()
            return None
        for start in range(len(buffer) - RTU_REFUSAL + 1):
            if buffer[start] != request.unit:
                continue
            function = buffer[start + 1]
            if function == request.function:
                frame = bytes(buffer[start : start + request.size + RTU_EXTRA])
            elif function == request.function | REFUSED:
                frame = bytes(buffer[start : start + RTU_REFUSAL])
            else:
                continue
            answer = self._sound(frame, request)
            if answer is not None:
                buffer.clear()
                return answer
        del buffer[:-MAX_BUFFER]
        return None

    def _sound(self, frame: bytes, request: Request) -> Answer | None:
        used, unit, _, pdu = self._framer.decode(frame)
        if used != len(frame) or unit != request.unit:
            return None
        return answer_of(pdu, request)


class MbapFraming:
    """Transaction, length and unit before each PDU, as on Modbus TCP."""

    def frame(self, request: Request, transaction: int) -> bytes:
        """The bytes to send."""
        pdu = request.pdu
        return MBAP.pack(transaction, 0, len(pdu) + 1, request.unit) + pdu

    def take(self, buffer: bytearray, request: Request | None, transaction: int) -> Answer | None:
        """Take whole frames off the front until the expected one comes; mostly it comes alone."""
        if (
            request is not None
            and buffer[BEGIN_AT:DATA_AT] == request.begins
            and len(buffer) == DATA_AT - 2 + request.size
            and buffer[0] << 8 | buffer[1] == transaction
            and not buffer[2] | buffer[3]
        ):
            data = bytes(buffer[DATA_AT:])
            buffer.clear()
            return Data(data)
        while len(buffer) > MBAP_UNIT_AT:
            number, protocol, length, unit = MBAP.unpack_from(buffer)
            if protocol or not 2 <= length <= MAX_PDU + 1:  # noqa: PLR2004 -- a unit and a function at least
                raise OutOfStepError("no Modbus header where one should be")
            size = MBAP_UNIT_AT + length
            if len(buffer) < size:
                return None
            pdu = bytes(buffer[MBAP.size : size])
            del buffer[:size]
            if request is not None and unit == request.unit and number == transaction:
                answer = answer_of(pdu, request)
                if answer is not None:
                    return answer
        return None


def answer_of(pdu: bytes, request: Request) -> Answer | None:
    """Judge one PDU against what was asked; none if it answers something else."""
    function = request.pdu[0]
    if len(pdu) == 2 and pdu[0] == function | REFUSED:  # noqa: PLR2004 -- function and code
        return Refusal(pdu[1])
    if len(pdu) != request.size or pdu[0] != function:
        return None
    if request.echo:
        return Data(b"") if pdu == request.echo else None
    return Data(pdu[2:]) if pdu[1] == request.size - 2 else None


def _pdu(message: ModbusPDU) -> bytes:
    return message.function_code.to_bytes(1) + message.encode()
