"""The journal's way to the disk, on a thread of its own, for as long as it takes."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

import apsw
import structlog

from cloud_bridge.change import Change
from cloud_bridge.journal_file import Standing
from cloud_bridge.journal_schema import DiskRefuses
from cloud_bridge.journal_store import JournalStore
from cloud_bridge.lookups import Lookups
from cloud_bridge.waiting import Waiting
from edge.errors import ConfigError
from edge.model import Lane, RecordsDropped
from edge.precedence import take_precedence

RETRY_S: Final = 1.0
"""Pause before the disk is tried again: a full disk does not become free faster."""

LAST_WRITE_S: Final = 5.0
"""How long a gateway that ends goes on trying a disk that refuses."""

FULL: Final = "the disk was full"

Depths: TypeAlias = Mapping[tuple[str, Lane], int]

log = structlog.get_logger()


class Writing(Lookups, ABC):
    """The half of the journal that writes; what is to be written waits in `_waiting`.

    `refusal` says why the disk takes nothing, and is empty while it does. A disk that refuses at
    the start is nothing else: the file is opened as soon as it may be.
    """

    def __init__(self, path: Path, uplinks: Sequence[str], now: Callable[[], datetime]) -> None:
        super().__init__(path)
        self._now = now
        self._file = JournalStore(path, uplinks, now)
        self._writer = ThreadPoolExecutor(1, "journal-writer", take_precedence)
        self._waiting = Waiting()
        self._writing = asyncio.Lock()
        self._runs = False
        self._written: asyncio.Future[None] | None = None  # what is being written, or has failed
        self._lost: Counter[Lane] = Counter()
        self._lost_words: list[RecordsDropped] = []
        self._losing = asyncio.Event()
        self.refusal = ""

    async def run(self) -> NoReturn:
        """Write what is handed over until cancelled."""
        if self._file.is_open:
            self._prune()
        self._runs = True
        try:
            while True:
                await self._wake.wait()
                if self._damage is not None:
                    raise self._damage
                async with self._writing:
                    await self._write()
        finally:
            self._runs = False

    async def flush(self) -> None:
        """Write all that waits; a disk that refuses is tried again for as long as it takes."""
        self._waiting.hurry()
        async with self._writing:
            await self._write()

    async def answers(self) -> None:
        """Return when the thread that writes has come to this; a disk that hangs lets it wait."""
        with suppress(RuntimeError):  # closed: nothing is left that could hang
            await asyncio.get_running_loop().run_in_executor(self._writer, int)

    async def losses(self) -> Sequence[RecordsDropped]:
        """Wait until something is to be told as dropped, and the disk takes that; return it."""
        while self.refusal or not (self._lost or self._lost_words or self._file.aside):
            self._losing.clear()
            await self._losing.wait()
        lost, self._lost = self._lost, Counter()
        words, self._lost_words = self._lost_words, []
        aside, self._file.aside = self._file.aside, ()
        at = self._now()
        full = [
            RecordsDropped(what=f"{lane} events", count=count, reason=FULL, at=at)
            for lane, count in lost.items()
        ]
        return *words, *aside, *full

    async def close(self) -> None:
        """Write what waits, if the disk takes it, and release the file.

        What it does not take was confirmed to nobody: the devices have it still.
        """
        try:
            async with asyncio.timeout(LAST_WRITE_S):
                await self.flush()
        except TimeoutError:
            log.error("journal.not_written", waiting=self._waiting.weight)  # noqa: TRY400 - said in full
        await self._end_looking()
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer, self._file.close)
        self._writer.shutdown(wait=False)

    @abstractmethod
    def _stand(self, standing: Standing) -> None:
        """Go on from what the file holds."""

    @abstractmethod
    def _done(self, changes: Sequence[Change], moved: Depths) -> None:
        """These are on disk."""

    @abstractmethod
    def _make_room(self) -> None:
        """More waits than may, and the disk refuses."""

    def _begin(self) -> Standing:
        """Open the file, or stand on what can be read of it; blocks."""
        try:
            standing = self._file.open()
            self._look = self._file.look()
        except DiskRefuses as refusal:
            self._refused(refusal)
            self._wake.set()
            return self._file.known()
        return standing

    async def _write(self) -> None:
        while self._waiting.due or self._written is not None or not self._file.is_open:
            try:
                if not self._file.is_open:
                    await self._open()
                if self._waiting.due or self._written is not None:
                    await self._commit()
            except apsw.ConstraintError:
                raise  # no pause mends that: something else writes
            except apsw.CorruptError as damage:
                self._found(damage)
                raise
            except (apsw.Error, ConfigError, OSError) as refusal:
                self._refused(refusal)
                await asyncio.sleep(RETRY_S)
            else:
                self._taken()
        self._wake.clear()

    def _refused(self, refusal: Exception) -> None:
        if not self.refusal:
            log.error("journal.failing", reason=str(refusal), waiting=self._waiting.weight)
        self.refusal = str(refusal) or type(refusal).__name__
        if not self._waiting.room.is_set():
            self._make_room()

    def _taken(self) -> None:
        self._lost += self._file.lost
        self._file.lost.clear()
        if self.refusal:
            self.refusal = ""
            log.info("journal.recovered")
            self._prune()
        self._losing.set()

    async def _open(self) -> None:
        """Try again what the disk has refused at the start."""
        loop = asyncio.get_running_loop()
        standing = await loop.run_in_executor(self._writer, self._file.open)
        self._look = await loop.run_in_executor(self._writer, self._file.look)
        self._stand(standing)

    def _go_on(self) -> None:
        """Write what waits, at once where that can be; else, and what is refused, `run` sees to it.

        A loop that is busy makes each turn wait that an event takes on its way to the disk.
        """
        self._waiting.hurry()
        if not self._waiting.due:
            return
        if self._runs and self._written is None and self._file.is_open and not self.refusal:
            self._begin_commit()
        self._wake.set()

    async def _commit(self) -> None:
        written = self._written or self._begin_commit()
        try:
            await asyncio.shield(written)
        except asyncio.CancelledError:
            # The thread goes on: what it writes must not be written a second time.
            with suppress(apsw.Error, OSError):
                await written
            raise
        finally:
            if written is self._written:  # it was refused
                self._written = None
                self._waiting.hurry()

    def _begin_commit(self) -> asyncio.Future[None]:
        """Hand what waits to the thread."""
        loop, changes = asyncio.get_running_loop(), self._waiting.take()
        self._written = loop.run_in_executor(self._writer, self._put_down, loop, changes)
        return self._written

    def _put_down(self, loop: asyncio.AbstractEventLoop, changes: Sequence[Change]) -> None:
        """On the writer's thread; what waits for a future's end hears of it a turn later."""
        moved = self._file.commit(changes)
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(self._kept, changes, moved)

    def _kept(self, changes: Sequence[Change], moved: Depths) -> None:
        """Go on with what is on disk, then with what waits."""
        self._waiting.done()
        self._written = None
        self._done(changes, moved)
        if self._waiting.due:
            self._go_on()

    def _prune(self) -> None:
        """Forget what is old, behind what is being written."""
        self._piecemeal(self._file.prune, "prune")

    def _piecemeal(self, work: Callable[[], bool], what: str) -> None:
        """Do it behind what is being written, again and again for as long as there is more."""

        def done(piece: Future[bool]) -> None:
            if (error := piece.exception()) is not None:
                log.error("journal.not_tidied", what=what, reason=str(error))
            elif piece.result():
                self._piecemeal(work, what)

        with suppress(RuntimeError):  # closed meanwhile: the next start goes on with it
            self._writer.submit(work).add_done_callback(done)
