"""Fire transmission devices that send until they are confirmed, as real ones do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from edge.drivers.gb26875 import frames, objects, tables
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.frames import SERIALS, Damaged, Frame, Framer
from tests.system.proof.book import Book
from tests.system.proof.keys import Verb, item_of, key_of

DIALECT: Final = DIALECTS["std"]
CENTRE: Final = 1
CONFIRM_S: Final = 2.0
"""How long a device waits for a confirmation before it sends again."""
TRIES: Final = 3
"""Then it hangs up and dials anew."""
REDIAL_S: Final = 0.2
ACTIVE: Final = 5
"""Fires that a device has at a time; a further one ends the oldest."""
HOST: Final = "127.0.0.1"


class Line:
    """One connection to the gateway, and the frames that come over it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._framer = Framer(DIALECT.max_app_data)

    def send(self, raw: bytes) -> None:
        """Put bytes on the line."""
        self._writer.write(raw)

    async def confirmed(self, patience: float) -> list[int]:
        """Return the serials that are confirmed next; `OSError` or `TimeoutError` when none is."""
        async with asyncio.timeout(patience):
            while True:
                arrived = await self._reader.read(4096)
                if not arrived:
                    raise ConnectionResetError
                found = [
                    each.serial
                    for each in self._framer.feed(arrived)
                    if not isinstance(each, Damaged) and each.command == tables.CONFIRM
                ]
                if found:
                    return found

    def hang_up(self) -> None:
        """End it."""
        self._writer.transport.abort()


async def dial(port: int) -> Line:
    """Connect; `OSError` or `TimeoutError` when that fails."""
    async with asyncio.timeout(CONFIRM_S):
        return Line(*await asyncio.open_connection(HOST, port))


class Panel:
    """Raises and clears one fire after the other, each sent until it is confirmed.

    `copies` is how often it sends each frame at once; `stopping` ends it after the event under way.
    """

    def __init__(self, name: str, address: int, port: int, book: Book) -> None:
        self.name = name
        self.copies = 1
        self.stopping = False
        self._address = address
        self._port = port
        self._book = book
        self._serial = 0
        self._line: Line | None = None

    async def run(self, pause: float) -> None:
        """Live until `stopping`."""
        for number, verb in story():
            if self.stopping:
                break
            key = key_of(self.name, number, verb)
            frame = self.frame(number, verb)
            self._book.sent(key)
            await self._tell(frame)
            self._book.acknowledged([key])
            await asyncio.sleep(pause)

    def frame(self, number: int, verb: Verb) -> Frame:
        """Return the next frame, with a serial and a time of its own."""
        self._serial = (self._serial + 1) % SERIALS
        return frame_of(self._address, self._serial, number, verb)

    async def _tell(self, frame: Frame) -> None:
        while True:
            try:
                if self._line is None:
                    self._line = await dial(self._port)
                if await self._tried(self._line, frame):
                    return
            except (OSError, TimeoutError):
                await asyncio.sleep(REDIAL_S)
            if self._line is not None:
                self._line.hang_up()
                self._line = None

    async def _tried(self, line: Line, frame: Frame) -> bool:
        for _ in range(TRIES):
            line.send(frames.encode(frame) * self.copies)
            with suppress(TimeoutError):
                while frame.serial not in await line.confirmed(CONFIRM_S):
                    continue
                return True
        return False


def frame_of(address: int, serial: int, number: int, verb: Verb) -> Frame:
    """Return what a device says of an event, now."""
    kind, item = item_of(number, verb, label())
    return Frame(
        serial=serial,
        version=DIALECT.version,
        label=label(),
        source=address,
        destination=CENTRE,
        command=tables.SEND,
        app=objects.encode(kind, (item,)),
    )


def story() -> Iterator[tuple[int, Verb]]:
    """Yield what happens at a device, without end: every fire at a detector of its own."""
    number = 0
    while True:
        yield number, "raise"
        if number >= ACTIVE:
            yield number - ACTIVE, "clear"
        number += 1


def label() -> bytes:
    """Return now, as a device in China writes it."""
    return DIALECT.write_time((datetime.now(UTC) + timedelta(hours=8)).replace(tzinfo=None))
