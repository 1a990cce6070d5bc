"""Orders as the platform's side makes them: fresh, short-lived, signed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cloud_bridge.order_keys import SigningKey
from cloud_bridge.wire.orders import Order
from edge.model import Value

LIFE: Final = timedelta(seconds=20)
"""Long enough for a slow mobile link, and below the longest that a gateway takes."""

CHANCE_BYTES: Final = 16
"""Of an id and a nonce: never the same twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants of one device of one gateway; `id` is made where it is empty."""

    site: str
    gateway: str
    device: str
    action: str
    by: str
    args: Mapping[str, Value] = field(default_factory=dict)
    id: str = ""


def order_of(wish: Wish, now: datetime, life: timedelta = LIFE) -> Order:
    """The order that says so, from now on for a short while."""
    return Order(
        site=wish.site,
        gateway=wish.gateway,
        id=wish.id or secrets.token_hex(CHANCE_BYTES),
        device=wish.device,
        action=wish.action,
        args=dict(wish.args),
        issued_by=wish.by,
        issued_at=now,
        expires_at=now + life,
        nonce=secrets.token_hex(CHANCE_BYTES),
    )


def message_of(wish: Wish, key: SigningKey, now: datetime, life: timedelta = LIFE) -> bytes:
    """The signed message for the topic `commands`."""
    return key.seal(order_of(wish, now, life))
