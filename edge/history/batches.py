"""What is written in one go, as one small row of the file: columns, packed, and back again."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Final, Self, TypeAlias

import msgspec

from edge.history.rows import BAD, BOOL, SMALL, Plain, Row, micros, plain, row_of
from edge.history.schema import UnknownFile
from edge.model import Block, Readings, Value

FASTEST: Final = 1
"""Of zlib: what a better one would save, the columns have saved already."""

_Packed: TypeAlias = tuple[list[int], list[int], list[Plain], bytes]

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(_Packed).decode

_COUNTS: Final = frozenset((int, float))


@dataclass(slots=True)
class Columns:
    """Rows in the order in which they came, of each the name or number of its point.

    A block is added column by column: a row of its own costs ten times as much.
    """

    points: list[str] = field(default_factory=list)
    ats: list[int] = field(default_factory=list)
    values: list[Plain] = field(default_factory=list)
    marks: bytearray = field(default_factory=bytearray)

    def __len__(self) -> int:
        return len(self.points)

    def add(self, several: Iterable[Readings]) -> None:
        """Take these."""
        for each in several:
            if isinstance(each, Block):
                self._add_block(each)
            else:
                row = row_of(each)
                self.points.append(each.point)
                self.ats.append(row.at)
                self.values.append(row.value)
                self.marks.append(row.mark)

    def _add_block(self, block: Block) -> None:
        values = block.values
        self.points += block.points
        self.ats += [micros(block.at)] * len(values)
        if _COUNTS.issuperset(map(type, values)):
            self.values += [
                v if type(v) is int and -SMALL < v < SMALL else plain(v) for v in values
            ]
            self.marks += bytes(len(values))
        else:
            self.values += [int(v) if isinstance(v, bool) else plain(v) for v in values]
            self.marks += bytes(map(_mark, values))

    def packed(self, ids: Mapping[str, int]) -> bytes:
        """Return these rows, at least one; `ids` are the numbers that the file has for points."""
        ats = self.ats
        steps = [ats[0], *[later - earlier for earlier, later in pairwise(ats)]]
        points = [ids[point] for point in self.points]
        columns = (points, steps, self.values, bytes(self.marks))
        return zlib.compress(_encode(columns), FASTEST)

    @classmethod
    def unpacked(cls, body: bytes, names: Mapping[int, str]) -> Self:
        """Return what was packed, as `names` has points; `UnknownFile` for anything else."""
        points, ats, values, marks = _columns(body)
        try:
            told = [names[point] for point in points]
        except KeyError as missing:
            raise UnknownFile(f"a reading of a point that is not there: {missing}") from missing
        return cls(told, ats, values, bytearray(marks))


def unpacked(body: bytes) -> tuple[Sequence[int], Sequence[Row]]:
    """Return the points, and the row of each; `UnknownFile` for what was never packed so."""
    points, ats, values, marks = _columns(body)
    return points, list(map(Row, ats, values, marks))


def _columns(body: bytes) -> tuple[list[int], list[int], list[Plain], bytes]:
    try:
        points, steps, values, marks = _decode(zlib.decompress(body))
    except (zlib.error, msgspec.DecodeError, ValueError, TypeError) as error:
        raise UnknownFile(f"a batch of readings: {error}") from error
    if not len(points) == len(steps) == len(values) == len(marks):
        raise UnknownFile("a batch of readings: its columns are not of one length")
    return points, list(accumulate(steps)), values, marks


def _mark(value: Value | None) -> int:
    if value is None:
        return BAD
    return BOOL if isinstance(value, bool) else 0
