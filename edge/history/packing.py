"""Columns as one small piece of the file: packed, and back again."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from operator import sub
from typing import Final, TypeVar

import msgspec

from edge.history.schema import UnknownFile

FASTEST: Final = 1
"""Of zlib: what a better one would save, the columns have saved already."""

T = TypeVar("T")

_encode: Final = msgspec.msgpack.Encoder().encode


def pack(*columns: object) -> bytes:
    """Return columns as a few bytes."""
    return zlib.compress(_encode(columns), FASTEST)


def unpack(decode: Callable[[bytes], T], body: bytes, what: str) -> T:
    """Return what was packed; `UnknownFile` for anything else, which was to be `what`."""
    try:
        return decode(zlib.decompress(body))
    except (zlib.error, msgspec.DecodeError, ValueError, TypeError) as error:
        raise UnknownFile(f"{what}: {error}") from error


def steps(ats: Sequence[int]) -> list[int]:
    """Return instants, one at least, as the first and the steps from one to the next."""
    return [ats[0], *map(sub, ats[1:], ats)]


def marks(held: bytes | bytearray) -> bytes:
    """Return marks as they are packed: none at all, where all is good and nothing true or false."""
    return bytes(held) if any(held) else b""
