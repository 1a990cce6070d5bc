"""The one thread in which everything about accounts is changed, one change after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import structlog

from edge.access.database import Cell, Database, Statement

T = TypeVar("T")

log = structlog.get_logger()


class Store:
    """`access.db` and its thread.

    A change looks, writes, and then puts a new map in the place of the one that everybody looks
    at, all of it in this thread: no two changes meet half-way, and one whose asker has gone away
    is made all the same, on disk and in memory. Maps are replaced, never changed.
    """

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder)
        self._thread = ThreadPoolExecutor(1, "access")

    async def change(self, work: Callable[[], T]) -> T:
        """Do the work in the thread; `OSError` when the disk refuses."""
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._thread, work))

    def later(self, *statements: Statement) -> None:
        """Write what nobody waits for, and what is no loss if the disk does not take it."""

        def written(done: Future[None]) -> None:
            if (error := done.exception()) is not None:
                log.error("access.not_written", reason=str(error))

        self._thread.submit(self._database.write, *statements).add_done_callback(written)

    def rows(self, sql: str, *cells: Cell) -> list[tuple[Any, ...]]:
        """Return what a question finds; in the thread, or before anything runs."""
        return self._database.rows(sql, *cells)

    def write(self, *statements: Statement) -> None:
        """Write all of them in one transaction, or none; in the thread."""
        self._database.write(*statements)

    async def close(self) -> None:
        """Write what waits and release the file."""
        await self.change(self._database.close)
        self._thread.shutdown(wait=False)
