"""Examples of an order and of its envelope, always the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_bridge.contract.examples import AT, SITE
from cloud_bridge.order_keys import SigningKey
from cloud_bridge.wire.orders import ENVELOPE, Envelope, Order

_KEY: Final = SigningKey("platform", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
"""A key that everybody can see: for examples only."""


def order_examples() -> Mapping[str, Order | Envelope]:
    """What is signed, and what is sent."""
    order = Order(
        site=SITE.id,
        gateway=SITE.gateway,
        id="c-1",
        device="gate-1",
        action="open",
        issued_by="值班员",
        issued_at=AT,
        expires_at=AT + timedelta(seconds=20),
        nonce="5b2f0c6f2d1e4a7796d3c4b1a0f9e8d7",
    )
    return {"order": order, "order_envelope": ENVELOPE.decode(_KEY.seal(order))}
