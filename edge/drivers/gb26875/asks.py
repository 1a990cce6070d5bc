"""Questions to devices that wait for their answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from edge.drivers.gb26875 import tables
from edge.drivers.gb26875.frames import SERIALS, Frame
from edge.drivers.gb26875.scribe import Scribe
from edge.errors import CommandRejected

REPLY_S: Final = 10.0
"""How long the standard gives a reply."""
RESENDS: Final = 3
"""How often the standard sends again before the communication counts as failed."""

Send = Callable[[int], None]
"""Sends the question under a serial number over whichever connection is newest."""


class Asks:
    """Matches answers with questions, by the device's address and the serial number."""

    def __init__(self, scribe: Scribe) -> None:
        """Begin with serial 0 and nothing asked."""
        self._scribe = scribe
        self._serial = 0
        self._replies: dict[tuple[int, int], asyncio.Future[int]] = {}
        self._duties: dict[int, set[asyncio.Event]] = {}

    def serial(self) -> int:
        """Take the next serial number; it wraps at 16 bits."""
        serial = self._serial
        self._serial = (serial + 1) % SERIALS
        return serial

    async def ask(self, address: int, send: Send, person: timedelta) -> None:
        """Send until answered; `CommandRejected` when denied, unanswered or not attended to."""
        with self._duty(address) as answered:
            await self._reply(address, send)
            if not person:
                return
            try:
                async with asyncio.timeout(person.total_seconds()):
                    await answered.wait()
            except TimeoutError:
                minutes = int(person.total_seconds() // 60)
                raise CommandRejected(f"no_duty_answer: nobody in {minutes} min") from None

    def settle(self, frame: Frame) -> None:
        """Take a confirmation, a response or a denial; one that nobody asked for is let go."""
        reply = self._replies.get((frame.source, frame.serial))
        if reply is not None and not reply.done():
            reply.set_result(frame.command)

    def answered(self, address: int) -> None:
        """Take the word that a person has answered a duty check at the device."""
        for duty in self._duties.get(address, ()):
            duty.set()

    async def _reply(self, address: int, send: Send) -> None:
        key = (address, self.serial())
        loop = asyncio.get_running_loop()
        reply = loop.create_future()
        self._replies[key] = reply
        try:
            for _ in range(1 + RESENDS):
                sent = loop.time()
                send(key[1])
                await asyncio.wait((reply,), timeout=REPLY_S)
                if reply.done():
                    break
                self._scribe.failed(address, "no answer")
            else:
                raise CommandRejected(f"no_answer: sent {1 + RESENDS} times")
        finally:
            del self._replies[key]
        if reply.result() == tables.DENY:
            self._scribe.failed(address, "refused")
            raise CommandRejected("denied: the device refused")

        self._scribe.answered(address, loop.time() - sent)

    @contextmanager
    def _duty(self, address: int) -> Iterator[asyncio.Event]:
        duty = asyncio.Event()
        waiting = self._duties.setdefault(address, set())
        waiting.add(duty)
        try:
            yield duty
        finally:
            waiting.discard(duty)
