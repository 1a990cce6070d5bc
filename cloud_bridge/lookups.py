"""Questions to the journal, answered on a thread of their own, beside the writing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import apsw

from cloud_bridge.journal_aside import mark_damaged
from cloud_bridge.journal_look import JournalLook, Stored
from cloud_bridge.progress import Progress
from edge.model import EventLine, EventQuery, Lane

T = TypeVar("T")


class Lookups:
    """The half of the journal that only reads; `progress` is what the bridges say besides.

    `_look` is there once the disk has given the file; until then nothing is found.
    """

    def __init__(self, path: Path) -> None:
        self.progress = Progress()
        self._reader = ThreadPoolExecutor(1, "journal-reader")
        self._look: JournalLook | None = None
        self._path = path
        self._damage: apsw.CorruptError | None = None
        self._wake = asyncio.Event()

    async def after(self, uplink: str, lane: Lane, number: int, limit: int) -> list[Stored]:
        """Return the oldest events after a number that wait for this uplink's receipt."""
        return await self._ask(lambda look: look.after(uplink, lane, number, limit), [])

    async def these(self, numbers: Sequence[int]) -> list[Stored]:
        """Return the events with these numbers."""
        return await self._ask(lambda look: look.these(numbers), [])

    async def find(self, query: EventQuery) -> list[EventLine]:
        """Return the events that somebody asks for, newest first, and how far each has come."""
        found: list[EventLine] = await self._ask(lambda look: look.find(query), [])
        return [self.progress.on(line) for line in found]

    async def of_alarm(self, key: str, number: int) -> list[EventLine]:
        """Return everything that was kept of the alarm that was raised under a number."""
        found: list[EventLine] = await self._ask(lambda look: look.of_alarm(key, number), [])
        return [self.progress.on(line) for line in found]

    async def _ask(self, question: Callable[[JournalLook], T], otherwise: T) -> T:
        if self._look is None:
            return otherwise
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._reader, question, self._look)
        except apsw.CorruptError as damage:
            self._found(damage)
            raise

    def _found(self, damage: apsw.CorruptError) -> None:
        """No pause mends that: the gateway ends, and the next start puts the file aside."""
        self._damage = damage
        mark_damaged(self._path)
        self._wake.set()

    async def _end_looking(self) -> None:
        await self._ask(JournalLook.close, None)
        self._reader.shutdown(wait=False)
