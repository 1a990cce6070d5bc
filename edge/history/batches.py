"""What is written in one go, as one small row of the file: columns, packed, and back again."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final, TypeAlias

import msgspec

from edge.history.rows import Plain, Row
from edge.history.schema import UnknownFile

FASTEST: Final = 1
"""Of zlib: what a better one would save, the columns have saved already."""

_Columns: TypeAlias = tuple[list[int], list[int], list[Plain], bytes]

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(_Columns).decode


def packed(points: Sequence[int], rows: Sequence[Row]) -> bytes:
    """Return rows of these points, at least one, in the order in which they came."""
    ats = [row.at for row in rows]
    steps = [ats[0], *(later - earlier for earlier, later in pairwise(ats))]
    columns = (points, steps, [row.value for row in rows], bytes([row.mark for row in rows]))
    return zlib.compress(_encode(columns), FASTEST)


def unpacked(body: bytes) -> tuple[Sequence[int], Sequence[Row]]:
    """Return the points, and the row of each; `UnknownFile` for what was never packed so."""
    try:
        points, steps, values, marks = _decode(zlib.decompress(body))
        rows = [Row(*row) for row in zip(accumulate(steps), values, marks, strict=True)]
    except (zlib.error, msgspec.DecodeError, ValueError, TypeError) as error:
        raise UnknownFile(f"a batch of readings: {error}") from error
    return points, rows
