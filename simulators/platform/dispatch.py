"""Sees an order through: sent until somebody listens, then again until it is answered."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import structlog

from cloud_bridge.ordering import CHANCE_BYTES, Wish
from edge.driver import Now
from edge.errors import LinkDown
from edge.model import Value
from simulators.platform import ordered
from simulators.platform.desk import Desk
from simulators.platform.instants import micros
from simulators.platform.orders import Letter, OrderDesk
from simulators.platform.shown import OrderLine

COMMAND: Final = "command"
"""What a person does in a story to command a device."""

AGAIN_SECONDS: Final = 2.0
"""A gateway may be starting again: the same letter once more does no harm."""

STORY_SECONDS: Final = 60.0
"""In a story the way may be cut; an order that could not be given by then is given up."""

log = structlog.get_logger()


class Dispatch:
    """Gives orders; what becomes of them is in the store."""

    def __init__(self, desk: Desk, orders: OrderDesk, now: Now) -> None:
        self._desk = desk
        self._orders = orders
        self._now = now

    @property
    def trusted(self) -> bool:
        """Whether any site has this platform's key."""
        return self._orders.trusted

    async def act(self, args: Mapping[str, Value]) -> None:
        """Do as a story says, with `device`, `action` and `by`; wait for the answer."""
        device, action = str(args.get("device", "")), str(args.get("action", "open"))
        try:
            async with asyncio.timeout(STORY_SECONDS):
                site = await self._site(device)
                await self.give(site, device, action, str(args.get("by", "值班员")))
        except TimeoutError:
            log.warning("order.unanswered", device=device, action=action)

    async def give(self, site: str, device: str, action: str, by: str) -> OrderLine:
        """Return the answer; `KeyError` when nobody has heard of the device.

        Ends without one when the platform does, or when the caller has waited enough.
        """
        site, gateway = await self._desk.ask(lambda db: ordered.whose(db, device, site))
        wish = Wish(
            site=site,
            gateway=gateway,
            device=device,
            action=action,
            by=by,
            id=secrets.token_hex(CHANCE_BYTES),
        )
        at = micros(self._now())
        await self._desk.write(lambda store: ordered.note(store.connection, wish, at))
        letter = await self._handed_over(wish)
        return await self._answered(wish, letter)

    async def _site(self, device: str) -> str:
        """The site of a device, as soon as it has been heard of."""
        version = -1
        while True:
            version = await self._desk.changed_since(version)
            with suppress(KeyError):
                return (await self._desk.ask(lambda db: ordered.whose(db, device)))[0]

    async def _handed_over(self, wish: Wish) -> Letter:
        """Sign it anew until a gateway listens; an id is carried out once, whoever heard it."""
        while True:
            letter = self._orders.write(wish)
            with suppress(LinkDown):
                if not (await self._orders.send(letter)).no_subscriber or self._desk.closing:
                    return letter
            await asyncio.sleep(AGAIN_SECONDS)

    async def _answered(self, wish: Wish, letter: Letter) -> OrderLine:
        """Wait for the gateway's word, and send the same letter while it lives."""
        loop, version = asyncio.get_running_loop(), -1
        again = loop.time() + AGAIN_SECONDS
        while True:
            line = await self._desk.ask(lambda db: ordered.line(db, wish))
            if line.outcome or self._desk.closing:
                return line
            lives = self._now() < letter.expires_at
            with suppress(TimeoutError):
                async with asyncio.timeout_at(again if lives else None):
                    version = await self._desk.changed_since(version)
                    continue
            with suppress(LinkDown):
                await self._orders.send(letter)
            again = loop.time() + AGAIN_SECONDS
