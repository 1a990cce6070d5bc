"""Examples of what the platform signs, and of the envelopes, always the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_bridge.contract.examples import AT, SITE
from cloud_bridge.order_keys import SigningKey
from cloud_bridge.wire.offers import Offer, WindowDoc
from cloud_bridge.wire.orders import ENVELOPE, Envelope, Order
from cloud_bridge.wire.revisions import (
    REVISION_ENVELOPE,
    Revision,
    RevisionEnvelope,
    encode_revision,
)

_KEY: Final = SigningKey("platform", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
"""A key that everybody can see: for examples only."""

_OFFER: Final = Offer(
    site=SITE.id,
    gateway=SITE.gateway,
    offer=3,
    version="0.2.0",
    url="https://releases.example/whistle-0.2.0-amd64.release",
    size=61_203_456,
    sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    window=WindowDoc(begins="02:00", ends="05:00"),
    issued_by="值班员",
    issued_at=AT,
    expires_at=AT + timedelta(days=7),
    nonce="d1e7a4796d3c4b1a0f9e8d75b2f0c6f2",
)


def order_examples() -> Mapping[str, Order | Envelope | Offer | Revision | RevisionEnvelope]:
    """What is signed, and what is sent: of an order, a release, a configuration."""
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
    revision = Revision(
        site=SITE.id,
        gateway=SITE.gateway,
        revision=8,
        files={"profiles/lifts/own.yaml": "driver: modbus\n"},
        issued_by="值班员",
        issued_at=AT,
        expires_at=AT + timedelta(hours=1),
        nonce="a4796d3c4b1a0f9e8d75b2f0c6f2d1e7",
    )
    sealed = _KEY.seal_bytes(encode_revision(revision))
    return {
        "order": order,
        "order_envelope": ENVELOPE.decode(_KEY.seal(order)),
        "offer": _OFFER,
        "revision": revision,
        "revision_envelope": REVISION_ENVELOPE.decode(sealed),
    }
