"""Orders from afar: believed or refused, and each carried out at most once."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal, NoReturn, Protocol, TypeAlias

import structlog

from cloud_bridge.order_keys import VerifyingKey
from cloud_bridge.order_memory import OrderMemory
from cloud_bridge.wire import WireError
from cloud_bridge.wire.orders import Order, command_of, open_envelope, read_order
from edge.driver import Now, Report
from edge.model import Command, CommandResult, Kept, RecordsDropped
from edge.rules.interlock import Grant

LONGEST_LIFE: Final = timedelta(seconds=30)
"""What opens a gate is for somebody who stands before it now."""

AHEAD: Final = timedelta(seconds=60)
"""By so much the platform's clock may be ahead of ours."""

TOLD_A_MINUTE: Final = 10
"""Refusals of each key, and of no key, that become events; of more only the number does:
a flood must neither fill the disk nor hide what others are told."""

MINUTE_S: Final = 60.0
MARK_EVERY_S: Final = 30.0
"""How often it is kept what time it is; less than what a clock may be set back unnoticed."""

How: TypeAlias = Literal["live", "retained"]
"""Sent to us now, or left with the broker for whoever comes."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class PlatformKey:
    """A key that the site trusts, and what it may do."""

    key: VerifyingKey
    grant: Grant


class Journal(Protocol):
    """Where it is kept which orders have come; see `cloud_bridge.journal`."""

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Hand over, before anything that is handed over later."""
        ...


class Run(Protocol):
    """The way down to the devices; see `edge.commands`."""

    def __call__(self, command: Command, grant: Grant) -> Awaitable[CommandResult]:
        """Carry out what the grant allows; return what became of it."""
        ...


class _Refused(Exception):
    """Why an order is not carried out, with the order where it is known to be the platform's."""

    def __init__(self, reason: str, order: Order | None = None, key: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.order = order
        self.key = key


class Orders:
    """Takes raw messages; nothing that cannot be verified reaches a device or fills the disk."""

    def __init__(  # noqa: PLR0913 - the one place where these meet
        self,
        site: str,
        gateway: str,
        keys: Mapping[str, PlatformKey],
        *,
        run: Run,
        take: Callable[[Report], Awaitable[None]],
        start: Callable[[Coroutine[Any, Any, None], str], object],
        journal: Journal,
        now: Now,
    ) -> None:
        self._address = (site, gateway)
        self._keys = keys
        self._run = run
        self._report = take
        self._start = start
        self._journal = journal
        self._now = now
        self._memory = OrderMemory()
        self._window = 0.0
        self._told: Counter[str] = Counter()
        self._untold = 0

    def serve(self, keys: Mapping[str, PlatformKey]) -> None:
        """Believe these keys from now on."""
        self._keys = keys

    def restore(self, states: Mapping[str, bytes]) -> None:
        """Take up which orders have come, and what time it was."""
        self._memory.restore(states)

    def trust_clock(self) -> None:
        """Somebody at the site vouches for the clock: forget that it was once later."""
        self._memory.latest = None

    async def take(self, body: bytes, how: How) -> None:
        """Check a message; what is good is carried out in a task of its own."""
        digest = hashlib.sha256(body).hexdigest()[:32]
        try:
            order, grant = self._believed(body, how)
        except _Refused as refused:
            await self._refuse(refused, digest)
            return
        if order is None:
            log.debug("order.again", message=digest)
            return
        states = self._memory.note(grant.key, order, order.expires_at, self._now())
        command = command_of(order, grant.key)
        self._start(self._carry_out(command, grant, states), f"order.{command.id}")

    async def watch(self) -> NoReturn:
        """Keep what time it is where anybody may order, and tell how many were only counted."""
        while True:
            if self._keys and (states := self._memory.mark(self._now())):
                await self._journal.keep((), states, ())
            await self._tell_untold()
            await asyncio.sleep(MARK_EVERY_S)

    async def _carry_out(
        self, command: Command, grant: Grant, states: Mapping[str, bytes | None]
    ) -> None:
        """The order is on disk before the command, and that before the device hears of it."""
        await self._journal.keep((), states, ())
        await self._run(command, grant)

    def _believed(self, body: bytes, how: How) -> tuple[Order | None, Grant]:
        """Return the order and what its key may do; no order when it has come before."""
        try:
            sealed = open_envelope(body)
        except WireError as error:
            raise _Refused(f"order.unreadable: {error}") from None
        known = self._keys.get(sealed.key)
        if known is None:
            raise _Refused("order.unknown_key: the site trusts no key of this name")
        if not known.key.has_signed(sealed):
            raise _Refused("order.bad_signature: this key has not signed these bytes")
        try:
            order = read_order(sealed.signed)
        except WireError as error:
            raise _Refused(f"order.unreadable: {error}") from None
        if (order.site, order.gateway) != self._address:
            raise _Refused(f"order.misdirected: for {order.site}/{order.gateway}")
        key = known.grant.key
        match self._memory.seen(key, order):
            case "again":
                return None, known.grant
            case "other":
                raise _Refused("order.nonce_used: another order had this nonce")
        why = self._untimely(order) or self._unfit(key, how)
        if why:
            raise _Refused(why, order, key)
        return order, known.grant

    def _untimely(self, order: Order) -> str:
        now, latest = self._now(), self._memory.latest
        if latest is not None and now < latest - AHEAD:
            return f"clock.set_back: it was {latest:%Y-%m-%d %H:%M:%S} UTC already"
        if not timedelta(0) < order.expires_at - order.issued_at <= LONGEST_LIFE:
            return f"order.life: {LONGEST_LIFE.seconds} s at most, from issued_at to expires_at"
        if order.issued_at > now + AHEAD:
            return "order.from_the_future: the platform's clock, or ours, is wrong"
        if order.expires_at <= now:
            return "expired.late: arrived too late"
        return ""

    def _unfit(self, key: str, how: How) -> str:
        if how == "retained":
            return "order.retained: it was left with the broker, nobody knows for whom"
        if not self._memory.has_room(key, self._now()):
            return "order.too_many: too many orders in an hour"
        return ""

    async def _refuse(self, refused: _Refused, digest: str) -> None:
        """Answer; an order that is the platform's is refused for good, however often it comes."""
        states: Mapping[str, bytes | None] = {}
        order, now = refused.order, self._now()
        if order is not None and self._memory.has_room(refused.key, now):
            # One that claims to live for longer is refused whenever it comes.
            too_long = order.expires_at - order.issued_at > LONGEST_LIFE
            over = order.issued_at if too_long else order.expires_at
            states = self._memory.note(refused.key, order, over, now)
        if not self._may_tell(refused.key):
            self._untold += 1
            if states:
                await self._journal.keep((), states, ())
            return
        result = self._result(refused, digest)
        log.warning("order.refused", command=result.command, reason=refused.reason)
        await self._report(Report((result,), states=states))

    def _result(self, refused: _Refused, digest: str) -> CommandResult:
        """Of what cannot be verified not even the id is repeated: it might be another's."""
        order = refused.order
        return CommandResult(
            command=order.id if order else f"unverified-{digest}",
            device=order.device if order else "",
            action=order.action if order else "",
            outcome="expired" if refused.reason.startswith("expired") else "rejected",
            at=self._now(),
            detail=refused.reason,
            issued_by=f"{refused.key}:{order.issued_by}" if order else "",
        )

    def _may_tell(self, key: str) -> bool:
        minute = asyncio.get_running_loop().time() // MINUTE_S
        if minute != self._window:
            self._window = minute
            self._told.clear()
        self._told[key] += 1
        return self._told[key] <= TOLD_A_MINUTE

    async def _tell_untold(self) -> None:
        if not self._untold:
            return
        count, self._untold = self._untold, 0
        reason = f"refused, and more than {TOLD_A_MINUTE} a minute"
        log.warning("order.flood", count=count)
        dropped = RecordsDropped(what="orders", count=count, reason=reason, at=self._now())
        await self._report(Report((dropped,)))
