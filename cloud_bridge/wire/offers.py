"""A release that the platform offers: what it is, where it lies, when it may be installed."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from cloud_bridge.wire.limits import MAX_NUMBER
from cloud_bridge.wire.orders import Name, Own, Word
from cloud_bridge.wire.parts import Document, Instant
from cloud_bridge.wire.reading import read
from cloud_bridge.wire.topics import ROOT

MAX_RELEASE_BYTES: Final = 512 * 1024 * 1024
"""Of a release; one that holds all of a gateway has a tenth of it."""

TimeOfDay: TypeAlias = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Address: TypeAlias = Annotated[
    str, Meta(max_length=1024, pattern=r"^https://[A-Za-z0-9.:\[\]-]{1,253}(/[!-~]{0,700})?$")
]


class WindowDoc(Document, frozen=True, kw_only=True):
    """From when to when on the site's clock it may be installed, over midnight where that is."""

    begins: TimeOfDay
    ends: TimeOfDay


class Offer(Document, frozen=True, kw_only=True):
    """A release that one gateway shall fetch, and install within the window, at any time without.

    `offer` grows from one to the next, never again the same. `version` is what the release's own
    manifest says, `sha256` is of the whole file. What is not installed by `expires_at` is given up.
    """

    site: Name
    gateway: Name
    offer: Annotated[int, Meta(ge=1, le=MAX_NUMBER)]
    version: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[0-9a-z.]+$")]
    url: Address
    size: Annotated[int, Meta(ge=1, le=MAX_NUMBER)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    window: WindowDoc | None = None
    issued_by: Word
    issued_at: Instant
    expires_at: Instant
    nonce: Own


_OFFER: Final = msgspec.json.Decoder(Offer)
_ENCODER: Final = msgspec.json.Encoder()


def update_topic(site: str, gateway: str) -> str:
    """Down: a release for this gateway, in the envelope that orders have."""
    return f"{ROOT}/{site}/{gateway}/update"


def read_offer(signed: bytes) -> Offer:
    """Read what was signed; to be asked once the signature is known to be good."""
    return read(_OFFER, signed, "offer")


def encode_offer(offer: Offer) -> bytes:
    """The bytes that are to be signed, and sent as they are."""
    return _ENCODER.encode(offer)
