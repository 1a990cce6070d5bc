"""What was read: asked on a thread of its own, while the file is being written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import apsw
import structlog

from edge.history.look import Look, looking
from edge.history.pile import Pile
from edge.history.rows import micros
from edge.history.samples import Sample, sample_of
from edge.history.schema import DAMAGE, UnknownFile
from edge.model import Reading, Readings

T = TypeVar("T")

log = structlog.get_logger()


class Past:
    """Answers what was read; whoever writes it says what is in `memory`, and is told of damage.

    `memory` are the readings that wait for the disk, and what of the file is not sorted yet (none
    before it was opened).
    """

    def __init__(
        self,
        path: Path,
        memory: Callable[[], tuple[Sequence[Readings], Sequence[Pile] | None]],
        damaged: Callable[[], None],
    ) -> None:
        self._path = path
        self._memory = memory
        self._found_damaged = damaged
        self._reader = ThreadPoolExecutor(1, "history-reader")
        self._unreadable = False

    async def trend(
        self, point: str, since: datetime, until: datetime, most: int = 600
    ) -> Sequence[Sample]:
        """Return the course of a point in at most so many samples, and no peak is lost.

        The first says what it read at `since`, where that is known.
        """
        span = (micros(since), micros(until))
        course = await self.look(lambda look: look.trend(point, *span, most))
        return [sample_of(stretch) for stretch in course]

    async def readings(
        self, points: Sequence[str], since: datetime, until: datetime, limit: int
    ) -> Sequence[Reading]:
        """Return what several points read, in order of time: first at `since`, then up to `until`.

        Of more than `limit` the earliest. A point may be a pattern such as `fire-1/*.fire`.
        """
        span = (micros(since), micros(until))
        return await self.look(lambda look: look.readings(points, *span, limit))

    async def recent(self, point: str, limit: int) -> Sequence[Reading]:
        """Return the last readings of a point, newest first."""
        return await self.look(lambda look: look.recent(point, limit))

    async def look(self, question: Callable[[Look], T]) -> T:
        """Ask anything; what the file does not say, what is in memory may."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reader, self._answer, *self._memory(), question)

    def _answer(
        self,
        waiting: Sequence[Readings],
        piles: Sequence[Pile] | None,
        question: Callable[[Look], T],
    ) -> T:
        try:
            with looking(self._path, waiting, piles) as look:
                answer = question(look)
        except (*DAMAGE, apsw.Error, UnknownFile) as refusal:
            if isinstance(refusal, (*DAMAGE, UnknownFile)):
                self._found_damaged()
            if not self._unreadable:
                log.error("history.unreadable", reason=str(refusal))  # noqa: TRY400 - says it all
                self._unreadable = True
            return question(Look(None, waiting, piles or ()))
        self._unreadable = False
        return answer
