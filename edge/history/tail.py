"""How readings leave the gateway: who passes them on follows the history by a durable cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from edge.model import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Readings that were kept together, in the order in which they came; numbers only grow."""

    number: int
    readings: Sequence[Reading]


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
