"""How reports come into the pipeline: at once where it waits for one, else by its inbox."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from datetime import datetime
from typing import Final, NoReturn

from edge.clock import Clock
from edge.driver import Report
from edge.inbox import Inbox
from edge.model import Event
from edge.swap import Swap

INBOX: Final = 64
"""Reports that may wait; when it is full, drivers wait, and with them the devices. Few, so that
a flood waits at its own link: 12 ms for a frame of twenty new components make this a second."""

GIVES_WAY_S: Final = 0.001
"""Of work on what tells nothing, until others have their turn; after an event they have it."""


class Intake(ABC):
    """One report after the other, and what the time alone brings about in between.

    Nothing of it waits while a report is half-way, but for room in the journal at its end.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._inbox: Inbox[Report | Swap] = Inbox(INBOX, clock.now)
        self._waits_for_room = False

    async def take(self, report: Report) -> None:
        """Take a report in, or let it wait behind others; returns when there is room for more.

        With nothing before it, it need not wait for a turn of a busy loop: an alarm would.
        """
        if not self._inbox.idle or self._waits_for_room or self._clock.was_set:
            await self._inbox.put(report)
        elif not self._passes(report):
            await self._take_at_once(report)

    async def tell(self, event: Event) -> None:
        """Put an event of the gateway's own into the inbox."""
        await self._inbox.put(Report((event,)))

    async def drain(self) -> None:
        """Process what is in the inbox, once, when the gateway ends."""
        while (report := self._inbox.take()) is not None:
            await self._take_in(report)

    @abstractmethod
    def _passes(self, report: Report) -> bool:
        """Take a report in, if it changes nothing but what is read."""

    @abstractmethod
    async def _take_in(self, report: Report | Swap | None) -> None:
        """Process a report, or only keep what the time has brought about."""

    @abstractmethod
    def _wake(self) -> None:
        """Follow what the time alone brings about."""

    @abstractmethod
    def _wake_at(self) -> datetime | None:
        """When the time alone will bring something about."""

    @abstractmethod
    def _follow_clock(self) -> None:
        """Move everything that waits when the wall clock was set."""

    @property
    @abstractmethod
    def _count(self) -> int:
        """Events so far."""

    async def _take_all(self) -> NoReturn:
        """Process what comes until cancelled."""
        time = asyncio.get_running_loop().time
        began, count = time(), self._count
        while True:
            report = self._inbox.take()
            if report is None:
                report = await self._inbox.next(self._wake_at())
                began = time()
            self._follow_clock()
            self._wake()
            await self._take_in(report)
            if self._count != count or time() - began > GIVES_WAY_S:
                await asyncio.sleep(0)  # nothing above need wait
                began, count = time(), self._count

    async def _take_at_once(self, report: Report) -> None:
        """Process a report while nothing else is, and give way as after any other."""
        self._waits_for_room = True
        try:
            self._wake()
            await self._take_in(report)
        except Exception as fault:
            self._inbox.fail(fault)  # with a report lost half-way nothing may go on
            raise
        finally:
            self._waits_for_room = False
        self._inbox.ring_by(self._wake_at())
        await asyncio.sleep(0)
