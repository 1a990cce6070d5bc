"""The journal: what is handed over is on disk before anybody hears of it again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import structlog

from cloud_bridge.buffer import Pace
from cloud_bridge.change import Change
from cloud_bridge.fresh import Fresh
from cloud_bridge.journal_file import ORIGINS_KEPT, Standing
from cloud_bridge.journal_look import Stored
from cloud_bridge.journal_row import row_of, size_of
from cloud_bridge.journal_schema import REFUSALS
from cloud_bridge.journal_writing import Depths, Writing
from edge.logs import frames
from edge.model import Kept, Lane, RecordsDropped

PRUNE_EVERY = 10_000
"""Events between two prunings."""

SETTLED_WITHIN_S: Final = 0.05
"""For so long receipts wait for an event that is written anyway, or for other receipts: each write
wears the disk, and keeps it from the next alarm. A delivery that is not known to be over is made
again."""

GONE: Final = "their uplink is no longer in the site file"

Grown: TypeAlias = Callable[[Collection[tuple[str, Lane]]], None]

log = structlog.get_logger()


class Journal(Writing):
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
        super().__init__(path, uplinks, now)
        self._narrate = narrate
        self._pace = Pace()
        self._uplinks = tuple(uplinks)
        self._origins: dict[str, None] = {}
        self._since_pruned = 0
        self._settled = asyncio.Event()
        self._soon: asyncio.TimerHandle | None = None
        self._listeners: list[Grown] = []
        standing = self._begin()
        self.next_number = standing.last_number + 1
        self.states = standing.states
        self._stand(standing)

    @property
    def depths(self) -> Depths:
        """How many events wait for a receipt, by uplink and lane."""
        return self._depths

    @property
    def bytes_an_hour(self) -> float | None:
        """What was kept within the last day, by the hour; none until that can be told."""
        return self._pace.an_hour(self._now())

    @property
    def is_keeping(self) -> bool:
        """Whether something is on its way to a disk that takes it."""
        return bool(self._waiting) and not self.refusal

    @property
    def is_writing(self) -> bool:
        """Whether the disk is being written to; it may hang."""
        return self._written is not None

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
        if self.refusal and not self._waiting.room.is_set():
            self._make_room()
        await self._waiting.room.wait()

    async def after(self, uplink: str, lane: Lane, number: int, limit: int) -> list[Stored]:
        """Return the oldest events after a number that wait for this uplink's receipt."""
        fresh = self._fresh.after(uplink, lane, number, limit)
        return await super().after(uplink, lane, number, limit) if fresh is None else fresh

    def settle(self, uplink: str, numbers: Sequence[int]) -> None:
        """The platform has stored these: their delivery is done."""
        self._waiting.add(Change(settled=[(uplink, number) for number in numbers]))
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(SETTLED_WITHIN_S, self._settle_now)

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
        try:
            return await self._ask(lambda look: look.oldest(waiting), None)
        except REFUSALS:
            return None  # what the disk refuses is said in `refusal`, and must not keep that untold

    async def delivered(self) -> None:
        """Return when nothing waits for the disk or for a receipt."""
        while self._waiting or any(self._depths.values()):
            self._settled.clear()
            await self._settled.wait()

    def _stand(self, standing: Standing) -> None:
        """Go on from what the file holds."""
        self._fresh = Fresh(standing.last_number)
        self.refused, self.given_up = standing.refused, standing.given_up
        self._depths = dict.fromkeys(((u, n) for u in self._uplinks for n in Lane), 0)
        self._depths |= standing.depths
        self._origins = dict.fromkeys(standing.origins) | self._origins
        if count := standing.given_up:
            lost = RecordsDropped(what="deliveries", count=count, reason=GONE, at=self._now())
            self._lost_words.append(lost)
        self._tell_grown([queue for queue, depth in self._depths.items() if depth])

    def _done(self, changes: Sequence[Change], moved: Depths) -> None:
        self._since_pruned += sum(len(change.events) for change in changes)
        for key, difference in moved.items():
            if key in self._depths:  # the last word of an uplink that is gone counts no more
                self._depths[key] += difference
        if size := sum(size_of(row) for change in changes for row in change.events):
            self._pace.count(size, self._now())
        self._settled.set()
        self._fresh.follow(changes)
        for change in changes:
            for then in change.then:
                _call(then)
        lanes = {row.lane for change in changes for row in change.events}
        self._tell_grown([key for key in moved if key[1] in lanes])  # though as many were settled
        if self._since_pruned >= PRUNE_EVERY:
            self._since_pruned = 0
            self._prune()

    def _serve(self, uplinks: Sequence[str], done: asyncio.Future[int]) -> None:
        """Follow a change of uplinks that is on disk; what waits for others goes piece by piece."""
        self._uplinks = tuple(uplinks)
        before = self._depths
        self._depths = {(u, lane): before.get((u, lane), 0) for u in uplinks for lane in Lane}
        self.progress.forget_others(uplinks)
        self._piecemeal(self._file.give_up, "give up")
        if not done.done():
            done.set_result(sum(before[key] for key in before.keys() - self._depths.keys()))

    def _tell_grown(self, queues: Collection[tuple[str, Lane]]) -> None:
        if queues:
            for listener in tuple(self._listeners):
                listener(queues)

    def _settle_now(self) -> None:
        self._soon = None
        self._go_on()

    def _add(self, change: Change) -> None:
        self._waiting.add(change)
        self._go_on()

    def _make_room(self) -> None:
        """The disk has refused for long: what is least urgent makes room, so that nobody waits."""
        gone = self._waiting.squeeze()
        self._lost += Counter(row.lane for row in gone)
        for row in gone:
            self._origins.pop(row.origin, None)
        log.warning("journal.squeezed", lost=len(gone), waiting=self._waiting.weight)

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
