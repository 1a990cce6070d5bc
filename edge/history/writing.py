"""The history's way to the disk: each second, on a thread of its own, whatever the disk says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

import apsw
import structlog

from edge.history.follower import News
from edge.history.history_file import HistoryFile
from edge.history.keeping import Keeping
from edge.history.noted import Noted
from edge.history.rows import micros
from edge.history.schema import DAMAGE, UnknownFile, set_aside
from edge.model import Readings

EVERY_S: Final = 1.0
"""Pause between two writes: a power cut costs no more than this, and what was in the way of it."""

LAST_WRITE_S: Final = 5.0
"""How long a gateway that ends waits for a disk that hangs."""

log = structlog.get_logger()


class Writing:
    """Writes what was noted; the file is opened, and set aside, where that is needed."""

    def __init__(self, path: Path, noted: Noted, now: Callable[[], datetime]) -> None:
        self._path = path
        self._noted = noted
        self._now = now
        self._thread = ThreadPoolExecutor(1, "history-writer")
        self._turn = asyncio.Lock()
        self._failing = False
        self._followers: Collection[str] | None = None
        self._lost: dict[str, int] = {}
        self._above = 0
        self._told = 0
        self._closely_s: float | None = None
        self.keeping = Keeping()
        self.news = News()
        self.file: HistoryFile | None = None
        self._damaged = False

    async def run(self) -> NoReturn:
        """Write what was noted, each second and when that is much, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_telling(), name="history.telling")
            while True:
                await self.flush()
                with suppress(TimeoutError):
                    async with asyncio.timeout(EVERY_S):
                        await self._noted.many.wait()

    async def _keep_telling(self) -> NoReturn:
        """Tell who follows closely what the disk does not have yet, not each reading by itself."""
        while True:
            await self._noted.came.wait()
            await asyncio.sleep(self._closely_s or 0.0)
            self._tell_ahead()

    def _tell_ahead(self) -> None:
        """Tell what has come, under the number of which the disk will have it, or a later one.

        Not while the disk refuses: the same would be told again and again.
        """
        readings = self._noted.fresh()
        if readings and self.file is not None and not self._failing:
            self._told = max(self._told, self.file.number) + 1
            self.news.tell(self._told, readings)

    async def flush(self) -> None:
        """Write what was noted; what the disk refuses waits for the next time."""
        async with self._turn:
            self._tell_ahead()
            is_told = self._closely_s is not None and self.file is not None and not self._failing
            if not is_told:
                self._told += 1  # a number that nothing was told under
            readings = self._noted.take()
            written = False
            try:
                written = await self.attempt(partial(_write, readings, self._told))
            finally:
                if not written:  # or cancelled, and nobody knows: written twice it is kept once
                    self._noted.take_back()
            if not written:
                return
            self._noted.written()
            if readings and self.file is not None and not is_told:
                self.news.tell(self.file.number, readings)
            if await self.attempt(HistoryFile.tidy) and self._failing:
                self._failing = False
                log.info("history.recovered", dropped=self._noted.dropped)

    async def close(self) -> None:
        """Write what was noted, if the disk takes it now, and release the file."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WRITE_S):
                await self.flush()
        if self.file is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self.file.close)
        self._thread.shutdown(wait=False)

    async def follow(self, names: Collection[str], within_s: float) -> None:
        """Have these followers alone; where the disk refuses, as soon as it does not."""
        self._followers = frozenset(names)
        async with self._turn:  # what is being written was told, or will be, but not half of it
            self._closely_s = within_s if within_s < EVERY_S else None
            self._noted.watch(closely=self._closely_s is not None)
        await self.attempt(_nothing)

    def doubt(self) -> None:
        """Who has looked has found the file damaged: begin a new one with the next write."""
        self._damaged = True

    async def attempt(self, work: Callable[[HistoryFile, int], None]) -> bool:
        """Do something with the file on its thread; return whether that went well."""
        loop = asyncio.get_running_loop()
        now = micros(self._now())
        try:
            await loop.run_in_executor(self._thread, self._do, work, now)
        except (apsw.Error, OSError, UnknownFile) as refusal:
            if not self._failing:
                log.error("history.failing", reason=str(refusal))  # noqa: TRY400 - says it all
                self._failing = True
            return False
        return True

    def _do(self, work: Callable[[HistoryFile, int], None], now: int) -> None:
        """On the writer's thread: open the file where that is needed, and set it aside."""
        if self._damaged:
            self._begin_anew(now, "found damaged while it was read")
        try:
            work(self._opened(now), now)
        except (*DAMAGE, UnknownFile) as damage:
            self._begin_anew(now, str(damage))
            work(self._opened(now), now)
        except apsw.FullError:
            if self.file is not None:
                self.file.make_room(now)
            raise

    def _opened(self, now: int) -> HistoryFile:
        file = self.file
        if file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = HistoryFile(self._path, now, self.keeping, self._above)
            self.file = file
        if self._followers is not None and self._followers != file.places.keys():
            file.follow(self._followers, self._lost)
        if self.keeping is not file.keeping:
            file.keep(self.keeping)
        return file

    def _begin_anew(self, now: int, reason: str) -> None:
        file, self.file = self.file, None
        if file is not None:
            self._above = max(file.number, self._told)
            self._lost = {
                name: place.dropped + file.total - place.total
                for name, place in file.places.items()
            }
            with suppress(apsw.Error):
                file.close()
        self.news.forget()
        aside = set_aside(self._path, now)
        self._damaged = False
        if not self._failing:
            log.error("history.set_aside", file=aside.name, reason=reason)


def _write(readings: Sequence[Readings], number: int, file: HistoryFile, now: int) -> None:
    del now
    file.write(readings, number)


def _nothing(file: HistoryFile, now: int) -> None:
    """To have it opened, with the followers that are wanted, is all."""
    del file, now
