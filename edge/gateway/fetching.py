"""Fetches what the platform offers, bit by bit, and lays it ready when it may be installed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, NoReturn

import structlog

from cloud_bridge.download import Coming
from cloud_bridge.offers import Last, Offers
from cloud_bridge.wire.offers import Offer
from edge.api.running import OfferStanding
from edge.driver import Now, Way
from edge.errors import LinkDown
from edge.gateway.offered import CLOSED, EXPIRED, TAKEN, TRYING, is_open
from edge.gateway.updates import Seen
from edge.keeper import Opened, keep_open
from edge.model import Text
from edge.rules.interlock import REMOTE_OFF
from edge.update.inbox import Inbox, is_the_same
from edge.update.refused import Refused

LOOK_S: Final = 10.0
"""How often one looks whether it may go on."""

PIECE: Final = 1024 * 1024
"""Bytes that are written at once: so much is fetched again after a power cut, so much is held."""

PACE: Final = 64 * 1024
"""Bytes a second: half of a slow mobile link, for alarms go over the same."""

LONGEST_DELAY_S: Final = 300.0
"""Between two tries of a line that breaks off."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is asked of the site and the box; `seen` and `check` block.

    `local` is the time at the site. `burns` says which alarm of life and limb is on, `trying`
    whether a configuration is on trial. `check` says by `Refused` why a file is no release for
    this box. `note` keeps that a release of an offer is installed, and by whom that was asked.
    """

    now: Now
    local: Callable[[], datetime]
    burns: Callable[[], Text | None]
    trying: Callable[[], bool]
    allowed: Callable[[], Literal["on", "off"]]
    seen: Callable[[str | None, str], Seen]
    check: Callable[[Path, Offer], None]
    note: Callable[[str, int, str], Awaitable[None]]
    download: Callable[[str, int], AbstractAsyncContextManager[Coming]]


class Fetching:
    """Follows one offer after the other to its end; what it has done survives a start."""

    def __init__(self, offers: Offers, inbox: Inbox, world: World) -> None:
        self._offers = offers
        self._inbox = inbox
        self._world = world
        self._followed = 0
        self._had = 0
        self._inherited = 0
        self._trouble = ""

    async def run(self) -> NoReturn:
        """Follow them as long as the gateway runs; what breaks off is tried again."""
        await keep_open("updates", self._follow, self._changed, LONGEST_DELAY_S)

    async def _follow(self, opened: Opened) -> NoReturn:
        """Take step after step; `LinkDown` or `OSError` where one cannot be taken now."""
        await opened()
        if not self._offers.last.open:
            with suppress(OSError):  # the next one removes what none needs
                await asyncio.to_thread(self._inbox.keep_only, None)
        while True:
            last = self._offers.last
            if not last.open or last.number != self._followed:
                last = await self._offers.came()
                self._followed = last.number
                self._inherited = await asyncio.to_thread(self._inbox.had, last.number)
            if last.offer is None:
                continue
            try:
                await self._step(last, last.offer)
            except Refused as why:
                await self._end(last, why.words)

    async def _changed(self, way: Way, reason: str) -> None:
        """What it is told of is shown until all is here."""
        if way == "down":
            log.warning("offer.not_fetched", why=reason)
            self._trouble = reason

    def standing(self) -> OfferStanding | None:
        """How the last offer stands; none before the first."""
        last = self._offers.last
        if last.offer is None:
            return None
        window = last.offer.window
        trouble = self._trouble if last.standing == "accepted" else ""
        return OfferStanding(
            offer=last.number,
            release=last.offer.version,
            state=last.standing,
            had=self._had if last.standing == "accepted" else last.offer.size,
            size=last.offer.size,
            reason=last.reasons[0] if last.reasons else Text(trouble, trouble),
            window=(window.begins, window.ends) if window else None,
            expires=last.offer.expires_at,
        )

    async def _step(self, last: Last, offer: Offer) -> None:
        """Do what comes next, or wait a little."""
        # first the file, then the record: whoever installs it notes how that went before it goes
        where = await asyncio.to_thread(self._inbox.where, last.number)
        seen = await asyncio.to_thread(self._world.seen, last.mark, offer.version)
        if seen.result is not None:
            kept = seen.result.outcome == "kept"
            await asyncio.to_thread(self._inbox.keep_only, None)
            await self._offers.tell(last, "installed" if kept else "failed", seen.result.reason)
        elif seen.trial:
            await asyncio.sleep(LOOK_S)
        elif offer.expires_at <= self._world.now():
            await self._end(last, EXPIRED)
        elif (doubt := self._offers.doubt(last)) is not None:
            await self._end(last, doubt)
        elif last.standing == "accepted":
            await self._fetch(last, offer)
        elif not where and last.standing == "installing":
            await self._end(last, TAKEN)
        elif not where:
            await self._offers.tell(last, "accepted")
        elif (why := self._hindrance(offer)) is not None:
            await self._hold(last, why, ready=where == "ready")
        else:
            await self._lay_ready(last, seen.mark, ready=where == "ready")

    def _hindrance(self, offer: Offer) -> Text | None:
        """Why it may not be installed now."""
        world = self._world
        if not is_open(offer.window, world.local()):
            return CLOSED
        if (burns := world.burns()) is not None:
            return burns
        if world.trying():
            return TRYING
        return REMOTE_OFF.words if world.allowed() == "off" else None

    async def _hold(self, last: Last, why: Text, *, ready: bool) -> None:
        """Have nobody install it now; what is usual by day is no news."""
        if ready:
            await asyncio.to_thread(self._inbox.take_back, last.number)
        known = last.standing == "waiting" and last.reasons == (why,)
        usual = why == CLOSED and last.standing != "installing"
        if known or usual:
            await asyncio.sleep(LOOK_S)
        else:
            await self._offers.tell(last, "waiting", why)

    async def _lay_ready(self, last: Last, mark: str, *, ready: bool) -> None:
        """Have it installed; that is told before, for the gateway is ended soon afterwards."""
        if last.standing != "installing" and last.offer is not None:
            await self._world.note(last.offer.version, last.number, last.by)
            await self._offers.tell(last, "installing", mark=mark)
        if not ready:
            await asyncio.to_thread(self._inbox.lay_ready, last.number)
        await asyncio.sleep(LOOK_S)

    async def _end(self, last: Last, why: Text) -> None:
        """Give it up, and leave nothing of it."""
        await asyncio.to_thread(self._inbox.keep_only, None)
        await self._offers.tell(last, "refused", why)

    async def _fetch(self, last: Last, offer: Offer) -> None:
        """Fetch what is missing; return when it is there, or somebody else's turn."""
        number = last.number
        await asyncio.to_thread(self._inbox.keep_only, number)
        self._had = await asyncio.to_thread(self._inbox.had, number)
        if self._had < offer.size:
            await asyncio.to_thread(self._inbox.room, offer.size - self._had)
            await self._some(last, offer)
            if not self._mine(last, offer):
                return
        self._trouble = ""
        if not await asyncio.to_thread(is_the_same, self._inbox.part(number), offer.sha256):
            if self._inherited:  # what a power cut has left may be anything
                self._inherited = 0
                await asyncio.to_thread(self._inbox.drop, number)
                return
            raise Refused("与说好的哈希不符", "its hash is not the one that was offered")
        await asyncio.to_thread(self._world.check, self._inbox.part(number), offer)
        await self._offers.tell(last, "fetched")

    def _mine(self, last: Last, offer: Offer) -> bool:
        """Whether this offer is still to be fetched."""
        return (
            self._offers.last.number == last.number
            and self._offers.doubt(last) is None
            and offer.expires_at > self._world.now()
        )

    async def _some(self, last: Last, offer: Offer) -> None:
        """Fetch until all is there, or the line breaks off: what came until then is kept."""
        held = bytearray()
        async with self._world.download(offer.url, self._had) as coming, aclosing(coming.parts):
            if coming.size is not None and coming.size != offer.size:
                raise Refused(
                    f"服务器上有 {coming.size} 字节，说好的是 {offer.size}",
                    f"the server has {coming.size} bytes, {offer.size} were offered",
                )
            if coming.begins == 0 and self._had:
                await asyncio.to_thread(self._inbox.drop, last.number)
                self._had = 0
            if coming.begins != self._had:
                raise LinkDown("the server gives another part than it was asked for")
            try:
                async for part in coming.parts:
                    held += part
                    if self._had + len(held) > offer.size:
                        raise Refused("比说好的大", "it is larger than it was offered")
                    if len(held) >= PIECE:
                        await self._write(last, held)
                    await self._pause(len(part))
                    if not self._mine(last, offer):
                        return
            finally:
                await self._write(last, held)
        if self._had < offer.size:
            raise LinkDown("the server gave less than there is")

    async def _write(self, last: Last, held: bytearray) -> None:
        if held:
            body = bytes(held)
            held.clear()
            await asyncio.to_thread(self._inbox.extend, last.number, body)
            self._had += len(body)

    async def _pause(self, taken: int) -> None:
        """Leave the line to the others; while it burns all of it."""
        await asyncio.sleep(taken / PACE)
        while self._world.burns() is not None:  # noqa: ASYNC110 - nobody is told when it ends
            await asyncio.sleep(LOOK_S)
