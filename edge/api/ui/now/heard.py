"""Which devices say something else than when one looked before."""

from __future__ import annotations

from collections.abc import Callable, Collection
from operator import itemgetter
from typing import TypeAlias

from edge.model import Block, Group, Reading, Value, says_the_same
from edge.state import State

_Part: TypeAlias = Callable[[tuple[Value | None, ...]], object]


class Heard:
    """Looks at `points` again and again; what came in blocks is compared block by block."""

    def __init__(self, points: Collection[str]) -> None:
        self._points = points
        self._parts: dict[Group, _Part | None] = {}
        self._blocks: dict[Group, Block] = {}
        self._singles: dict[str, Reading] = {}
        self._state: State | None = None
        self._mark = 0

    def otherwise(self, state: State) -> set[str]:
        """The devices of which one of the points reads otherwise than at the last look."""
        found: set[str] = set()
        if state is not self._state:
            self._state, self._mark = state, 0
        for group, block in state.blocks.items():
            was = self._blocks.get(group)
            if block is not was:
                self._blocks[group] = block
                part = self._part(group)
                if part and (was is None or part(was.values) != part(block.values)):
                    found |= group.devices
        self._mark, singles = state.singles_since(self._mark)
        for reading in singles:
            single = self._singles.get(reading.point)
            self._singles[reading.point] = reading
            if single is None or not says_the_same(single, reading):
                found.add(reading.point.partition("/")[0])
        return found

    def _part(self, group: Group) -> _Part | None:
        """What of the values of a group is looked at; none where that is nothing."""
        if group not in self._parts:
            places = [n for n, point in enumerate(group.points) if point in self._points]
            self._parts[group] = itemgetter(*places) if places else None
        return self._parts[group]
