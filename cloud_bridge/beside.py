"""Takes a second way to the platform with what the first does not deliver in time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import Final, Literal, NoReturn, Protocol, TypeAlias

from cloud_bridge.bridge import BATCH, Bridge
from cloud_bridge.handed import fitting
from cloud_bridge.journal import Journal
from cloud_bridge.journal_look import Stored
from cloud_bridge.wire import Receipt
from edge.delays import LONGEST_DELAY_S
from edge.driver import Now, Way
from edge.errors import LinkDown
from edge.keeper import Opened, Serve, keep_open
from edge.model import Lane

MOST_BYTES: Final = 32 * 1024
"""Of one question: at 64 kbit/s on its way in half of the time in which it has to be answered."""

LONGEST_S: Final = dict.fromkeys(Lane, LONGEST_DELAY_S) | {Lane.LIFE_SAFETY: 5.0}
"""Between two tries of a lane, in seconds."""

LONGEST_LATER_S: Final = dict.fromkeys(Lane, 300.0) | {Lane.LIFE_SAFETY: 10.0}
"""How long a platform may ask to be left alone."""

LOOK_EVERY_S: Final = 300.0
"""How often is looked whether the way is there when nobody needs it: 1 MB a day."""

IN_USE_S: Final = 10.0
"""After an event has gone over it the way is said to be in use for so long."""

ALONE: Final = 5
"""Times that an event is tried alone, in some ten seconds, before it lets others overtake it."""

MOST_ASIDE: Final = 500
"""Events of a lane that were not taken alone and let others pass."""

Blame: TypeAlias = Literal["way", "batch"]
"""What may be at fault when no receipt comes: the platform or the line, or what was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoReceipt:
    """A question that was not answered as it should be; the platform is left alone for `later_s`.

    Nothing follows from it for the events: they wait in the journal.
    """

    reason: str
    blame: Blame = "way"
    later_s: float = 0.0


class Line(Protocol):
    """One connection to the platform, opened when it is needed; one question at a time."""

    async def send(self, bodies: Sequence[bytes]) -> Receipt | NoReceipt:
        """Hand over events, or none to see who is there; return within seconds."""
        ...

    def hang_up(self) -> None:
        """Nobody will ask for a while."""
        ...


Told: TypeAlias = Callable[[Way, str], Awaitable[None]]
"""Told once that the way is up, once that it is down, with the reason."""


@dataclass(slots=True)
class _Sending:
    """How far one lane has come on this way; `cursor`: since the first is gone."""

    cursor: int = 0
    limit: int = BATCH
    alone: int = 0
    aside: dict[int, None] = field(default_factory=dict)
    not_before: float = 0.0
    tried: bool = False


class Beside:
    """The second way of one uplink, beside its bridge; each lane on a line of its own.

    An event goes over it when the first way is gone, or has had it for too long (see `Handed`).
    Whichever way the receipt comes, it ends the delivery. A lane that fails keeps its events and
    is tried again by the keeper; the others do not notice. What is not taken in a batch is tried
    one by one, and what is not taken alone lets others pass.
    """

    def __init__(  # noqa: PLR0913 - the one place where these meet
        self,
        *,
        name: str,
        journal: Journal,
        bridge: Bridge,
        line: Callable[[], Line],
        report: Told,
        now: Now,
    ) -> None:
        self._name = name
        self._journal = journal
        self._bridge = bridge
        self._handed = bridge.handed
        self._line = line
        self._report = report
        self._now = now
        self._lanes = {lane: _Sending() for lane in Lane}
        self._looking = _Sending()
        self._troubles: dict[str, str] = {}
        self._way: Way | None = None
        self._used_at = -inf

    @property
    def used(self) -> bool:
        """Whether events go this way now."""
        return asyncio.get_running_loop().time() - self._used_at < IN_USE_S

    async def run(self) -> None:
        """Keep every lane going until cancelled."""
        self._handed.begin(asyncio.get_running_loop().time())
        silence = self._journal.listen(self._grown)
        try:
            async with asyncio.TaskGroup() as tasks:
                self._keep(tasks, "", self._look, LONGEST_DELAY_S)
                for lane in Lane:
                    serve = partial(self._serve, lane, self._lanes[lane])
                    self._keep(tasks, lane.value, serve, LONGEST_S[lane])
        finally:
            silence()

    def _keep(
        self,
        tasks: asyncio.TaskGroup,
        which: str,
        serve: Serve,
        longest: float,
    ) -> None:
        name = f"{self._name}.beside.{which}" if which else f"{self._name}.beside"
        kept = keep_open(name, serve, partial(self._told, which), longest)
        tasks.create_task(kept, name=name)

    async def _told(self, which: str, way: Way, reason: str) -> None:
        """Tell how the whole way is: up as long as nothing that was tried on it fails."""
        if way == "down":
            self._troubles[which] = f"{which}: {reason}" if which else reason
        elif self._way is None and which:
            return  # nothing has been tried yet
        else:
            self._troubles.pop(which, None)
            self._troubles.pop("", None)  # whoever has a receipt need not look who is there
        trouble = next(iter(self._troubles.values()), "")
        whole: Way = "down" if trouble else "up"
        if whole != self._way:
            self._way = whole
            await self._report(whole, trouble or "connected")

    def _grown(self, keys: Collection[tuple[str, Lane]]) -> None:
        now = asyncio.get_running_loop().time()
        for uplink, lane in keys:
            if uplink == self._name and self._handed.gone(lane, now):
                self._handed.moved[lane].set()

    async def _look(self, opened: Opened) -> NoReturn:
        """See now and then who is there: a way that is never tried fails on the day of the fire."""
        line = self._line()
        try:
            await self._until(self._looking.not_before)
            while True:
                answer = await line.send([])
                if isinstance(answer, NoReceipt):
                    raise self._failed(self._looking, answer, LONGEST_LATER_S[Lane.INFO])
                await opened()
                line.hang_up()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            line.hang_up()

    async def _serve(self, lane: Lane, own: _Sending, opened: Opened) -> NoReturn:
        """Send what is due until something fails; `LinkDown` then."""
        line = self._line()
        if not own.tried:
            await opened()  # nothing is known against it
        try:
            await self._until(own.not_before)
            while True:
                moved = self._handed.moved[lane]
                moved.clear()
                batch = await self._due(lane, own)
                if batch:
                    await self._send(line, lane, own, batch)
                    await opened()
                    continue
                line.hang_up()
                await self._wait(lane, moved)
        finally:
            line.hang_up()

    async def _send(self, line: Line, lane: Lane, own: _Sending, batch: Sequence[Stored]) -> None:
        """Hand over a batch and let the receipt end what it names; `LinkDown` for what is left."""
        loop = asyncio.get_running_loop()
        own.tried = True
        numbers = [stored.number for stored in batch]
        self._handed.over(lane, batch, loop.time())
        self._journal.progress.also_sent(self._name, numbers, self._now())
        answer = await line.send([stored.body for stored in batch])
        if isinstance(answer, NoReceipt):
            if answer.blame == "batch":
                _doubt(own, numbers)
            raise self._failed(own, answer, LONGEST_LATER_S[lane])
        self._used_at = loop.time()
        await self._bridge.settle(answer)
        left = [number for number in numbers if self._handed.waits(lane, number)]
        for number in left[: MOST_ASIDE - len(own.aside)]:
            own.aside[number] = None
        own.cursor, own.alone = max(own.cursor, numbers[-1]), 0
        if left:
            raise LinkDown(f"the receipt does not name {len(left)} of {len(batch)} events")
        own.limit = min(BATCH, own.limit * 2)

    def _failed(self, own: _Sending, answer: NoReceipt, longest: float) -> LinkDown:
        pause = min(answer.later_s, longest)
        own.not_before = asyncio.get_running_loop().time() + pause
        return LinkDown(answer.reason)

    async def _due(self, lane: Lane, own: _Sending) -> list[Stored]:
        """Return what goes now, the oldest first; what let others pass when nothing else waits."""
        now = asyncio.get_running_loop().time()
        own.aside = {n: None for n in own.aside if self._handed.waits(lane, n)}
        if self._handed.gone(lane, now):
            room = own.limit + len(own.aside)
            waiting = await self._journal.after(self._name, lane, own.cursor, room)
            fresh = [stored for stored in waiting if stored.number not in own.aside]
        else:
            own.cursor = 0
            late = [n for n in self._handed.late(lane, now) if n not in own.aside]
            fresh = await self._journal.these(late[: own.limit]) if late else []
        if not fresh and own.aside:
            fresh = await self._journal.these([*own.aside][: own.limit])
        return fitting(fresh[: own.limit], MOST_BYTES)

    async def _wait(self, lane: Lane, moved: asyncio.Event) -> None:
        """Return when something may be due: soon, or because something has changed."""
        loop = asyncio.get_running_loop()
        at = self._handed.due_at(lane)
        try:
            async with asyncio.timeout_at(at if loop.time() < at < inf else None):
                await moved.wait()
        except TimeoutError:
            return

    async def _until(self, at: float) -> None:
        await asyncio.sleep(max(0.0, at - asyncio.get_running_loop().time()))


def _doubt(own: _Sending, numbers: Sequence[int]) -> None:
    """Try one alone the next time; what has failed alone for some times lets others pass."""
    own.limit = 1
    own.alone = own.alone + 1 if len(numbers) == 1 else 0
    if own.alone >= ALONE and len(own.aside) < MOST_ASIDE:
        own.alone = 0
        own.aside[numbers[0]] = None
        own.cursor = max(own.cursor, numbers[0])
