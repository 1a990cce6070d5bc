"""The last reading of each point, of what came one by one and of what was read together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import takewhile
from types import MappingProxyType
from typing import NamedTuple

from edge.model import Block, Group, Reading


class _Single(NamedTuple):
    """A reading that came by itself, as the so-manieth of all that did."""

    number: int
    reading: Reading


class LastReadings(Mapping[str, Reading]):
    """By point; of a block a reading is made when it is asked for: most of them nobody ever sees.

    Each point is at one place: by itself, or in the last block of one group, whichever was later.
    """

    def __init__(self) -> None:
        self._singles: dict[str, _Single] = {}  # in the order in which they came
        self._count = 0
        self._blocks: dict[Group, Block] = {}
        self._places: dict[str, tuple[Group, int]] = {}
        self._replaced: set[Group] = set()  # of which a point was heard elsewhere since
        self.blocks = MappingProxyType(self._blocks)

    def __getitem__(self, point: str) -> Reading:
        """Return what it read last."""
        single = self._singles.get(point)
        if single is not None:
            return single.reading
        group, place = self._places[point]
        return self._blocks[group].reading(place)

    def __iter__(self) -> Iterator[str]:
        """Every point that was heard of."""
        yield from self._singles
        yield from self._places

    def __len__(self) -> int:
        """How many there are."""
        return len(self._singles) + len(self._places)

    def put(self, reading: Reading) -> None:
        """Take one that came by itself."""
        point = reading.point
        self._singles.pop(point, None)
        self._count += 1
        self._singles[point] = _Single(self._count, reading)
        place = self._places.pop(point, None)
        if place is not None:
            self._replaced.add(place[0])

    def put_block(self, block: Block) -> None:
        """Take what a whole group read."""
        group = block.group
        if group not in self._blocks or group in self._replaced:
            self._settle(group)
        self._blocks[group] = block

    def singles_since(self, mark: int) -> tuple[int, list[Reading]]:
        """Return the mark of now, and the last readings that came one by one after a mark.

        It takes as long as they are many, however many others there are.
        """
        later = takewhile(lambda each: each.number > mark, reversed(self._singles.values()))
        return self._count, [each.reading for each in later]

    def forget(self, gone: Collection[str]) -> None:
        """Know nothing of these devices any more."""
        for point in [each for each in self if each.partition("/")[0] in gone]:
            self._singles.pop(point, None)
            self._places.pop(point, None)
        for group in [each for each in self._blocks if each.devices.issubset(gone)]:
            del self._blocks[group]
            self._replaced.discard(group)

    def _settle(self, group: Group) -> None:
        """Let its points be found in its last block from now on."""
        self._replaced.discard(group)
        for place, point in enumerate(group.points):
            self._singles.pop(point, None)
            before = self._places.get(point)
            if before is not None and before[0] is not group:
                self._replaced.add(before[0])
            self._places[point] = group, place
