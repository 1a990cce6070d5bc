"""Moves events up while the platform can be reached, until it answers for each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager, aclosing
from typing import NoReturn, TypeAlias

import structlog

from cloud_bridge.evidence import EvidenceLane, Outgoing
from cloud_bridge.handed import Ended, Handed, fitting
from cloud_bridge.journal import Journal
from cloud_bridge.journal_look import Stored
from cloud_bridge.sending import PATIENCE_S, WINDOW, Sending
from cloud_bridge.telemetry import Telemetry, TelemetryLane
from cloud_bridge.uplink import IssueWord, UnreadOffer, UnreadOrder, UnreadRevision, Uplink
from cloud_bridge.wire import (
    EvidenceReceipt,
    Receipt,
    Status,
    TelemetryReceipt,
    WireError,
    issue_changed,
    number_of,
)
from edge.driver import Now, Report
from edge.errors import LinkDown
from edge.model import DeliveryRefused, Lane

BATCH = 50
"""Events a message, when that many wait; an alarm that comes alone leaves alone, at once."""

MOST_BYTES = 128 * 1024
"""Of one message: what a slow mobile link carries in the seconds that an answer may take."""

STATUS_EVERY_S = 2.0
"""How old the platform's picture of a healthy gateway may be."""


Take: TypeAlias = Callable[[Report], Awaitable[None]]
"""The way into the pipeline."""

Obey: TypeAlias = Callable[[bytes, bool], Awaitable[None]]
"""Takes what it is told as it came, and whether it was retained; soon, for receipts wait."""

log = structlog.get_logger()


class Bridge:
    """Serves one uplink's sessions; the keeper opens them again and again.

    `key` is the key of the alarm with a number, empty when that is over or was never raised.
    `evidence` and `telemetry` are what goes up besides, when no event waits. What is under way is
    in `handed`, for a second way to take what this one does not deliver; see `Beside`.
    """

    def __init__(  # noqa: PLR0913 - the one place where these meet
        self,
        *,
        name: str,
        gateway: str,
        journal: Journal,
        take: Take,
        key: Callable[[int], str],
        obey: Obey,
        status: Callable[[], Awaitable[Status]],
        now: Now,
        configure: Obey | None = None,
        update: Obey | None = None,
        evidence: Outgoing | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._name = name
        self._gateway = gateway
        self._journal = journal
        self._progress = journal.progress
        self._take = take
        self._key = key
        self._obey = obey
        self._configure = configure
        self._update = update
        self._status = status
        self._now = now
        self._evidence = (
            EvidenceLane(name, evidence, self._idle, take, now) if evidence is not None else None
        )
        self._telemetry = (
            TelemetryLane(name, gateway, telemetry, self._clear, take, now)
            if telemetry is not None
            else None
        )
        self._lanes: dict[Lane, Sending] = {}
        self.handed = Handed()

    async def serve(
        self,
        session: AbstractAsyncContextManager[Uplink],
        opened: Callable[[], Awaitable[None]],
    ) -> None:
        """Send and listen until the session is lost; raises `LinkDown` or `OSError` then."""
        self._lanes = {lane: Sending() for lane in Lane}
        silence = self._journal.listen(self._grown)
        try:
            async with session as uplink, asyncio.TaskGroup() as tasks:
                await opened()
                self.handed.up()
                for lane in Lane:
                    tasks.create_task(self._send(uplink, lane), name=f"{self._name}.{lane}")
                tasks.create_task(self._hear(uplink), name=f"{self._name}.said")
                tasks.create_task(self._tell_status(uplink), name=f"{self._name}.status")
                if self._evidence is not None:
                    tasks.create_task(self._evidence.run(uplink), name=f"{self._name}.evidence")
                if self._telemetry is not None:
                    tasks.create_task(self._telemetry.run(uplink), name=f"{self._name}.telemetry")
        except* (LinkDown, OSError, TimeoutError) as lost:
            raise LinkDown(_first(lost)) from lost
        finally:
            silence()
            self.handed.down(asyncio.get_running_loop().time())

    async def _tell_status(self, uplink: Uplink) -> NoReturn:
        while True:
            await uplink.tell_status(await self._status())
            await asyncio.sleep(STATUS_EVERY_S)

    def _idle(self) -> bool:
        """Whether no event waits to be sent, or for its receipt."""
        return not any(self._journal.depths.get((self._name, lane), 0) for lane in Lane)

    def _clear(self) -> bool:
        """Whether every event is at least on its way."""
        return all(sending.clear for sending in self._lanes.values())

    def _grown(self, keys: Collection[tuple[str, Lane]]) -> None:
        own = {lane for uplink, lane in keys if uplink == self._name}
        for lane in filter(own.__contains__, Lane):  # the most urgent has its turn first
            self._lanes[lane].clear = False
            self._lanes[lane].wake.set()

    async def _send(self, uplink: Uplink, lane: Lane) -> NoReturn:
        sending = self._lanes[lane]
        loop = asyncio.get_running_loop()
        while True:
            sending.wake.clear()
            batch = await self._next(lane, sending, loop.time())
            if batch:
                self.handed.over(lane, batch, loop.time())
                numbers = [stored.number for stored in batch]
                sending.sent_at |= dict.fromkeys(numbers, loop.time())
                self._progress.sent(self._name, numbers, self._now())
                heard = await uplink.publish(lane, [stored.body for stored in batch])
                self._progress.taken(self._name, numbers, self._now())
                sending.unheard = False
                if heard == "unheard":
                    sending.give_back(numbers[0])
                    await sending.pause()
                continue
            sending.clear = not sending.wake.is_set() and len(sending.sent_at) < WINDOW
            oldest = min(sending.sent_at.values(), default=None)
            patience = None if oldest is None else max(0.0, oldest + PATIENCE_S - loop.time())
            try:
                async with asyncio.timeout(patience):
                    await sending.wake.wait()
            except TimeoutError:
                continue

    async def _next(self, lane: Lane, sending: Sending, now: float) -> list[Stored]:
        """Return what was not answered in time, else what has not been sent in this session."""
        late = [n for n, at in sending.sent_at.items() if at + PATIENCE_S <= now][:BATCH]
        if late:
            return fitting(await self._journal.these(late), MOST_BYTES)
        room = min(1 if sending.unheard else BATCH, WINDOW - len(sending.sent_at))
        if room <= 0:
            return []
        waiting = await self._journal.after(self._name, lane, sending.cursor, room)
        batch = fitting(waiting, MOST_BYTES)
        if batch:
            sending.cursor = batch[-1].number
        return batch

    async def _hear(self, uplink: Uplink) -> None:
        async with aclosing(uplink.said()) as everything:
            async for said in everything:
                match said:
                    case Receipt():
                        await self.settle(said)
                    case EvidenceReceipt() if self._evidence is not None:
                        self._evidence.heard(said)
                    case TelemetryReceipt() if self._telemetry is not None:
                        self._telemetry.heard(said)
                    case IssueWord():
                        await self._follow_issue(said)
                    case UnreadRevision() if self._configure is not None:
                        await self._configure(said.body, said.retained)
                        said.taken()
                    case UnreadOffer() if self._update is not None:
                        await self._update(said.body, said.retained)
                        said.taken()
                    case UnreadOrder():
                        await self._obey(said.body, said.retained)
                        said.taken()
        raise LinkDown("the platform closed the session")

    async def _follow_issue(self, said: IssueWord) -> None:
        """Let a word on an issue become an event; the platform is answered when that is kept."""
        try:
            event = issue_changed(said.update, self._gateway, self._key)
        except WireError as error:
            log.warning("issue.not_ours", uplink=self._name, reason=str(error))
            said.kept()  # it would be no better the next time
            return
        if not event.alarm:
            log.info("issue.of_no_alarm", uplink=self._name, issue=said.update.issue)
        await self._take(Report((event,), said.kept))

    async def settle(self, receipt: Receipt) -> None:
        """End the deliveries that the platform has answered for, over whichever way it did."""
        self._progress.answered(self._name)
        stored = [n for event in receipt.stored if (n := self._number(event))]
        refused = {n: r.reason for r in receipt.refused if (n := self._number(r.id))}
        ended = {number: self._ended(number) for number in (*stored, *refused)}
        if stored:
            self._progress.stored(self._name, stored, self._now())
            self._journal.settle(self._name, stored)
        # a copy of a refusal was told already, and so was what nobody waits for any more
        new = [(number, why) for number, why in refused.items() if ended[number] != "unknown"]
        if new:
            self._journal.refuse(self._name, new, self._now())
        for number, reason in new:
            if ended[number] == "event":  # news of a refusal that is refused would never end
                event = DeliveryRefused(
                    uplink=self._name, number=number, reason=reason, at=self._now()
                )
                await self._take(Report((event,)))

    def _ended(self, number: int) -> Ended:
        """Take a delivery out of its lane; what it was of."""
        now = asyncio.get_running_loop().time()
        any(sending.receipted(number, now) for sending in self._lanes.values())
        return self.handed.ended(number)

    def _number(self, event: str) -> int | None:
        """Return the journal number in an event's id; none for what is not ours."""
        try:
            return number_of(event, self._gateway)
        except WireError:
            return None


def _first(group: BaseExceptionGroup[BaseException]) -> str:
    """Return the reason of the first error in a group."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) or type(error).__name__
