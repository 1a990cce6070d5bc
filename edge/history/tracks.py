"""The readings of one point as columns: what is done to a column costs a tenth of its rows."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import lt
from typing import Final, Self, TypeAlias

from edge.history.rows import NUMBERS, Plain, Row

Values: TypeAlias = "list[Plain] | array[int] | array[float]"
"""Values of rows: an array where all of them are whole numbers, or all floats."""


class Track:
    """Rows of a point: some 17 bytes each where its values are all whole numbers, or all floats."""

    __slots__ = ("ats", "marks", "values")

    def __init__(self) -> None:
        self.ats = array("q")
        self.values: Values = []
        self.marks = bytearray()

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self:
        """Put rows into columns."""
        track = cls()
        if columns := [*zip(*rows, strict=True)]:
            ats, values, marks = columns
            track.extend(ats, values, bytes(marks))
        return track

    @classmethod
    def of_all(cls, tracks: Sequence[Track]) -> Track:
        """Put tracks together in the order of time; of one instant the last counts."""
        if len(tracks) == 1 and tracks[0].ascends():
            return tracks[0]
        whole = cls()
        for track in tracks:
            whole.extend(track.ats, track.values, track.marks)
        if whole.ascends():
            return whole
        places = {at: place for place, at in enumerate(whole.ats)}
        return cls.of(map(whole.row, map(places.__getitem__, sorted(places))))

    def __len__(self) -> int:
        return len(self.ats)

    def extend(self, ats: Iterable[int], values: Sequence[Plain], marks: bytes | bytearray) -> None:
        """Add rows."""
        self.ats.extend(ats)
        self.values = with_more(self.values, values)
        self.marks.extend(marks)

    def part(self, begin: int, end: int | None = None) -> Track:
        """Return the rows from one place up to another."""
        part = Track()
        part.ats, part.values = self.ats[begin:end], self.values[begin:end]
        part.marks = self.marks[begin:end]
        return part

    def row(self, place: int) -> Row:
        """Return one row."""
        return Row(self.ats[place], self.values[place], self.marks[place])

    def rows(self) -> Iterator[Row]:
        """Give every row."""
        return map(Row, self.ats, self.values, self.marks)

    def ascends(self) -> bool:
        """Whether every row is later than the one before."""
        return all(map(lt, self.ats, self.ats[1:]))

    def stretches(self, width: int, origin: int = 0) -> Iterator[tuple[int, int]]:
        """Give the places where each stretch of time begins and ends in which rows lie."""
        begin, ats = 0, self.ats
        while begin < len(ats):
            number = (ats[begin] - origin) // width + 1
            end = bisect_left(ats, origin + number * width, begin)
            yield begin, end
            begin = end

    def are_good_numbers(self) -> bool:
        """Whether all of it is numbers of good quality."""
        return not any(self.marks) and self.are_numbers()

    def are_numbers(self) -> bool:
        """Whether all values are numbers, true and false among them."""
        return isinstance(self.values, array) or NUMBERS.issuperset(map(type, self.values))


_KINDS: Final = {frozenset((int,)): "q", frozenset((float,)): "d"}


def with_more(held: Values, more: Sequence[Plain]) -> Values:
    """Return these values and more of them; those that are held need not stay as they were."""
    kind = _kind_of(more)
    if not held and kind:
        held = array(kind)
    elif isinstance(held, array) and held.typecode != kind:
        held = [*held]
    held.extend(more)  # type: ignore[arg-type] # of that kind, or a list
    return held


def _kind_of(values: Sequence[Plain]) -> str:
    """Return the kind of array that can hold these; none for what a list has to hold."""
    if isinstance(values, array):
        return values.typecode
    return _KINDS.get(frozenset(map(type, values)), "")
