"""How the gateway itself is: gathered, told to whoever asks, and watched."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final, NoReturn, TypeAlias

import apsw
import msgspec
from msgspec.structs import replace

from cloud_bridge.journal import Journal
from cloud_bridge.status import status_of
from cloud_bridge.wire import CertificateStatus, Machine, Status
from cloud_bridge.wire.status import UpdateStatus
from cloud_bridge.wire.words import cut
from edge.access.audit_marks import marks_of
from edge.api.running import OfferStanding, Standing
from edge.clock import synchronised
from edge.config import Configuration
from edge.driver import Now, Report
from edge.gateway.alone import Alone, UplinkSeen, Watch
from edge.gateway.expiry import Expiry
from edge.gateway.machine import look_at
from edge.gateway.standing import standing_of
from edge.gateway.uplinks import Uplinks
from edge.model import AuditMarked, Event
from edge.state import State

STATE: Final = "care"
"""The journal's key of what was told."""

CLOCK_EVERY_S: Final = 10.0
"""How often the kernel is asked whether something disciplines the wall clock."""

LOOK_EVERY_S: Final = 30.0
"""How old what is known of the box, and of how it gets on alone, may be."""

MARK_EVERY_S: Final = 3600.0
"""How often the platform is told how far the audit log has come, where it has."""

Take: TypeAlias = Callable[[Report], Awaitable[None]]


class Told(msgspec.Struct, frozen=True):
    """What was told, kept so that a start tells nothing again; `marked` is a line's number."""

    alone: Alone = Alone()
    marked: int = 0
    expiry: Expiry = Expiry()


class Care:
    """Looks at the gateway as somebody would who is far away and has many of them.

    `running` says which configuration runs, by the hash of its files; it may block. `revision`
    is the last that the platform sent.
    """

    def __init__(  # noqa: PLR0913 - what is looked at comes from this many places
        self,
        configuration: Configuration,
        journal: Journal,
        state: State,
        *,
        version: str,
        running: Callable[[], str],
        revision: Callable[[], int],
        now: Now,
    ) -> None:
        self._configuration = configuration
        self._journal = journal
        self._state = state
        self._version = version
        self._running = running
        self._revision = revision
        self._now = now
        self._started_at = now()
        self._began: float | None = None
        self._machine: Machine | None = None
        self._told = _recalled(journal.states.get(STATE))
        self._watch = Watch(self._told.alone)
        self._marked_at: float | None = None
        self.trusted = synchronised()

    def serve(self, configuration: Configuration) -> None:
        """Look at this site from now on."""
        self._configuration = configuration

    async def watch_clock(self) -> NoReturn:
        """Know whether the clock can be trusted."""
        while True:
            self.trusted = await asyncio.to_thread(synchronised)
            await asyncio.sleep(CLOCK_EVERY_S)

    async def watch(self, uplinks: Uplinks, take: Take) -> NoReturn:
        """Look at everything now and then, and tell what somebody has to know."""
        loop = asyncio.get_running_loop()
        self._began = before = loop.time()
        while True:
            with suppress(OSError, apsw.Error):  # told by who writes to that disk
                self._machine = await asyncio.to_thread(
                    look_at, self._configuration, self._now(), self._running
                )
                standing = await self.standing(uplinks)
                passed, before = timedelta(seconds=loop.time() - before), loop.time()
                events: list[Event] = [
                    *self._watch.look(self._seen(standing), standing.buffer, passed, self._now()),
                    *await self._marks(loop.time()),
                ]
                expiry, ending = self._told.expiry.look(self._brought(), self._now())
                events += ending
                await self._tell(events, take, expiry)
            await asyncio.sleep(LOOK_EVERY_S)

    async def standing(self, uplinks: Uplinks) -> Standing:
        """How everything stands now."""
        return await standing_of(
            self._configuration,
            self._journal,
            self._state,
            uplinks,
            clock="trusted" if self.trusted else "untrusted",
        )

    async def status(self, uplinks: Uplinks, open_alarms: int) -> Status:
        """What the platform is told, with the box as it was at the last look."""
        now, site = asyncio.get_running_loop().time(), self._configuration
        return status_of(
            site.site,
            self._state,
            self._journal,
            uplinks.standing,
            version=self._version,
            open_alarms=open_alarms,
            trusted_clock=self.trusted,
            started_at=self._started_at,
            uptime=0.0 if self._began is None else now - self._began,
            at=self._now(),
            oldest=await self._journal.oldest(),
            machine=self._machine
            and replace(self._machine, revision=self._revision(), update=_offered(uplinks.offered)),
            evidence=site.vision.evidence.keep,
        )

    def _brought(self) -> list[CertificateStatus]:
        """Return the certificates that somebody has to renew: the page renews its own."""
        held = self._machine.certificates if self._machine else ()
        own = self._configuration.page.tls is None
        return [each for each in held if not (own and each.use == "page")]

    def _seen(self, standing: Standing) -> dict[str, UplinkSeen]:
        sections = {each.id: each for each in self._configuration.uplinks}
        return {
            each.id: UplinkSeen(
                up=each.up,
                reason=each.reason,
                waiting=sum(each.waiting.values()),
                answers=self._journal.progress.answers(each.id),
                offline_after=sections[each.id].offline_after,
                low_buffer=sections[each.id].low_buffer,
            )
            for each in standing.uplinks
            if each.id in sections
        }

    async def _marks(self, time: float) -> tuple[AuditMarked, ...]:
        """Return the last line of the audit log once an hour, when it is another one."""
        if self._marked_at is not None and time - self._marked_at < MARK_EVERY_S:
            return ()
        try:
            head = (await asyncio.to_thread(marks_of, self._configuration.store)).head
        except OSError:
            return ()  # it is asked again at the next look
        self._marked_at = time
        if head is None or head.number == self._told.marked:
            return ()
        return (AuditMarked(number=head.number, hash=head.hash, at=self._now()),)

    async def _tell(self, events: list[Event], take: Take, expiry: Expiry) -> None:
        """Keep what was told with the events themselves, so that both are on disk or neither."""
        marked = next((e.number for e in events if isinstance(e, AuditMarked)), self._told.marked)
        told = Told(self._watch.alone, marked, expiry)
        if told != self._told:
            self._told = told
            await take(Report(tuple(events), states={STATE: msgspec.json.encode(told)}))


def _offered(offer: OfferStanding | None) -> UpdateStatus | None:
    if offer is None:
        return None
    return UpdateStatus(
        offer=offer.offer,
        release=offer.release,
        state=offer.state,
        had=offer.had,
        size=offer.size,
        reason=cut(offer.reason.en),
    )


def _recalled(body: bytes | None) -> Told:
    """Take up what was kept; that of a version with another shape is begun anew."""
    if body is not None:
        with suppress(msgspec.MsgspecError, UnicodeDecodeError):
            return msgspec.json.decode(body, type=Told)
    return Told()
