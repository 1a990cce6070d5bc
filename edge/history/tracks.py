"""The readings of one point as columns: what is done to a column costs a tenth of its rows."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import lt, mul, sub
from typing import Self

from edge.history.rows import Plain, Row


class Track:
    """Rows of a point, some 40 bytes each."""

    __slots__ = ("ats", "marks", "values")

    def __init__(self) -> None:
        self.ats = array("q")
        self.values: list[Plain] = []
        self.marks = bytearray()

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self:
        """Put rows into columns."""
        track = cls()
        for at, value, mark in rows:
            track.ats.append(at)
            track.values.append(value)
            track.marks.append(mark)
        return track

    @classmethod
    def of_all(cls, tracks: Sequence[Track]) -> Track:
        """Put tracks together in the order of time; of one instant the last counts."""
        if len(tracks) == 1 and tracks[0].ascends():
            return tracks[0]
        whole = cls()
        for track in tracks:
            whole.ats.extend(track.ats)
            whole.values.extend(track.values)
            whole.marks.extend(track.marks)
        if whole.ascends():
            return whole
        places = {at: place for place, at in enumerate(whole.ats)}
        return cls.of(map(whole.row, map(places.__getitem__, sorted(places))))

    def __len__(self) -> int:
        return len(self.ats)

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

    def rows_back(self) -> Iterator[Row]:
        """Give every row, the last one first."""
        return map(Row, reversed(self.ats), reversed(self.values), reversed(self.marks))

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
        return not any(self.marks) and NUMBERS.issuperset(map(type, self.values))

    def held(self) -> float:
        """Of numbers the sum, each times the microseconds until the next."""
        lasting = map(sub, self.ats[1:], self.ats)
        return float(sum(map(mul, self.values, lasting)))


NUMBERS = frozenset((int, float))
