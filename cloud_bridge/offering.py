"""Offers of releases as the platform's side makes them: numbered, signed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cloud_bridge.order_keys import SigningKey
from cloud_bridge.ordering import CHANCE_BYTES
from cloud_bridge.wire.offers import Offer, WindowDoc, encode_offer

LIFE: Final = timedelta(days=7)
"""Long enough for a thin line, and for a night without an alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Which release one gateway shall have, from where; see `Offer`."""

    site: str
    gateway: str
    offer: int
    by: str
    version: str
    url: str
    size: int
    sha256: str
    window: tuple[str, str] | None = None


def offer_of(parcel: Parcel, now: datetime, life: timedelta = LIFE) -> Offer:
    """The offer that says so, from now on for a while."""
    window = parcel.window
    return Offer(
        site=parcel.site,
        gateway=parcel.gateway,
        offer=parcel.offer,
        version=parcel.version,
        url=parcel.url,
        size=parcel.size,
        sha256=parcel.sha256,
        window=WindowDoc(begins=window[0], ends=window[1]) if window else None,
        issued_by=parcel.by,
        issued_at=now,
        expires_at=now + life,
        nonce=secrets.token_hex(CHANCE_BYTES),
    )


def offer_message(parcel: Parcel, key: SigningKey, now: datetime, life: timedelta = LIFE) -> bytes:
    """The signed message for the topic `update`."""
    return key.seal_bytes(encode_offer(offer_of(parcel, now, life)))
