"""How every message from outside is read: bounded first, then by its type."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from cloud_bridge.wire.limits import MAX_BATCH_BYTES, WireError

T = TypeVar("T")

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""All that a decoder raises; a text that is no UTF-8 is no error of msgspec's own."""


def read(decoder: msgspec.json.Decoder[T], body: bytes, what: str) -> T:
    """Return what the message says; `WireError` when it is too large or no `what`."""
    if len(body) > MAX_BATCH_BYTES:
        raise WireError(f"{len(body)} bytes; at most {MAX_BATCH_BYTES}")
    try:
        return decoder.decode(body)
    except UNREADABLE as error:
        raise WireError(f"no {what}: {error}") from error
