"""A history's tail in memory: what was kept together, and up to where a follower is done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from edge.history.tail import Batch
from edge.model import Reading


class FakeTail:
    """A `Tail`; `keep` has the history keep readings."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.dropped = 0
        self.up_to = 0
        self._grown = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many readings are kept and not done."""
        return sum(each.count for each in self.batches if each.number > self.up_to)

    def keep(self, readings: Sequence[Reading]) -> None:
        """Keep these together."""
        self.batches.append(Batch(number=len(self.batches) + 1, told=readings))
        self._grown.set()

    async def after(self, number: int, limit: int) -> Sequence[Batch]:
        """Return the next batches."""
        while True:
            self._grown.clear()
            begin = max(number, self.up_to)
            found: list[Batch] = []
            for batch in self.batches[begin:]:
                if sum(each.count for each in found) >= limit:
                    break
                found.append(batch)
            if found:
                return found
            await self._grown.wait()

    def done(self, number: int) -> None:
        """These need not come again."""
        assert self.up_to < number <= len(self.batches)
        self.up_to = number
