"""How a transmission device talks to its centre: a queue, resends, and faults on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from edge.driver import Now
from edge.drivers.gb26875 import frames, tables
from edge.drivers.gb26875.dialect import Dialect
from edge.drivers.gb26875.frames import Damaged, Frame, Framer
from simulators.simulator import Told

WAITING: Final = 10_000
"""Letters kept while the centre is away; then the oldest that is no fire is given up."""
CHUNK: Final = 4096
GARBAGE: Final = b"\x00\xff\x40\x40\x23\x23\x40\x40\x01"
"""Noise with the start and the end of a frame in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long the device waits, in seconds; the standard's times, shorter in tests."""

    reply: float = 10.0
    resends: int = 3
    heartbeat: float = 30.0
    reconnect: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """Where the centre listens and how it is spoken to."""

    host: str
    port: int
    dialect: Dialect
    pace: Pace = Pace()


@dataclass(slots=True, kw_only=True)
class Letter:
    """One frame that waits to be confirmed; `told` is its line in the ledger."""

    frame: Frame
    urgent: bool = False
    told: Told | None = None
    sent: int = 0


@dataclass(slots=True, kw_only=True)
class Faults:
    """What goes wrong: `before` the next frame, with it, or until it is changed.

    `lost` confirmations go missing; `mute` is a device that hangs with its line open.
    """

    before: bytes = b""
    split: bool = False
    wrong_crc: bool = False
    lost: int = 0
    mute: bool = False


class FireLine:
    """One device's connection; what was not confirmed outlives it."""

    def __init__(
        self,
        centre: Centre,
        heartbeat: Callable[[], Frame],
        asked: Callable[[Frame], None],
        now: Now,
    ) -> None:
        """Begin unconnected; `asked` takes what the centre wants of the device."""
        self.faults = Faults()
        self._centre = centre
        self._pace = centre.pace
        self._heartbeat = heartbeat
        self._asked = asked
        self._now = now
        self._letters: list[Letter] = []
        self._wake = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None

    @property
    def waiting(self) -> int:
        """How many letters are not confirmed yet."""
        return len(self._letters)

    def post(self, letter: Letter) -> None:
        """Queue a letter; a fire goes before everything that is no fire."""
        if len(self._letters) >= WAITING:
            calm = next((old for old in self._letters if not old.urgent), self._letters[0])
            self._letters.remove(calm)
        self._letters.append(letter)
        self._wake.set()

    def answer(self, frame: Frame) -> None:
        """Send an answer now; it is not confirmed and not repeated."""
        if self._writer is not None and not self.faults.mute:
            self._writer.write(frames.encode(frame))

    def hang_up(self) -> None:
        """Drop the connection as a cable that is pulled does."""
        if self._writer is not None:
            self._writer.transport.abort()

    async def run(self) -> None:
        """Connect, talk and connect again, until cancelled."""
        while True:
            with suppress(OSError):
                async with self._connected() as (reader, writer):
                    await self._talk(reader, writer)
            await asyncio.sleep(self._pace.reconnect)

    async def greet_twice(self) -> None:
        """Open a second connection beside the first, say one heartbeat on it, close it."""
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(self._centre.host, self._centre.port)
            try:
                writer.write(frames.encode(self._heartbeat()))
                async with asyncio.timeout(self._pace.reply):
                    await reader.read(CHUNK)
            finally:
                writer.close()
                await writer.wait_closed()

    @asynccontextmanager
    async def _connected(
        self,
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection(self._centre.host, self._centre.port)
        self._writer = writer
        try:
            yield reader, writer
        finally:
            self._writer = None
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read and send side by side until either ends."""
        tasks = {
            asyncio.create_task(self._read(reader), name="fire line reads"),
            asyncio.create_task(self._write(writer), name="fire line sends"),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        framer = Framer(self._centre.dialect.max_app_data)
        while arrived := await reader.read(CHUNK):
            for found in framer.feed(arrived):
                if not isinstance(found, Damaged):
                    self._take(found)

    def _take(self, frame: Frame) -> None:
        if frame.command in {tables.CONFIRM, tables.DENY}:
            self._settle(frame)
        else:
            self._asked(frame)

    def _settle(self, frame: Frame) -> None:
        sent = [each for each in self._letters if each.sent and each.frame.serial == frame.serial]
        if not sent:
            return
        if self.faults.lost:
            self.faults.lost -= 1
            return
        letter = max(sent, key=lambda each: each.urgent)
        if frame.command == tables.CONFIRM:
            self._letters.remove(letter)
            if letter.told is not None:
                letter.told.confirmed = True
        self._wake.set()

    async def _write(self, writer: asyncio.StreamWriter) -> None:
        """Send one letter at a time; end when one stays unanswered: the line has failed.

        A new fire does not wait for an earlier one to be confirmed.
        """
        self.post(Letter(frame=self._heartbeat()))
        while True:
            letter = await self._next()
            for _ in range(1 + self._pace.resends):
                self._wake.clear()
                letter.sent += 1
                if letter.told is not None and letter.told.sent is None:
                    letter.told.sent = self._now()
                await self._put(writer, letter.frame)
                if not await self._rest(letter):
                    break
            else:
                return

    async def _next(self) -> Letter:
        while not self._letters:
            self._wake.clear()
            try:
                async with asyncio.timeout(self._pace.heartbeat):
                    await self._wake.wait()
            except TimeoutError:
                self.post(Letter(frame=self._heartbeat()))
        urgent = [each for each in self._letters if each.urgent]
        return min(urgent, key=lambda each: each.sent) if urgent else self._letters[0]

    async def _rest(self, letter: Letter) -> bool:
        """Wait for the answer; true when the letter has to be sent again."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.reply):
                while True:
                    await self._wake.wait()
                    self._wake.clear()
                    waits = letter in self._letters
                    urgent = [each for each in self._letters if each.urgent]
                    fresh = any(each.sent == 0 for each in urgent)
                    if not waits or fresh or (urgent and not letter.urgent):
                        return False
        return True

    async def _put(self, writer: asyncio.StreamWriter, frame: Frame) -> None:
        """Write a frame with whatever fault is due."""
        faults = self.faults
        if faults.mute:
            return
        written = frames.encode(frame)
        if faults.wrong_crc:
            written = written[:-3] + bytes((written[-3] ^ 0xFF,)) + written[-2:]
        written = faults.before + written
        parts = [written]
        if faults.split:
            parts = [bytes((byte,)) for byte in written]
        faults.before, faults.split, faults.wrong_crc = b"", False, False
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)
