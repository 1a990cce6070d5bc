"""The ways to open a wire: a TCP host, a serial port, a box that dials in."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from edge.drivers.modbus.codec import MbapFraming, RtuFraming
from edge.drivers.modbus.profile import Serial
from edge.drivers.modbus.section import MAX_REGISTRATION, DialIn, Rtu, RtuOverTcp, Tcp
from edge.drivers.modbus.strangers import introduced
from edge.drivers.modbus.wire import Wire
from edge.errors import LinkDown
from edge.trace import Trace

CONNECT_WITHIN = 10.0  # seconds; SYN is repeated after 1, 3 and 7
DIALS_WITHIN = 60.0  # seconds; a box that does not is no reason to stop listening
REGISTER_WITHIN = 10.0  # seconds that a caller has to introduce itself
MAX_CALLERS = 4  # that have not introduced themselves yet; more are hung up on at once
KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}  # seconds, seconds, times
UNSENT_TILL_DOWN = 20_000  # milliseconds until bytes that nobody acknowledges end a connection


class _Ear(asyncio.Protocol):
    """Brings one connection to the wire, after the caller said what it has to say first."""

    def __init__(
        self,
        wire: Wire,
        trace: Trace,
        first: bytes = b"",
        callers: set[_Ear] | None = None,
    ) -> None:
        self._wire = wire
        self._trace = trace
        self._first = first
        self._callers = callers if callers is not None else set()
        self._said = bytearray()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.arrived: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A connection stands."""
        self._transport = stream = cast("asyncio.Transport", transport)  # uvloop's is none by class
        _keep_alive(stream)
        if not self._first:
            self._admit(stream)
        elif len(self._callers) >= MAX_CALLERS:
            stream.abort()
        else:
            self._callers.add(self)
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(REGISTER_WITHIN, self._turn_away)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        transport = self._transport
        if transport is None:
            return
        if not self._first:
            self._wire.feed(transport, data)
            return
        self._said += data
        if not self._first.startswith(self._said[: len(self._first)]):
            self._turn_away()
        elif len(self._said) >= len(self._first):
            self._trace.frame("in", "", bytes(self._said), "registration")
            self._first = b""
            self._admit(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """The other end, the network or we have ended it."""
        self._stop_waiting()
        if self._transport is not None:
            self._wire.detach(self._transport, str(exc) if exc else "closed by the other end")

    def hang_up(self) -> None:
        """End a connection that has not introduced itself."""
        if self._transport is not None:
            self._transport.abort()

    def _turn_away(self) -> None:
        """A caller that is not the box: remembered, for it may be a new one."""
        self._stop_waiting()
        said = bytes(self._said[:MAX_REGISTRATION])
        if said:
            self._trace.frame("in", "", said, "unknown registration")
            name, words, address = introduced(said)
            self._trace.strangers.heard(name, words, address=address, sample=said)
        self.hang_up()

    def _admit(self, transport: asyncio.Transport) -> None:
        self._stop_waiting()
        self._wire.attach(transport)
        if self.arrived is not None and not self.arrived.done():
            self.arrived.set_result(None)

    def _stop_waiting(self) -> None:
        self._callers.discard(self)
        if self._timer is not None:
            self._timer.cancel()


@asynccontextmanager
async def open_wire(
    transport: Tcp | Rtu | RtuOverTcp | DialIn, serial: Serial, trace: Trace
) -> AsyncIterator[Wire]:
    """Connect, or listen until the box dials in; raises `LinkDown` or `OSError`."""
    wire = Wire(MbapFraming() if isinstance(transport, Tcp) else RtuFraming())
    server: asyncio.Server | None = None
    callers: set[_Ear] = set()
    try:
        if isinstance(transport, DialIn):
            arrived: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            server = await _listen(wire, trace, transport, callers, arrived)
            await _dialled(arrived, trace)
        elif isinstance(transport, Rtu):
            await _serial(_Ear(wire, trace), transport.port, serial)
        else:
            await _connect(_Ear(wire, trace), transport.host, transport.port)
        yield wire
    finally:
        if server is not None:
            server.close()
        for caller in tuple(callers):
            caller.hang_up()
        wire.close()


async def _connect(ear: _Ear, host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            await loop.create_connection(lambda: ear, host, port)
    except TimeoutError as error:
        raise LinkDown(f"{host}:{port} does not answer") from error


async def _listen(
    wire: Wire,
    trace: Trace,
    transport: DialIn,
    callers: set[_Ear],
    arrived: asyncio.Future[None],
) -> asyncio.Server:
    """Listen for good: a box that dials in again takes the place of its dead connection."""

    def ear() -> _Ear:
        caller = _Ear(wire, trace, transport.first_bytes, callers)
        caller.arrived = arrived
        return caller

    loop = asyncio.get_running_loop()
    return await loop.create_server(ear, transport.host, transport.listen)


async def _dialled(arrived: asyncio.Future[None], trace: Trace) -> None:
    """Wait for the box as long as it takes; that nobody calls is no sign of being stuck."""
    while not arrived.done():
        trace.signs.give(DIALS_WITHIN)
        await asyncio.wait({arrived}, timeout=DIALS_WITHIN)


async def _serial(ear: _Ear, port: str, serial: Serial) -> None:
    import termios  # noqa: PLC0415 -- there is none on Windows

    from pymodbus.transport.serialtransport import (  # noqa: PLC0415 -- pulls in pyserial
        create_serial_connection,
    )

    loop = asyncio.get_running_loop()
    ear.arrived = loop.create_future()
    try:
        await create_serial_connection(
            loop,
            lambda: ear,
            port,
            baudrate=serial.baud,
            bytesize=serial.data_bits,
            parity=serial.parity,
            stopbits=serial.stop_bits,
            timeout=0,
        )
    except termios.error as error:
        raise LinkDown(f"{port} refuses its settings: {error}") from error
    await ear.arrived


def _keep_alive(transport: asyncio.Transport) -> None:
    """Let the kernel find out that the other end is gone without a word."""
    sock = transport.get_extra_info("socket")
    if sock is None:
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNSENT_TILL_DOWN)
