"""A device that sends as fast as it is told, far ahead of the confirmations."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Final, NoReturn

from edge.drivers.gb26875 import frames
from tests.system.proof.book import Book
from tests.system.proof.keys import key_of
from tests.system.proof.panel import Line, Panel, dial

STEP_S: Final = 0.02
WINDOW: Final = 2_000
"""Frames without a confirmation, at most; a device has no more memory."""
PATIENCE_S: Final = 5.0
REDIAL_S: Final = 0.5


class Flood:
    """Measured values; what is not confirmed is sent again, in order, on the next connection."""

    def __init__(self, name: str, address: int, port: int, book: Book) -> None:
        self._panel = Panel(name, address, port, book)
        self._port = port
        self._book = book
        self._numbers = count()
        self._waiting: dict[int, tuple[str, bytes]] = {}
        self._until = 0.0

    async def run(self, rate: int, seconds: float) -> None:
        """Send so many events a second for so long; return when all are confirmed."""
        self._until = asyncio.get_running_loop().time() + seconds
        while self._waiting or self._sending:
            try:
                line = await dial(self._port)
            except (OSError, TimeoutError):
                await asyncio.sleep(REDIAL_S)
                continue
            try:
                await self._session(line, rate)
            finally:
                line.hang_up()

    @property
    def _sending(self) -> bool:
        return asyncio.get_running_loop().time() < self._until

    async def _session(self, line: Line, rate: int) -> None:
        line.send(b"".join(raw for _, raw in self._waiting.values()))
        sending = asyncio.create_task(self._send(line, rate), name="flood")
        try:
            while self._waiting or self._sending:
                await self._hear(line)
        except (OSError, TimeoutError):
            await asyncio.sleep(REDIAL_S)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _hear(self, line: Line) -> None:
        serials = await line.confirmed(PATIENCE_S)
        known = [self._waiting.pop(each)[0] for each in serials if each in self._waiting]
        if known:
            self._book.acknowledged(known)

    async def _send(self, line: Line, rate: int) -> NoReturn:
        while True:
            room = WINDOW - len(self._waiting) if self._sending else 0
            new = [self._next() for _ in range(min(round(rate * STEP_S), room))]
            if new:
                self._book.sent(*(key for key, _ in new))
                line.send(b"".join(raw for _, raw in new))
            await asyncio.sleep(STEP_S)

    def _next(self) -> tuple[str, bytes]:
        number = next(self._numbers)
        frame = self._panel.frame(number, "measure")
        told = (key_of(self._panel.name, number, "measure"), frames.encode(frame))
        self._waiting[frame.serial] = told
        return told
