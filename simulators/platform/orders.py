"""How the simulated platform commands and offers: signed, by a key that it made itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cloud_bridge.offering import Parcel, offer_of
from cloud_bridge.order_keys import SigningKey
from cloud_bridge.ordering import Wish, order_of
from cloud_bridge.wire import commands_topic
from cloud_bridge.wire.offers import encode_offer, update_topic
from edge.driver import Now
from edge.mqtt import Published

KEY_ID: Final = "platform"
"""The key's name in the site files that are shipped."""

PUBLIC_FILE: Final = "platform.pub"
"""Where a shipped site looks for the public half."""

Publish = Callable[[str, bytes], Awaitable[Published]]
"""Sends a message to a topic of the broker, never retained."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A signed order on its way; sent twice it is still one order."""

    topic: str
    body: bytes
    expires_at: datetime


class OrderDesk:
    """Signs what is asked for; a key lives as long as the platform does."""

    def __init__(self, publish: Publish, now: Now) -> None:
        self._publish = publish
        self._now = now
        self._key = SigningKey.new(KEY_ID)
        self.trusted = False

    def leave_key(self, folder: Path) -> None:
        """Put the public half beside the copy of a shipped site."""
        (folder / PUBLIC_FILE).write_text(f"{self._key.public}\n", encoding="ascii")
        self.trusted = True

    def write(self, wish: Wish) -> Letter:
        """Sign an order that begins to live now."""
        order = order_of(wish, self._now())
        topic = commands_topic(wish.site, wish.gateway)
        return Letter(topic, self._key.seal(order), order.expires_at)

    def offer(self, parcel: Parcel) -> Letter:
        """Sign the offer of a release that begins to live now."""
        offer = offer_of(parcel, self._now())
        topic = update_topic(parcel.site, parcel.gateway)
        return Letter(topic, self._key.seal_bytes(encode_offer(offer)), offer.expires_at)

    async def send(self, letter: Letter) -> Published:
        """Give it to the broker; `LinkDown` when there is none."""
        return await self._publish(letter.topic, letter.body)
