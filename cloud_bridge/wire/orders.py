"""Orders of the platform: a command in an envelope, signed over the very bytes that are sent."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from cloud_bridge.wire.limits import WireError
from cloud_bridge.wire.parts import Document, Instant
from cloud_bridge.wire.reading import read
from edge.model import Command, Value

MAX_ORDER_BYTES: Final = 8 * 1024
"""An order with sixteen long arguments has half of that; base64 adds a third."""

MAX_ARGUMENTS: Final = 16
"""The action with most arguments has five."""

SIGNATURE_BYTES: Final = 64
"""Of Ed25519, RFC 8032."""

Own: TypeAlias = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]
"""An identity that the platform makes: visible ASCII, so that it is the same in every log."""

Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=63)]
Word: TypeAlias = Annotated[str, Meta(min_length=1, max_length=128)]
Argument: TypeAlias = bool | int | float | Annotated[str, Meta(max_length=256)]


class Envelope(Document, frozen=True, kw_only=True):
    """What is on the wire: the bytes of an order or offer, and who signed them, in base64url."""

    signed: Annotated[str, Meta(min_length=1, max_length=MAX_ORDER_BYTES)]
    key: Name
    signature: Annotated[str, Meta(min_length=1, max_length=128)]


class Order(Document, frozen=True, kw_only=True):
    """A request that one device do something, for one gateway, within seconds.

    `id` is told back in the result; the same id is carried out once. `nonce` is never used
    again by the same platform.
    """

    site: Name
    gateway: Name
    id: Own
    device: Name
    action: Name
    args: Annotated[Mapping[str, Argument], Meta(max_length=MAX_ARGUMENTS)] = {}
    issued_by: Word
    issued_at: Instant
    expires_at: Instant
    nonce: Own


class Sealed(msgspec.Struct, frozen=True):
    """An envelope, opened but not believed: `signed` are the bytes that `signature` is over."""

    signed: bytes
    key: str
    signature: bytes


_ENCODER: Final = msgspec.json.Encoder()
ENVELOPE: Final = msgspec.json.Decoder(Envelope)
_ORDER: Final = msgspec.json.Decoder(Order)


def open_envelope(body: bytes) -> Sealed:
    """Take an envelope apart; `WireError` when it is too large or none."""
    if len(body) > MAX_ORDER_BYTES:
        raise WireError(f"{len(body)} bytes; at most {MAX_ORDER_BYTES}")
    envelope = read(ENVELOPE, body, "envelope")
    return opened(envelope.signed, envelope.key, envelope.signature)


def opened(signed: str, key: str, signature: str) -> Sealed:
    """What was in an envelope, as bytes; `WireError` when it is no base64url."""
    sealed = Sealed(_bytes(signed), key, _bytes(signature))
    if len(sealed.signature) != SIGNATURE_BYTES:
        raise WireError(f"a signature of {len(sealed.signature)} bytes")
    return sealed


def read_order(signed: bytes) -> Order:
    """Read what was signed; to be asked once the signature is known to be good."""
    return read(_ORDER, signed, "order")


def encode_order(order: Order) -> bytes:
    """The bytes that are to be signed, and sent as they are."""
    return _ENCODER.encode(order)


def encode_envelope(sealed: Sealed) -> bytes:
    """The message on the topic `commands`."""
    envelope = Envelope(
        signed=_text(sealed.signed), key=sealed.key, signature=_text(sealed.signature)
    )
    return _ENCODER.encode(envelope)


def command_of(order: Order, key: str) -> Command:
    """The command as the rest of the house knows it; who asked, and by which key."""
    args: dict[str, Value] = dict(order.args)
    return Command(
        id=order.id,
        device=order.device,
        action=order.action,
        args=args,
        issued_by=f"{key}:{order.issued_by}",
        issuer="platform",
        expires_at=_utc(order.expires_at),
    )


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _bytes(text: str) -> bytes:
    """Strict base64url, with or without padding; nothing else is skipped over."""
    try:
        padded = text + "=" * (-len(text) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError(f"no base64url: {error}") from error


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
