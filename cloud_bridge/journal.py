"""The journal: what is handed over is on disk before anybody hears of it again."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, NoReturn, TypeAlias

import apsw
import structlog

from cloud_bridge.journal_file import ORIGINS_KEPT, Change, EventRow, JournalFile, Stored
from cloud_bridge.wire import lane_of
from cloud_bridge.wire.kinds import subject_of
from edge.errors import ConfigError
from edge.logs import frames
from edge.model import Kept, Lane, RecordsDropped

MOST_WAITING = 10_000
"""Events and hand-overs that may wait for the disk; when they are more, the pipeline waits too."""

GROUP = 300
"""Hand-overs and events in one transaction: with more, a checkpoint keeps an alarm waiting."""

RETRY_S = 1.0
"""Pause before the disk is tried again: a full disk does not become free faster."""

LAST_WRITE_S = 5.0
"""How long a gateway that ends goes on trying a disk that refuses."""

PRUNE_EVERY = 10_000
"""Events between two prunings."""

Depths: TypeAlias = Mapping[tuple[str, Lane], int]
Grown: TypeAlias = Callable[[Collection[tuple[str, Lane]]], None]

log = structlog.get_logger()


class Journal:
    """Group commit: all that waits is written in one transaction by one thread."""

    def __init__(
        self, path: Path, uplinks: Sequence[str], narrate: Callable[[Kept], bytes]
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(path.with_suffix(".lock"))
        self._narrate = narrate
        self._writer = ThreadPoolExecutor(1, "journal-writer")
        self._reader = ThreadPoolExecutor(1, "journal-reader")
        self._file = JournalFile(path, uplinks=uplinks)
        self._look = JournalFile(path)
        standing = self._file.standing()
        self.next_number = standing.last_number + 1
        self.states = standing.states
        self.refused = standing.refused
        self.given_up = standing.given_up
        self._depths = {(u, lane): 0 for u in uplinks for lane in Lane} | dict(standing.depths)
        self._origins = dict.fromkeys(standing.origins)
        self._waiting: list[Change] = []
        self._weight = 0
        self._since_pruned = 0
        self._writing = asyncio.Lock()
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._listeners: list[Grown] = []

    @property
    def depths(self) -> Depths:
        """How many events wait for a receipt, by uplink and lane."""
        return self._depths

    def knows(self, origin: str) -> bool:
        """Whether an event with this origin is kept, or on its way to the disk."""
        return origin in self._origins

    def listen(self, grown: Grown) -> Callable[[], None]:
        """Call `grown` after each commit that brought deliveries; return how to stop that."""
        self._listeners.append(grown)
        return lambda: self._listeners.remove(grown)

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Hand over what has to be on disk before `then` is called; return when there is room."""
        rows = [self._row(kept) for kept in events]
        for row in rows:
            if row.origin:
                self._remember(row.origin)
        self._add(Change(events=rows, states=states, then=then))
        await self._room.wait()

    def settle(self, uplink: str, numbers: Sequence[int]) -> None:
        """The platform has stored these: their delivery is done."""
        self._add(Change(settled=[(uplink, number) for number in numbers]))

    def refuse(self, uplink: str, refusals: Sequence[tuple[int, str]], now: datetime) -> None:
        """The platform will not take these: keep them aside with the reason."""
        at = now.isoformat()
        self.refused += len(refusals)
        self._add(
            Change(
                settled=[(uplink, number) for number, _ in refusals],
                refused=[(uplink, number, reason, at) for number, reason in refusals],
            )
        )

    async def after(self, uplink: str, lane: Lane, number: int, limit: int) -> list[Stored]:
        """Return the oldest events after a number that wait for this uplink's receipt."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._reader, self._look.after, uplink, lane, number, limit
        )

    async def these(self, numbers: Sequence[int]) -> list[Stored]:
        """Return the events with these numbers."""
        return await asyncio.get_running_loop().run_in_executor(
            self._reader, self._look.these, numbers
        )

    async def oldest(self) -> datetime | None:
        """Return when the oldest event happened that waits for a receipt."""
        waiting = [queue for queue, depth in self._depths.items() if depth > 0]
        if not waiting:
            return None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reader, self._look.oldest, waiting)

    async def run(self) -> NoReturn:
        """Write what is handed over until cancelled."""
        self._prune()
        while True:
            await self._wake.wait()
            await self.flush()

    async def flush(self) -> None:
        """Write all that waits; a disk that refuses is tried again for as long as it takes."""
        async with self._writing:
            await self._write()

    async def _write(self) -> None:
        failing = False
        while self._waiting:
            changes = _group(self._waiting)
            try:
                moved = await self._commit(changes)
            except apsw.ConstraintError:
                raise  # no pause mends that: something else writes, or the file is damaged
            except (apsw.Error, OSError) as refusal:
                if not failing:
                    log.error("journal.failing", reason=str(refusal), waiting=self._weight)  # noqa: TRY400 - the reason says it all
                    failing = True
                await asyncio.sleep(RETRY_S)
                continue
            del self._waiting[: len(changes)]
            self._done(changes, moved)
        if failing:
            log.info("journal.recovered")
        self._wake.clear()

    async def delivered(self) -> None:
        """Return when nothing waits for the disk or for a receipt."""
        while self._waiting or any(self._depths.values()):
            self._settled.clear()
            await self._settled.wait()

    async def close(self) -> None:
        """Write what waits, if the disk takes it, and release the file.

        What it does not take was confirmed to nobody: the devices have it still.
        """
        try:
            async with asyncio.timeout(LAST_WRITE_S):
                await self.flush()
        except TimeoutError:
            log.error("journal.not_written", waiting=self._weight)  # noqa: TRY400 - said in full
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._reader, self._look.close)
        await loop.run_in_executor(self._writer, self._file.close)
        for threads in (self._writer, self._reader):
            threads.shutdown(wait=False)
        self._lock.close()

    async def _commit(self, changes: Sequence[Change]) -> Depths:
        loop = asyncio.get_running_loop()
        written = asyncio.ensure_future(
            loop.run_in_executor(self._writer, self._file.commit, changes)
        )
        try:
            return await asyncio.shield(written)
        except asyncio.CancelledError:
            # The thread goes on: what it writes must not be written a second time.
            with suppress(apsw.Error, OSError):
                moved = await written
                del self._waiting[: len(changes)]
                self._done(changes, moved)
            raise

    def _done(self, changes: Sequence[Change], moved: Depths) -> None:
        events = sum(len(change.events) for change in changes)
        self._weight -= events + len(changes)
        self._since_pruned += events
        if self._weight < MOST_WAITING:
            self._room.set()
        for key, difference in moved.items():
            self._depths[key] = self._depths.get(key, 0) + difference
        self._settled.set()
        for change in changes:
            for then in change.then:
                _call(then)
        if grown := [key for key, difference in moved.items() if difference > 0]:
            for listener in tuple(self._listeners):
                listener(grown)
        if self._since_pruned >= PRUNE_EVERY:
            self._prune()

    def _prune(self) -> None:
        """Forget what is old, behind what is being written."""
        self._since_pruned = 0

        def pruned(done: Future[None]) -> None:
            if (error := done.exception()) is not None:
                log.error("journal.not_pruned", reason=str(error))

        self._writer.submit(self._file.prune).add_done_callback(pruned)

    def _add(self, change: Change) -> None:
        self._waiting.append(change)
        self._weight += len(change.events) + 1
        if self._weight >= MOST_WAITING:
            self._room.clear()
        self._wake.set()

    def _row(self, kept: Kept) -> EventRow:
        """Return what is written of an event: what cannot be told is told as dropped."""
        event, alarm, subject = kept.event, kept.alarm, subject_of(kept.event, kept.alarm)
        try:
            body = self._narrate(kept)
        except Exception as fault:  # noqa: BLE001 - one event must not keep others untold
            log.error("event.untold", number=kept.number, fault=repr(fault), at=frames(fault))  # noqa: TRY400 - reads no files
            what, reason = f"{event.kind} {subject}", f"internal fault: {type(fault).__name__}"
            event, alarm = RecordsDropped(what=what, count=1, reason=reason, at=event.at), None
            body = self._narrate(replace(kept, event=event, alarm=None))
        return EventRow(
            number=kept.number,
            at=event.at.isoformat(),
            kind=event.kind,
            lane=lane_of(event, alarm),
            subject=subject,
            origin=getattr(kept.event, "origin", ""),
            body=body,
        )

    def _remember(self, origin: str) -> None:
        self._origins[origin] = None
        if len(self._origins) > ORIGINS_KEPT:
            del self._origins[next(iter(self._origins))]


def _group(waiting: Sequence[Change]) -> tuple[Change, ...]:
    """Return the first hand-overs that are not too much for one transaction, one at least."""
    weight = 0
    for count, change in enumerate(waiting):
        weight += len(change.events) + 1
        if count and weight > GROUP:
            return tuple(waiting[:count])
    return tuple(waiting)


def _call(then: Callable[[], None]) -> None:
    """Confirm; a driver's mistake in it must not stop the disk."""
    try:
        then()
    except Exception as fault:  # noqa: BLE001 - see above
        log.error("confirmation.fault", fault=repr(fault), at=frames(fault))  # noqa: TRY400 - reads no files


def _locked(path: Path) -> IO[bytes]:
    """Keep a second gateway away from the same journal, for as long as the file is open."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise ConfigError(
            f"{path.parent}: another gateway runs on this store; stop it first, or give this one"
            " a store of its own (gateway.store in the site file)"
        ) from None
    return file
