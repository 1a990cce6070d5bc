"""What is written in one go, as one small row of the file: columns, packed, and back again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import accumulate
from math import isfinite
from typing import Final, NamedTuple, Self, TypeAlias

import msgspec

from edge.history.packing import marks, pack, steps, unpack
from edge.history.rows import BAD, BOOL, NUMBERS, SMALL, Plain, Row, micros, plain, row_of
from edge.history.schema import UnknownFile
from edge.model import Block, Readings, Value

Shape: TypeAlias = tuple[str, ...]
"""The points that were read together."""

_Packed: TypeAlias = tuple[list[list[int]], list[int], list[int], list[Plain], bytes]

_decode: Final = msgspec.msgpack.Decoder(_Packed).decode


@dataclass(slots=True)
class Columns:
    """Readings in the order in which they came; those that were read together, together.

    Each of `which` is the number of a shape, and the values of its points follow those before. A
    row of its own for each value costs ten times as much.
    """

    shapes: dict[Shape, int] = field(default_factory=dict)
    which: list[int] = field(default_factory=list)
    ats: list[int] = field(default_factory=list)
    values: list[Plain] = field(default_factory=list)
    marks: bytearray = field(default_factory=bytearray)

    def __len__(self) -> int:
        return len(self.values)

    def add(self, several: Iterable[Readings]) -> None:
        """Take these."""
        blocks: set[int] = set()
        for each in several:
            if isinstance(each, Block):
                blocks.add(len(self.ats))
                self._enter(tuple(each.points), micros(each.at))
                self.values += each.values
                self.marks += bytes(len(each.values))
            else:
                at, value, mark = row_of(each)
                self._enter((each.point,), at)
                self.values.append(value)
                self.marks.append(mark)
        if not _are_plain(self.values):
            self._make_plain(blocks)

    def _enter(self, shape: Shape, at: int) -> None:
        self.which.append(self.shapes.setdefault(shape, len(self.shapes)))
        self.ats.append(at)

    def _make_plain(self, blocks: AbstractSet[int]) -> None:
        """Have the values of these entries, which are blocks, as the file knows values."""
        for number, (_, _, begin, end) in enumerate(self.entries()):
            values = self.values[begin:end]
            if number in blocks and not _are_plain(values):
                self.values[begin:end] = [
                    int(v) if isinstance(v, bool) else plain(v) for v in values
                ]
                self.marks[begin:end] = bytes(map(_mark, values))

    def entries(self) -> Iterator[tuple[int, int, int, int]]:
        """Give the shape of each entry, when it was read, and where its values begin and end."""
        widths, begin = [len(shape) for shape in self.shapes], 0
        for which, at in zip(self.which, self.ats, strict=True):
            end = begin + widths[which]
            yield which, at, begin, end
            begin = end

    def packed(self, shapes: Sequence[list[int]]) -> bytes:
        """Return these readings, at least one; `shapes` are the numbers of their points."""
        return pack(shapes, self.which, steps(self.ats), self.values, marks(self.marks))

    @classmethod
    def of(cls, opened: Opened, names: Mapping[int, str]) -> Self:
        """Return what was packed, as `names` has points; `UnknownFile` where one is missing."""
        shapes, which, ats, values, how = opened
        try:
            named = {tuple([names[id_] for id_ in shape]): n for n, shape in enumerate(shapes)}
        except KeyError as missing:
            raise UnknownFile(f"a reading of a point that is not there: {missing}") from missing
        if len(named) < len(shapes):
            raise UnknownFile("a batch of readings: the same points stand there twice")
        return cls(named, which, ats, values, bytearray(how))

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Give every reading with its point."""
        shapes = list(self.shapes)
        for which, at, begin, _ in self.entries():
            for place, point in enumerate(shapes[which], begin):
                yield point, Row(at, self.values[place], self.marks[place])


class Opened(NamedTuple):
    """What was packed, with the numbers that the file has for points."""

    shapes: list[list[int]]
    which: list[int]
    ats: list[int]
    values: list[Plain]
    marks: bytes


def opened(body: bytes) -> Opened:
    """Return what was packed; `UnknownFile` for anything else."""
    shapes, which, gaps, values, how = unpack(_decode, body, "a batch of readings")
    how = how or bytes(len(values))
    try:
        length = sum([len(shapes[number]) for number in which])
    except IndexError as error:
        raise UnknownFile(f"a batch of readings: {error}") from error
    if not (len(which) == len(gaps) and length == len(values) == len(how)):
        raise UnknownFile("a batch of readings: its columns are not of one length")
    return Opened(shapes, which, list(accumulate(gaps)), values, how)


def _are_plain(values: Sequence[Value | None]) -> bool:
    """Whether all of them are numbers that the file knows as they are."""
    if not values or not NUMBERS.issuperset(map(type, values)):
        return False
    try:
        return isfinite(sum(values)) and min(values) >= -SMALL and max(values) < SMALL  # type: ignore[arg-type, type-var, operator] # numbers
    except OverflowError:
        return False


def _mark(value: Value | None) -> int:
    if value is None:
        return BAD
    return BOOL if isinstance(value, bool) else 0
