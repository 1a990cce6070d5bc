"""One connection that devices speak over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, Literal, Protocol

from edge.drivers.gb26875 import frames, tables
from edge.drivers.gb26875.dialect import Dialect
from edge.drivers.gb26875.frames import Damaged, Frame, Framer
from edge.drivers.gb26875.scribe import Scribe

CHUNK: Final = 4096
"""Bytes taken at once: a few of the longest frames, so that no device fills the memory."""
STALL_S: Final = 5.0
"""A frame that stops half-way for longer is given up: what is behind it may be a fire."""
STRANGER_S: Final = 30.0
"""How long a connection may stay on which no device of the site has spoken."""
UNSENT: Final = 65536
"""More unread answers than this mean that nobody reads at the other end."""

Ending = Literal["closed", "silent", "stranger"]


class Host(Protocol):
    """What a connection needs of the link it belongs to."""

    @property
    def dialect(self) -> Dialect:
        """How devices on this link speak."""
        ...

    @property
    def silence_s(self) -> float:
        """After how many seconds of silence a device is lost."""
        ...

    def label(self) -> bytes:
        """Return this instant as six time bytes."""
        ...

    def serial(self) -> int:
        """Take the next serial number."""
        ...

    def knows(self, address: int) -> bool:
        """Whether a device of the site has this address."""
        ...

    async def joined(self, address: int, session: Session) -> None:
        """Take a device's first word on a connection."""
        ...

    async def left(self, address: int, session: Session, reason: Ending) -> None:
        """Take that a device is lost on a connection."""
        ...

    async def told(self, frame: Frame, session: Session) -> None:
        """Take what a device wants confirmed, or has been asked for."""
        ...

    def settle(self, frame: Frame) -> None:
        """Take a reply to a question."""
        ...

    async def stranger(self, frame: Frame) -> None:
        """Take a frame whose sender is unknown."""
        ...


class Session:
    """Reads frames, answers at once what needs no keeping, and passes on the rest."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        host: Host,
        scribe: Scribe,
    ) -> None:
        """Take over a connection that was just accepted."""
        self._reader = reader
        self._writer = writer
        self._host = host
        self._scribe = scribe
        self._framer = Framer(host.dialect.max_app_data)
        self._heard: dict[int, float] = {}
        self._own_address: dict[int, int] = {}
        self._deaf = False

    @property
    def peer(self) -> str:
        """The address at the other end."""
        found = self._writer.get_extra_info("peername")
        return str(found[0]) if found else ""

    async def run(self) -> None:
        """Serve until the other end hangs up or has been silent for too long; then close."""
        ending: Ending = "closed"
        try:
            with suppress(OSError):
                ending = await self._serve()
        except asyncio.CancelledError:
            # The port is closing: that is told of the link, not of each device behind it.
            self._heard.clear()
            raise
        finally:
            await self._close()
            for address in tuple(self._heard):
                await self._host.left(address, self, ending)

    def gives_way(self) -> bool:
        """End at once if no device of the site has spoken yet; false when it stays or has ended."""
        transport = self._writer.transport
        if self._heard or transport.is_closing():
            return False
        transport.abort()
        return True

    def confirm(self, frame: Frame, app: bytes = b"") -> None:
        """Acknowledge; never raises, for a device that has gone will send again."""
        self._send(frames.reply(frame, tables.CONFIRM, self._host.label(), app))

    def ask(self, address: int, command: int, app: bytes, serial: int) -> None:
        """Send a question to a device that has spoken on this connection."""
        self._send(
            Frame(
                serial=serial,
                version=self._host.dialect.version,
                label=self._host.label(),
                source=self._own_address.get(address, 0),
                destination=address,
                command=command,
                app=app,
            )
        )

    async def _serve(self) -> Ending:
        begun = asyncio.get_running_loop().time()
        while True:
            arrived = await self._read()
            if arrived == b"" or self._deaf:
                return "closed"
            found = self._framer.skip() if arrived is None else self._framer.feed(arrived)
            self._scribe.came(arrived or b"", found, self._framer.pending)
            for each in found:
                if not await self._take(each):
                    return "stranger"
            for address in self._silent():
                if len(self._heard) == 1:
                    return "silent"
                del self._heard[address]
                await self._host.left(address, self, "silent")
            if not self._heard and asyncio.get_running_loop().time() - begun >= STRANGER_S:
                return "stranger"

    async def _read(self) -> bytes | None:
        """Return what arrived, nothing at the end, none when it took too long."""
        since = min(self._heard.values(), default=asyncio.get_running_loop().time())
        silence = self._host.silence_s if self._heard else STRANGER_S
        left = max(since + silence - asyncio.get_running_loop().time(), 0.0)
        timeout = asyncio.timeout(min(left, STALL_S) if self._framer.pending else left)
        try:
            async with timeout:
                return await self._reader.read(CHUNK)
        except TimeoutError:
            if timeout.expired():
                return None
            raise

    def _silent(self) -> Iterator[int]:
        """Yield the devices not heard of for too long, while they may be taken away."""
        oldest = asyncio.get_running_loop().time() - self._host.silence_s
        for address, at in tuple(self._heard.items()):
            if at <= oldest:
                yield address

    async def _take(self, found: Frame | Damaged) -> bool:
        """Deal with one frame; false when its sender has no business on this connection."""
        frame = found.frame if isinstance(found, Damaged) else found
        if isinstance(found, Damaged):
            if self._host.knows(frame.source):
                self._deny(frame)
            return True
        if not self._host.knows(frame.source):
            self._deny(frame)
            await self._host.stranger(frame)
            return bool(self._heard)
        first = frame.source not in self._heard
        self._heard[frame.source] = asyncio.get_running_loop().time()
        self._own_address[frame.source] = frame.destination
        if first:
            await self._host.joined(frame.source, self)
        await self._answer(frame)
        return True

    async def _answer(self, frame: Frame) -> None:
        dialect = self._host.dialect
        if dialect.is_heartbeat(frame.command, frame.app):
            own = frame.app == dialect.heartbeat
            self.confirm(frame, dialect.heartbeat_answer if own else b"")
        elif frame.command in dialect.told:
            await self._host.told(frame, self)
        elif frame.command in {tables.CONFIRM, tables.RESPONSE, tables.DENY}:
            self._host.settle(frame)
            if frame.command == tables.RESPONSE and frame.app:
                await self._host.told(frame, self)
        elif dialect.asks_time and _asks_time(frame):
            self.confirm(frame)
            clock = bytes((tables.SYNC_CLOCK, 1)) + self._host.label()
            self.ask(frame.source, tables.CONTROL, clock, self._host.serial())
        else:
            self._deny(frame)

    def _deny(self, frame: Frame) -> None:
        self._send(frames.reply(frame, tables.DENY, self._host.label()))

    def _send(self, frame: Frame) -> None:
        transport = self._writer.transport
        if self._deaf or transport.is_closing():
            return
        if transport.get_write_buffer_size() > UNSENT:
            self._deaf = True
            transport.abort()
            return
        raw = frames.encode(frame)
        self._scribe.went(frame, raw)
        self._writer.write(raw)

    async def _close(self) -> None:
        transport = self._writer.transport
        if transport.get_write_buffer_size():
            transport.abort()
        else:
            self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()


def _asks_time(frame: Frame) -> bool:
    return frame.command == tables.CONTROL and frame.app[:1] == bytes((tables.SYNC_CLOCK,))
