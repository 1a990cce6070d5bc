"""One follower's way through what was kept: see `edge.history.tail`."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import takewhile
from typing import Final

from edge.history.history_file import HistoryFile
from edge.history.look import Look
from edge.history.tail import Batch
from edge.model import Readings

MOST_RECENT: Final = 200
"""Batches that stay in memory for who follows closely; they are in the file as well."""

MOST_TOLD: Final = 20_000
"""Readings, or blocks of them, in these batches together."""


class News:
    """What was written last, and a word to who waits for more."""

    def __init__(self) -> None:
        self._more = asyncio.Event()
        self._recent: deque[Batch] = deque()
        self._count = 0

    def tell(self, number: int, readings: Sequence[Readings]) -> None:
        """These are on the disk under this number, or will be, under it or a later one."""
        batch = Batch(number=number, told=readings)
        self._recent.append(batch)
        self._count += len(readings)
        while self._count > MOST_TOLD or len(self._recent) > MOST_RECENT:
            self._count -= len(self._recent.popleft().told)
        self._more.set()
        self._more = asyncio.Event()

    def forget(self) -> None:
        """The file is another one."""
        self._recent.clear()
        self._count = 0

    @property
    def newest(self) -> int:
        """The number of the last that was told, be it not on the disk yet; 0 for none."""
        return self._recent[-1].number if self._recent else 0

    def after(self, number: int) -> Sequence[Batch]:
        """Return the batches after this one, if no other came between."""
        if not self._recent or self._recent[0].number > number + 1:
            return ()
        later = [*takewhile(lambda each: each.number > number, reversed(self._recent))]
        return later[::-1]

    async def wait(self) -> None:
        """Return when more has been written."""
        await self._more.wait()


class Follower:
    """A `Tail`: asks memory first, and the file for what is older."""

    def __init__(
        self,
        name: str,
        file: Callable[[], HistoryFile | None],
        news: News,
        ask: Callable[[Callable[[Look], Sequence[Batch]]], Awaitable[Sequence[Batch]]],
    ) -> None:
        self._name = name
        self._file = file
        self._news = news
        self._ask = ask

    @property
    def waiting(self) -> int:
        """How many readings are kept and not done; 0 before the file was opened."""
        file = self._file()
        place = file.places.get(self._name) if file else None
        return file.total - place.total if file and place else 0

    @property
    def dropped(self) -> int:
        """How many readings were given up before they were done."""
        file = self._file()
        place = file.places.get(self._name) if file else None
        return place.dropped if place else 0

    async def after(self, number: int, limit: int) -> Sequence[Batch]:
        """Return the next batches after this one (0: after what is done), `limit` readings or so.

        Waits until there is one.
        """
        while True:
            file = self._file()
            place = file.places.get(self._name) if file else None
            if file is not None and place is not None:
                begin = max(number, place.number, place.done)
                newest = max(file.number, self._news.newest)
                if newest > begin and (found := await self._next(begin, limit)):
                    return found
            await self._news.wait()

    def done(self, number: int) -> None:
        """This batch, and all before it, need not come again; on disk within a second."""
        file = self._file()
        place = file.places.get(self._name) if file else None
        if place is not None:
            place.done = max(place.done, number)

    async def _next(self, number: int, limit: int) -> Sequence[Batch]:
        found = self._news.after(number)
        if not found:
            return await self._ask(lambda look: look.batches(number, limit))
        left = limit

        def fits(batch: Batch) -> bool:
            nonlocal left
            left -= batch.count
            return left + batch.count > 0

        return list(takewhile(fits, found))
