"""Evidence that is kept: noted as cameras make it, looked up, delivered, and forgotten in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, NoReturn, TypeAlias, TypeVar

import apsw
import structlog

from edge.evidence.evidence import Evidence, EvidenceQuery, EvidenceRefused
from edge.evidence.folder import Folder
from edge.evidence.index import DAMAGE, MOST_ALARMS, Index, UnknownIndex
from edge.evidence.keeping import Gone, reconcile, set_aside, tidy
from edge.model import RecordsDropped
from edge.vision.words import Kept

INDEX_FILE: Final = "evidence.db"

EVERY_S: Final = 60.0
"""Between two rounds of tidying; a round also looks whether the disk has room."""

RESERVE: Final = 256 * 1024 * 1024
"""Bytes that the disk has to have left: they are the journal's, whatever cameras see."""

ORPHANED_S: Final = 3600.0
"""A picture that nobody has told of for so long is nobody's: its camera's process has died."""

SWEPT_EVERY: Final = 60
"""Rounds of tidying between two sweeps."""

Tell: TypeAlias = Callable[[RecordsDropped], Awaitable[None]]
"""The way into the pipeline."""

T = TypeVar("T")

log = structlog.get_logger()


class EvidenceStore:
    """Pictures and clips in a folder of their own, so that they can hurt nothing else.

    `keep` is how long, `budget` how many bytes; `active` the keys of the alarms that are open,
    whose evidence goes last. `now` is asked in the event loop; everything that touches the disk
    happens on one thread. An index that is damaged is set aside and made again from the files.
    `refusal` says why nothing more is taken, for who is about to take a picture; empty otherwise.
    `grown` is set when something has come.
    """

    def __init__(
        self,
        folder: Path,
        *,
        keep: timedelta,
        budget: int,
        now: Callable[[], datetime],
        active: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self._folder = Folder(folder)
        self._keep = keep
        self._budget = budget
        self._now = now
        self._active = active
        self._uplinks: frozenset[str] = frozenset()
        self._thread = ThreadPoolExecutor(1, "evidence")
        self._index: Index | None = None
        self._rounds = 0
        self._failing = False
        self._found = Gone()
        self.grown = asyncio.Event()
        self.refusal = ""

    @property
    def folder(self) -> Path:
        """Where cameras' processes write; nothing else may be put there."""
        return self._folder.path

    def path(self, evidence: Evidence) -> Path:
        """Where its bytes are, until it is forgotten."""
        return self._folder.path / evidence.file

    def serve(self, keep: timedelta, budget: int, uplinks: Collection[str]) -> None:
        """Keep so long and so much from the next round on, and what comes for these uplinks.

        To be said before anything else, and whenever the site file is another.
        """
        self._keep, self._budget = keep, budget
        self._uplinks = frozenset(uplinks)

    async def add(self, kept: Kept, camera: str, alarm: str) -> Evidence:
        """Note what a camera's process has written; `EvidenceRefused` says why not.

        `alarm` is the key of that which it is about, empty where a person asked for it.
        """
        told = Evidence(
            sha256=kept.sha256,
            camera=camera,
            kind=kept.kind,
            media_type=kept.media_type,
            size=kept.size,
            blurred=kept.blurred,
            began=kept.began,
            ended=kept.ended,
            faces=kept.faces,
            file=kept.file,
            alarms=(alarm,) if alarm else (),
        )
        try:
            evidence = await self._do(partial(self._add, told))
        except (apsw.Error, OSError, UnknownIndex) as refusal:
            raise EvidenceRefused(f"it cannot be kept: {refusal}") from refusal
        self.grown.set()
        return evidence

    def relate(self, sha256: str, alarm: str) -> None:
        """It is about this alarm as well; nothing where it is not there any more. Never waits."""
        loop = asyncio.get_running_loop()
        loop.run_in_executor(self._thread, self._relate, sha256, alarm)

    async def find(self, query: EvidenceQuery) -> tuple[Evidence, ...]:
        """What is kept, the latest first; `OSError` while the disk cannot be read."""
        return await self.ask(lambda index: index.find(query))

    async def get(self, sha256: str) -> Evidence | None:
        """One piece of evidence; none where there is no such. `OSError` as above."""
        return await self.ask(lambda index: index.get(sha256))

    async def ask(self, question: Callable[[Index], T]) -> T:
        """Look into the index, or change it, on its thread; `OSError` when that cannot be."""
        try:
            return await self._do(lambda: question(self._opened()))
        except (apsw.Error, UnknownIndex) as refusal:
            raise OSError(str(refusal)) from refusal

    async def run(self, tell: Tell) -> NoReturn:
        """Tidy up each minute, until cancelled; what some platform has not had is told of."""
        while True:
            active = frozenset(self._active())
            with suppress(apsw.Error, OSError, UnknownIndex):  # told once, where it was found
                gone = await self._do(partial(self._tidy, active, self._now()))
                for dropped in told_of(gone, self._now()):
                    await tell(dropped)
            await asyncio.sleep(EVERY_S)

    async def close(self) -> None:
        """Release the files."""
        if self._index is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._index.close)
        self._thread.shutdown(wait=False)

    async def _do(self, work: Callable[[], T]) -> T:
        """Do something on the thread; a damaged index is set aside, and the work done once more."""
        loop = asyncio.get_running_loop()
        now = self._now()

        def careful() -> T:
            try:
                return work()
            except (*DAMAGE, UnknownIndex) as damage:
                self._begin_anew(now, str(damage))
                return work()

        try:
            done = await loop.run_in_executor(self._thread, careful)
        except (apsw.Error, OSError, UnknownIndex) as refusal:
            if not self._failing:
                log.error("evidence.failing", reason=str(refusal))  # noqa: TRY400 - says it all
                self._failing = True
            raise
        if self._failing:
            self._failing = False
            log.info("evidence.recovered")
        return done

    def _opened(self) -> Index:
        """On the thread: the index, made to say what the files do when it is first opened."""
        if self._index is None:
            self._folder.make()
            self._index = index = Index(self._folder.path / INDEX_FILE)
            self._found = reconcile(index, self._folder, self._uplinks)
        return self._index

    def _begin_anew(self, now: datetime, reason: str) -> None:
        index, self._index = self._index, None
        if index is not None:
            with suppress(apsw.Error):
                index.close()
        aside = set_aside(self._folder.path / INDEX_FILE, now)
        log.error("evidence.set_aside", file=aside.name, reason=reason)

    def _add(self, evidence: Evidence) -> Evidence:
        index = self._opened()
        try:
            self._folder.check(evidence)
            known = index.get(evidence.sha256)
            if known is not None:
                alarms = tuple(dict.fromkeys((*known.alarms, *evidence.alarms)))
                evidence = replace(known, alarms=alarms)
            self._folder.note(evidence)
            return index.add(evidence, self._uplinks)
        except OSError:
            with suppress(OSError):
                (self._folder.path / evidence.file).unlink(missing_ok=True)
            raise

    def _relate(self, sha256: str, alarm: str) -> None:
        with suppress(apsw.Error, OSError, UnknownIndex):  # the next look at it tells of trouble
            index = self._opened()
            evidence = index.get(sha256)
            if evidence is not None and alarm not in evidence.alarms[:MOST_ALARMS]:
                self._folder.note(index.add(replace(evidence, alarms=(alarm,)), ()))

    def _tidy(self, active: Collection[str], now: datetime) -> Gone:
        """One round; also says whether there is room for more."""
        index = self._opened()
        found, self._found = self._found, Gone()
        self._rounds += 1
        if self._rounds % SWEPT_EVERY == 0:
            self._folder.sweep(index.files(), ORPHANED_S)
        index.forget_others(self._uplinks)
        gone = tidy(index, self._folder, self._keep, self._budget, active, now)
        self.refusal = refusal_of(self._folder.free)
        return Gone(
            aged=gone.aged,
            crowded=gone.crowded,
            undelivered=gone.undelivered + found.undelivered,
            missing=found.missing,
        )


def refusal_of(free: int) -> str:
    """Why nothing more is kept, empty where there is room."""
    if free >= RESERVE:
        return ""
    return f"the disk has {free >> 20} MB left, {RESERVE >> 20} MB are kept free for events"


def told_of(gone: Gone, at: datetime) -> tuple[RecordsDropped, ...]:
    """What has to be told of what was removed: what some platform has not had, what has vanished.

    That the rest has come of age is what was wanted.
    """
    reasons = {
        "kept as long, or as much, as the site file says, and not delivered": gone.undelivered,
        "its files are gone": gone.missing,
    }
    return tuple(
        RecordsDropped(what="evidence", count=count, reason=reason, at=at)
        for reason, count in reasons.items()
        if count
    )
