"""The journal: what is handed over is on disk before anybody hears of it again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NoReturn, TypeAlias

import apsw
import structlog

from cloud_bridge.buffer import Pace
from cloud_bridge.journal_file import ORIGINS_KEPT, Change, JournalFile, together
from cloud_bridge.journal_row import row_of, size_of
from cloud_bridge.lookups import Lookups
from cloud_bridge.store_lock import locked
from edge.errors import ConfigError
from edge.logs import frames
from edge.model import Kept, Lane

MOST_WAITING = 10_000
"""Events and hand-overs that may wait for the disk; when they are more, the pipeline waits too."""

RETRY_S = 1.0
"""Pause before the disk is tried again: a full disk does not become free faster."""

LAST_WRITE_S = 5.0
"""How long a gateway that ends goes on trying a disk that refuses."""

PRUNE_EVERY = 10_000
"""Events between two prunings."""

Depths: TypeAlias = Mapping[tuple[str, Lane], int]
Grown: TypeAlias = Callable[[Collection[tuple[str, Lane]]], None]

log = structlog.get_logger()


class Journal(Lookups):
    """Group commit: all that waits is written in one transaction by one thread.

    `now` is what events are stamped with when they are written, on that thread.
    """

    def __init__(
        self,
        path: Path,
        uplinks: Sequence[str],
        narrate: Callable[[Kept], bytes],
        *,
        now: Callable[[], datetime],
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = locked(path.with_suffix(".lock"))
        self._narrate = narrate
        self._now = now
        self._pace = Pace()
        self._writer = ThreadPoolExecutor(1, "journal-writer")
        try:
            self._file = JournalFile(path, uplinks=uplinks, now=now)
            super().__init__(path)
            standing = self._file.standing()
        except ConfigError:
            self._lock.close()
            raise
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
        self._settled = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._listeners: list[Grown] = []

    @property
    def depths(self) -> Depths:
        """How many events wait for a receipt, by uplink and lane."""
        return self._depths

    @property
    def bytes_an_hour(self) -> float | None:
        """What was kept within the last day, by the hour; none until that can be told."""
        return self._pace.an_hour(self._now())

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
        rows = [row_of(kept, self._narrate) for kept in events]
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

    async def set_uplinks(self, uplinks: Sequence[str]) -> int:
        """Deliver to these from now on; return how many deliveries to others are given up.

        When it returns this is on disk, and in order: what was handed over before goes to those
        that were, what comes after to these, to new ones from here on.
        """
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._add(Change(uplinks=tuple(uplinks), then=[partial(self._serve, uplinks, done)]))
        return await done

    async def oldest(self) -> datetime | None:
        """Return when the oldest event happened that waits for a receipt."""
        waiting = [queue for queue, depth in self._depths.items() if depth > 0]
        if not waiting:
            return None
        return await self._ask(lambda: self._look.oldest(waiting))

    async def run(self) -> NoReturn:
        """Write what is handed over until cancelled."""
        self._prune()
        while True:
            await self._wake.wait()
            if self._damage is not None:
                raise self._damage
            await self.flush()

    async def flush(self) -> None:
        """Write all that waits; a disk that refuses is tried again for as long as it takes."""
        async with self._writing:
            await self._write()

    async def _write(self) -> None:
        failing = False
        while self._waiting:
            changes = together(self._waiting)
            try:
                moved = await self._commit(changes)
            except apsw.ConstraintError:
                raise  # no pause mends that: something else writes
            except apsw.CorruptError as damage:
                self._found(damage)
                raise
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
        await self._end_looking()
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer, self._file.close)
        self._writer.shutdown(wait=False)
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
            if key in self._depths:  # the last word of an uplink that is gone counts no more
                self._depths[key] += difference
        if size := sum(size_of(row) for change in changes for row in change.events):
            self._pace.count(size, self._now())
        self._settled.set()
        for change in changes:
            for then in change.then:
                _call(then)
        lanes = {row.lane for change in changes for row in change.events}
        if grown := [key for key in moved if key[1] in lanes]:  # though as many were settled
            for listener in tuple(self._listeners):
                listener(grown)
        if self._since_pruned >= PRUNE_EVERY:
            self._prune()

    def _serve(self, uplinks: Sequence[str], done: asyncio.Future[int]) -> None:
        """Follow a change of uplinks that is on disk; what waits for others goes piece by piece."""
        before = self._depths
        self._depths = {(u, lane): before.get((u, lane), 0) for u in uplinks for lane in Lane}
        self.progress.forget_others(uplinks)
        self._give_up()
        if not done.done():
            done.set_result(sum(before[key] for key in before.keys() - self._depths.keys()))

    def _give_up(self) -> None:
        def given_up(done: Future[bool]) -> None:
            if (error := done.exception()) is not None:
                log.error("journal.not_given_up", reason=str(error))
            elif done.result():
                self._give_up()

        with suppress(RuntimeError):  # closed meanwhile: the next start goes on with it
            self._writer.submit(self._file.give_up).add_done_callback(given_up)

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

    def _remember(self, origin: str) -> None:
        self._origins[origin] = None
        if len(self._origins) > ORIGINS_KEPT:
            del self._origins[next(iter(self._origins))]


def _call(then: Callable[[], None]) -> None:
    """Confirm; a driver's mistake in it must not stop the disk."""
    try:
        then()
    except Exception as fault:  # noqa: BLE001 - see above
        log.error("confirmation.fault", fault=repr(fault), at=frames(fault))  # noqa: TRY400 - reads no files
