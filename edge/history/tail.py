"""How readings leave the gateway: who passes them on follows the history by a durable cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from edge.model import Reading, Readings, count_of, one_by_one


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Readings that were kept together, in the order in which they came; numbers only grow."""

    number: int
    told: Sequence[Readings]

    @cached_property
    def count(self) -> int:
        """How many readings."""
        return count_of(self.told)

    @property
    def readings(self) -> Sequence[Reading]:
        """One by one."""
        return list(one_by_one(self.told))


class Tail(Protocol):
    """One follower's place in what was kept; it begins with what is kept after it was named.

    What was given to `done` does not come again, but for about the last second of it after a kill.
    """

    @property
    def waiting(self) -> int:
        """How many readings are kept and not done."""
        ...

    @property
    def dropped(self) -> int:
        """How many readings were given up before they were done, as the disk's share was full."""
        ...

    async def after(self, number: int, limit: int) -> Sequence[Batch]:
        """Return the next batches after this one (0: after what is done), `limit` readings or so.

        Waits until there is one.
        """
        ...

    def done(self, number: int) -> None:
        """This batch, and all before it, need not come again; on disk within a second."""
        ...
