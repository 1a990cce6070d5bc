"""Sends readings in a lane of their own: in batches, behind all events, until they are stored."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, takewhile
from math import inf
from typing import Final, NoReturn, TypeAlias

import structlog

from cloud_bridge.sieve import Reported, Sieve
from cloud_bridge.telemetry_window import Outgoing, Window
from cloud_bridge.uplink import Uplink
from cloud_bridge.wire import (
    TelemetryReceipt,
    compress,
    encode_telemetry,
)
from edge.driver import Now, Report
from edge.history.tail import Batch, Tail
from edge.model import Readings, RecordsDropped, count_of

MOST_READINGS: Final = 2500
"""Of a batch, some 8 KiB when compressed: an alarm waits for it less than a tenth of a second at
1 Mbit/s."""

MOST_BYTES: Final = 40 * 1024
"""Of a batch before it is compressed; noise in all digits is half of that afterwards, and gone at
64 kbit/s before the session takes the broker for dead."""

SMALL: Final = 24 * 1024
"""Bytes that are compressed sooner than another thread is woken, and Python's lock had back."""

LISTEN_S: Final = 0.05
"""How often is looked whether events still wait to be sent."""

STARVED_S: Final = 30.0
"""After this long one batch goes all the same: events that never end must not stop readings."""

UNHEARD_S: Final = 10.0
"""Pause before sending again what the broker took while no platform was subscribed."""

TOLD_EVERY_S: Final = 600.0
"""From one word on readings that were given up to the next."""

Take: TypeAlias = Callable[[Report], Awaitable[None]]
"""The way into the pipeline."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """What one uplink sends besides events: the history's tail, as each point is `reported`.

    Readings wait for `linger` at most for others to go with. `life` is what no other life of this
    gateway has: batches are named by it and a number, so that a name never comes twice. `dropped`
    says how many readings the history has given up unsent, since the gateway began.
    """

    tail: Tail
    dropped: Callable[[], int]
    reported: Reported
    linger: timedelta
    site: str
    life: str


class TelemetryLane:
    """Readings of one uplink, one batch at a time on the wire, a few waiting for receipts.

    `clear` says whether every event is at least on its way. What a session leaves unanswered is
    sent again in the next; what the gateway leaves when it ends comes again out of the history.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a lane needs comes from this many places
        self,
        name: str,
        gateway: str,
        telemetry: Telemetry,
        clear: Callable[[], bool],
        take: Take,
        now: Now,
    ) -> None:
        self._name = name
        self._gateway = gateway
        self._telemetry = telemetry
        self._tail = telemetry.tail
        self._clear = clear
        self._take = take
        self._now = now
        self._sieve = Sieve(telemetry.reported)
        self._window = Window()
        self._grown = asyncio.Event()
        self._room = asyncio.Event()
        self._fetched: deque[Batch] = deque()
        self._offset = 0
        self._cursor = 0
        self._named = 0
        self._refused = 0
        self._reason = ""
        self._dropped = telemetry.dropped()
        self._told_at: float | None = None

    async def run(self, uplink: Uplink) -> NoReturn:
        """Send until the session is lost; `LinkDown` then."""
        self._window.lost_session()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._make(), name=f"{self._name}.readings")
            await self._send(uplink)

    def heard(self, receipt: TelemetryReceipt) -> None:
        """The platform has batches, or will never take them."""
        now = asyncio.get_running_loop().time()
        refused, _ = self._over([each.id for each in receipt.refused], now)
        if refused:
            self._refused += refused
            self._reason = receipt.refused[0].reason
        self._over(receipt.stored, now)

    def _over(self, ids: Sequence[str], now: float) -> tuple[int, int]:
        count, done = self._window.receipted(ids, now)
        if done:
            self._tail.done(done)
        self._grown.set()
        self._room.set()
        return count, done

    async def _make(self) -> NoReturn:
        """Keep the window filled with what the history has."""
        while True:
            self._room.clear()
            if self._window.full:
                await self._room.wait()
                continue
            if not self._fetched:
                self._fetched.extend(await self._fetch())
                self._cursor = self._fetched[-1].number if self._fetched else self._cursor
            self._pack()
            await asyncio.sleep(0)  # a batch takes some milliseconds: an alarm goes in between
            await self._compress()

    async def _fetch(self) -> Sequence[Batch]:
        """Return what comes next; a little waits for more, unless it has waited already."""
        batches = await self._tail.after(self._cursor, MOST_READINGS)
        wait = _wait(batches, self._telemetry.linger, self._now())
        if wait > timedelta():
            await asyncio.sleep(wait.total_seconds())
            batches = await self._tail.after(self._cursor, MOST_READINGS)
        return batches

    def _pack(self) -> None:
        """Put the next readings that were fetched into the window; nothing may wait in here."""
        taken: list[Readings] = []
        count = upto = 0
        while self._fetched and count < MOST_READINGS:
            batch = self._fetched[0]
            left = batch.told[self._offset :]
            if count + batch.count > MOST_READINGS:
                left = _as_many(left, MOST_READINGS - count)
            taken += left
            count += count_of(left)
            self._offset += len(left)
            if self._offset < len(batch.told):
                break
            upto, self._offset = batch.number, 0
            self._fetched.popleft()
        told = self._sieve.passing(taken, self._now())
        done = self._window.add(self._divided(told), upto)
        if done:
            self._tail.done(done)

    async def _compress(self) -> None:
        """Make ready what is in the window, while what was ready before is on the wire."""
        while batch := self._window.plain:
            body = batch.body
            small = len(body) <= SMALL
            batch.body = compress(body) if small else await asyncio.to_thread(compress, body)
            batch.compressed = True
            self._grown.set()

    def _divided(self, told: Sequence[Readings]) -> Iterator[Outgoing]:
        """Yield what was read as batches, none of them too large."""
        if not told:
            return
        count = count_of(told)
        if count <= MOST_READINGS or len(told) == 1:
            name = f"{self._telemetry.life}-{self._named}"
            body = encode_telemetry(name, self._telemetry.site, self._gateway, told)
            if len(body) <= MOST_BYTES or len(told) == 1:
                self._named += 1
                yield Outgoing(id=name, body=body, count=count)
                return
        half = len(told) // 2
        yield from self._divided(told[:half])
        yield from self._divided(told[half:])

    async def _send(self, uplink: Uplink) -> NoReturn:
        loop = asyncio.get_running_loop()
        while True:
            self._grown.clear()
            await self._tell_given_up(loop.time())
            batch = self._window.next(loop.time())
            if batch is None or not batch.compressed:
                again_at = self._window.again_at
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(again_at if again_at < inf else None):
                        await self._grown.wait()
                continue
            await self._wait_for_events()
            if batch.over:  # its receipt came late
                continue
            self._window.sent(batch, loop.time())
            if await uplink.send_telemetry(batch.body) == "unheard":
                self._window.unheard(batch)
                await asyncio.sleep(UNHEARD_S)

    async def _wait_for_events(self) -> None:
        """Events go first, but not for ever."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STARVED_S):
                while not self._clear():  # noqa: ASYNC110 - lanes empty one by one, without a word
                    await asyncio.sleep(LISTEN_S)

    async def _tell_given_up(self, now: float) -> None:
        """Say how many readings the platform will never have, and why; not too often."""
        if self._told_at is not None and now < self._told_at + TOLD_EVERY_S:
            return
        dropped = self._telemetry.dropped()
        given_up = [
            (self._refused, f"refused by {self._name}: {self._reason}"),
            (dropped - self._dropped, f"not sent to {self._name} before the disk's share was full"),
        ]
        self._refused, self._dropped = 0, dropped
        for count, reason in given_up:
            if count > 0:
                self._told_at = now
                event = RecordsDropped(
                    what="readings", count=count, reason=reason[:200], at=self._now()
                )
                await self._take(Report((event,)))


def _wait(batches: Sequence[Batch], linger: timedelta, now: datetime) -> timedelta:
    """Return for how long so few readings may wait for others."""
    first = next((batch.told[0] for batch in batches if batch.told), None)
    if first is None or sum(batch.count for batch in batches) >= MOST_READINGS:
        return timedelta()
    return linger - max(timedelta(), min(linger, now - first.at))


def _as_many(told: Sequence[Readings], room: int) -> Sequence[Readings]:
    """Return the first of these for which there is room, one at least; a block is not divided."""
    through = takewhile(lambda count: count <= room, accumulate(count_of((each,)) for each in told))
    return told[: max(1, sum(1 for _ in through))]
