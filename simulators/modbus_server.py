"""A lean Modbus slave for tests and demonstrations: many units, both framings, faults on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, cast

Words: TypeAlias = dict[int, int]
TableName: TypeAlias = Literal["holding", "input", "coil", "discrete"]

READS: Final[Mapping[int, TableName]] = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}
WRITE_COIL, WRITE_REGISTER, WRITE_REGISTERS = 5, 6, 16
MOST_BITS, MOST_REGISTERS = 2000, 125
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, FAILURE = 1, 2, 3, 4
MBAP = 7
RTU_REQUEST = 8
LONGEST_FRAME = 260
REDIAL_SECONDS = 1.0
BITS_PER_CHARACTER = 11


def crc16(frame: bytes) -> bytes:
    """The checksum of an RTU frame, low byte first."""
    crc = 0xFFFF
    for byte in frame:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


@dataclass(slots=True)
class Faults:
    """What is wrong with a unit just now."""

    silent: bool = False
    wrong_crc: bool = False
    half_frame: bool = False
    slow: float = 0.0
    exception: int = 0
    illegal: set[int] = field(default_factory=set)


@dataclass(slots=True)
class SlaveUnit:
    """One slave: its four tables by wire address, and what it has been asked."""

    tables: dict[TableName, Words] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    think: float = 0.0
    requests: int = 0
    written: list[tuple[TableName, int, int]] = field(default_factory=list)

    def answer(self, pdu: bytes) -> bytes:
        """The PDU that answers a request."""
        self.requests += 1
        function = pdu[0]
        if self.faults.exception:
            return bytes((function | 0x80, self.faults.exception))
        try:
            return bytes((function,)) + self._serve(function, pdu)
        except _RefusedError as refused:
            return bytes((function | 0x80, refused.code))

    def _serve(self, function: int, pdu: bytes) -> bytes:
        start, value = int.from_bytes(pdu[1:3]), int.from_bytes(pdu[3:5])
        if function in READS:
            return self._read(READS[function], start, value)
        if function == WRITE_COIL:
            if value not in {0, 0xFF00}:
                raise _RefusedError(ILLEGAL_VALUE)
            self._write("coil", start, int(value == 0xFF00))  # noqa: PLR2004 -- the word for on
        elif function == WRITE_REGISTER:
            self._write("holding", start, value)
        elif function == WRITE_REGISTERS:
            for index in range(value):
                at = 6 + 2 * index
                self._write("holding", start + index, int.from_bytes(pdu[at : at + 2]))
        else:
            raise _RefusedError(ILLEGAL_FUNCTION)
        return pdu[1:5]

    def _read(self, table: TableName, start: int, count: int) -> bytes:
        of_bits = table in {"coil", "discrete"}
        if not 1 <= count <= (MOST_BITS if of_bits else MOST_REGISTERS):
            raise _RefusedError(ILLEGAL_VALUE)
        words = self.tables.get(table, {})
        addresses = range(start, start + count)
        if not self.faults.illegal.isdisjoint(addresses) or any(
            address not in words for address in addresses
        ):
            raise _RefusedError(ILLEGAL_ADDRESS)
        if not of_bits:
            data = b"".join(words[address].to_bytes(2) for address in addresses)
        else:
            whole = sum(bool(words[address]) << index for index, address in enumerate(addresses))
            data = whole.to_bytes((count + 7) // 8, "little")
        return bytes((len(data),)) + data

    def _write(self, table: TableName, address: int, value: int) -> None:
        words = self.tables.get(table, {})
        if address not in words or address in self.faults.illegal:
            raise _RefusedError(ILLEGAL_ADDRESS)
        words[address] = value
        self.written.append((table, address, value))


class _RefusedError(Exception):
    """A request that is answered by an exception code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class ModbusServer:
    """Units behind a TCP port, or behind a 4G box that dials in.

    `baud` makes bytes take the time that they take on a serial bus. `dial` calls the
    gateway and says `registration` first; otherwise the server listens on `port`.
    `connections` counts those that there have been.
    """

    def __init__(
        self,
        units: Mapping[int, SlaveUnit],
        *,
        framing: Literal["mbap", "rtu"] = "mbap",
        baud: int | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.units = units
        self.port = port
        self._host = host
        self._framing = framing
        self._baud = baud
        self.connections = 0
        self._lines: set[_Line] = set()

    async def serve(self, ready: asyncio.Event | None = None) -> None:
        """Listen until cancelled; `port` is known when `ready` is set."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._line, self._host, self.port)
        try:
            self.port = server.sockets[0].getsockname()[1]
            if ready is not None:
                ready.set()
            await loop.create_future()
        finally:
            server.close()
            self.hang_up()

    async def dial(self, registration: bytes = b"") -> None:
        """Call the gateway at `host` and `port`, again whenever the line is lost."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                with suppress(OSError):
                    transport, line = await loop.create_connection(
                        self._line, self._host, self.port
                    )
                    transport.write(registration)
                    await line.ended
                await asyncio.sleep(REDIAL_SECONDS)
        finally:
            self.hang_up()

    def hang_up(self) -> None:
        """Cut all connections, without a goodbye."""
        for line in tuple(self._lines):
            line.cut()

    def _line(self) -> _Line:
        self.connections += 1
        return _Line(self._lines, self.units, self._framing, self._baud)


class _Line(asyncio.Protocol):
    """One connection; answers at once, or when a slow line would have brought the answer."""

    def __init__(
        self,
        lines: set[_Line],
        units: Mapping[int, SlaveUnit],
        framing: Literal["mbap", "rtu"],
        baud: int | None,
    ) -> None:
        self._lines = lines
        self._units = units
        self._rtu = framing == "rtu"
        self._baud = baud
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A master is there."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by class
        self._lines.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The master is gone."""
        del exc
        self._lines.discard(self)
        if not self.ended.done():
            self.ended.set_result(None)

    def cut(self) -> None:
        """End the connection."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self._buffer += data
        for head, unit, pdu in self._requests():
            slave = self._units.get(unit)
            if slave is not None and not slave.faults.silent:
                self._answer(slave, head, unit, pdu)

    def _requests(self) -> Iterable[tuple[bytes, int, bytes]]:
        """Transaction number, unit and PDU of each request."""
        while len(self._buffer) >= RTU_REQUEST:
            size = self._size()
            if size > LONGEST_FRAME:
                self._buffer.clear()
                return
            if len(self._buffer) < size:
                return
            frame = bytes(self._buffer[:size])
            if self._rtu:
                if crc16(frame[:-2]) != frame[-2:]:
                    self._buffer.clear()
                    return
                del self._buffer[:size]
                yield b"", frame[0], frame[1:-2]
            else:
                del self._buffer[:size]
                yield frame[:2], frame[6], frame[MBAP:]

    def _size(self) -> int:
        if not self._rtu:
            return 6 + int.from_bytes(self._buffer[4:6])
        if self._buffer[1] == WRITE_REGISTERS:
            return 9 + self._buffer[6]
        return RTU_REQUEST

    def _answer(self, slave: SlaveUnit, head: bytes, unit: int, pdu: bytes) -> None:
        answer = bytes((unit,)) + slave.answer(pdu)
        if self._rtu:
            crc = crc16(answer)
            frame = answer + (bytes((crc[0] ^ 0x55, crc[1])) if slave.faults.wrong_crc else crc)
        else:
            frame = head + b"\0\0" + len(answer).to_bytes(2) + answer
        if slave.faults.half_frame:
            frame = frame[: len(frame) // 2]
        wait = slave.think + slave.faults.slow
        if self._baud:
            wait += (RTU_REQUEST + len(frame)) * BITS_PER_CHARACTER / self._baud
        if wait:
            self._loop.call_later(wait, self._send, frame)
        else:
            self._send(frame)

    def _send(self, frame: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame)
