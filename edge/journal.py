"""Where events are kept, as who keeps them sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from edge.model import Kept

JOURNAL_FILE: Final = "journal.db"
"""What it is called in a gateway's store."""


class Journal(Protocol):
    """Where events are kept; see `cloud_bridge.journal`."""

    def knows(self, origin: str) -> bool:
        """Whether an event with this origin is kept, or on its way to the disk."""
        ...

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Hand over what has to be on disk before `then` is called; return when there is room."""
        ...
