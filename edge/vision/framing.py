"""How words stand on a camera's socket: four bytes of length, big-endian, then msgpack."""

from __future__ import annotations

from typing import Final

import msgspec

from edge.vision.words import Down, Up

HEAD_BYTES: Final = 4

MOST_BYTES: Final = 16 * 1024 * 1024
"""Of one word: `Seen` with a JPEG of 4,096 × 4,096 pixels, and room. More is a broken line."""

_UPWARDS: Final[msgspec.msgpack.Decoder[Up]] = msgspec.msgpack.Decoder(Up)
_DOWNWARDS: Final[msgspec.msgpack.Decoder[Down]] = msgspec.msgpack.Decoder(Down)


def framed(word: Down | Up) -> bytes:
    """Return a word as it goes over the socket."""
    body = msgspec.msgpack.encode(word)
    return len(body).to_bytes(HEAD_BYTES) + body


def length(head: bytes) -> int:
    """Return how many bytes follow; `ValueError` when nobody sends so many."""
    count = int.from_bytes(head)
    if count > MOST_BYTES:
        raise ValueError(f"a word of {count} bytes")
    return count


def upward(body: bytes) -> Up:
    """Return what a camera says; a `ValueError` when it is none of its words."""
    return _UPWARDS.decode(body)


def downward(body: bytes) -> Down:
    """Return what the gateway says; a `ValueError` when it is none of its words."""
    return _DOWNWARDS.decode(body)
