"""Releases that the platform offers: believed or refused, never older than what came, all told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final, Literal, get_args

import msgspec
import structlog

from cloud_bridge.belief import Belief, Kind, Refused, digest_of
from cloud_bridge.orders import How, PlatformKey
from cloud_bridge.ration import Ration
from cloud_bridge.wire.limits import MAX_NUMBER
from cloud_bridge.wire.offers import Offer, read_offer
from cloud_bridge.wire.orders import open_envelope
from edge.driver import Now, Report
from edge.instants import reckonable
from edge.model import OfferPhase, OfferState, ReleaseOffered, Text
from edge.rules.interlock import NOT_GRANTED

STATE: Final = "update.offer"
"""The journal's key of the last offer that came."""

LONGEST_LIFE: Final = timedelta(days=30)
"""A thin line takes days, and a window comes once a night."""

TOLD_A_MINUTE: Final = 10
"""Refusals that become events; of more only the log tells."""

OPEN: Final = frozenset({"accepted", "fetched", "waiting", "installing"})

log = structlog.get_logger()


class Last(msgspec.Struct, frozen=True, kw_only=True):
    """The last offer that came, by whom, where it stands and why.

    `mark` is the identity of the update before it was laid ready to be installed; none until then.
    """

    number: int = 0
    digest: str = ""
    by: str = ""
    standing: OfferPhase = "refused"
    offer: Offer | None = None
    reasons: tuple[Text, ...] = ()
    mark: str | None = None

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.offer is not None and self.standing in OPEN


_KIND: Final = Kind(
    name="offer",
    opened=open_envelope,
    read=read_offer,
    granted=lambda grant: grant.updates,
    longest=LONGEST_LIFE,
)


class Offers:
    """Takes raw messages; an offer is on disk before it is fetched, and none below it ever is.

    `fits` says why the gateway could not take one, whoever has signed it.
    """

    def __init__(  # noqa: PLR0913 - the one place where these meet
        self,
        address: tuple[str, str],
        keys: Mapping[str, PlatformKey],
        *,
        fits: Callable[[Offer], Text | None],
        allowed: Callable[[], Literal["on", "off"]],
        take: Callable[[Report], Awaitable[None]],
        now: Now,
    ) -> None:
        self._belief = Belief(_KIND, address, keys, allowed, now)
        self._fits = fits
        self._report = take
        self._now = now
        self._ration = Ration(TOLD_A_MINUTE)
        self._came = asyncio.Event()
        self.last = Last()

    def serve(self, keys: Mapping[str, PlatformKey]) -> None:
        """Believe these keys from now on."""
        self._belief.keys = keys

    def restore(self, states: Mapping[str, bytes]) -> None:
        """Take up which offer came last; where that cannot be read, none is newer."""
        if (body := states.get(STATE)) is None:
            return
        try:
            last = msgspec.json.decode(body, type=Last)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            last = Last(number=MAX_NUMBER)
        self.last = last if reckonable(last) else Last(number=MAX_NUMBER)
        if self.last.open:
            self._came.set()

    async def came(self) -> Last:
        """Return the last one once it is on disk and something is to be done about it."""
        while True:
            await self._came.wait()
            self._came.clear()
            if self.last.open:
                return self.last

    async def take(self, body: bytes, how: How) -> None:
        """Check a message; what is good takes the place of what was offered before."""
        try:
            offer, key = self._believed(body, how)
        except Refused as refused:
            await self._refuse(refused)
            return
        if offer is None:
            return
        before, by = self.last, f"{key}:{offer.issued_by}"
        self.last = Last(
            number=offer.offer, digest=digest_of(body), by=by, standing="accepted", offer=offer
        )
        told = [self._event(self.last, "accepted", ())]
        if before.open:
            new = offer.offer
            instead = Text(f"由第 {new} 号代替", f"offer {new} has taken its place")
            told.insert(0, self._event(before, "refused", (instead,)))
        await self._report(Report(tuple(told), self._came.set, self._states()))

    async def tell(
        self, last: Last, standing: OfferPhase, *reasons: Text, mark: str | None = None
    ) -> None:
        """Say how an offer stands from now on; return when that is on disk.

        Of one that another has taken the place of nothing more is said.
        """
        if self.last.number != last.number:
            return
        mark = last.mark if mark is None else mark
        self.last = msgspec.structs.replace(last, standing=standing, reasons=reasons, mark=mark)
        events: tuple[ReleaseOffered, ...] = ()
        if standing in get_args(OfferState):
            events = (self._event(last, standing, reasons),)  # type: ignore[arg-type] # just seen
        kept = asyncio.Event()
        await self._report(Report(events, kept.set, self._states()))
        await kept.wait()

    def doubt(self, last: Last) -> Text | None:
        """Why an offer that was believed is not followed any more: the site is another one now."""
        known = self._belief.keys.get(last.by.partition(":")[0])
        if last.offer is None or known is None or not known.grant.updates:
            return NOT_GRANTED.words
        return self._fits(last.offer)

    def _believed(self, body: bytes, how: How) -> tuple[Offer | None, str]:
        """Return the offer and its key; no offer when it has come before."""
        offer, known = self._belief.read(body)
        key = known.grant.key
        if offer.offer == self.last.number and digest_of(body) == self.last.digest:
            return None, key
        self._belief.check(offer, known, how, self._not_now)
        if why := self._fits(offer):
            raise Refused(why, offer, key)
        return offer, key

    def _not_now(self, offer: Offer) -> Text | None:
        last = self.last
        if offer.offer <= last.number:
            return Text(
                f"不比已收到的新：第 {last.number} 号已经来过",
                f"it is not newer than what came: offer {last.number} was here",
            )
        if last.standing == "installing":
            return Text(f"第 {last.number} 号正在安装", f"offer {last.number} is being installed")
        return None

    async def _refuse(self, refused: Refused[Offer]) -> None:
        """Answer; of what cannot be verified not even the number is repeated."""
        offer, key = refused.document, refused.key
        log.warning("offer.refused", reason=str(refused), key=key)
        if not self._ration.allows(key, asyncio.get_running_loop().time()):
            return
        of = Last()
        if offer is not None:
            of = Last(number=offer.offer, by=f"{key}:{offer.issued_by}", offer=offer)
        await self._report(Report((self._event(of, "refused", (refused.why,)),)))

    def _event(self, last: Last, state: OfferState, reasons: tuple[Text, ...]) -> ReleaseOffered:
        return ReleaseOffered(
            state=state,
            offer=last.number,
            release=last.offer.version if last.offer else "",
            by=last.by,
            at=self._now(),
            reasons=reasons,
        )

    def _states(self) -> Mapping[str, bytes]:
        return {STATE: msgspec.json.encode(self.last)}
