"""What the platform was handed and has not answered, and when a second way takes it as well."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import Final, Literal, TypeAlias

from cloud_bridge.journal_look import Stored
from edge.model import Lane

ANSWERED_WITHIN_S: Final = dict.fromkeys(Lane, 10.0) | {Lane.LIFE_SAFETY: 3.0}
"""From the first time an event is handed over until it is too late to wait for the first way alone;
a broker that hangs is noticed in 3 s, and a platform that answers does so in far less."""

DOWN_FOR_S: Final = dict.fromkeys(Lane, 3.0) | {Lane.LIFE_SAFETY: 0.0}
"""The first way is missed so long before a lane leaves it: a line that blinks costs no copies."""

UNTRIED_S: Final = 3.0
"""So long a first way that was never up is taken to be about to come up."""

REFUSAL: Final = "delivery.refused"

Ended: TypeAlias = Literal["event", "refusal", "unknown"]
"""What a delivery was of: an event, the news of a refusal, or nothing that was under way."""


class Handed:
    """Deliveries of one uplink that are under way, over whichever way; times are the loop's.

    `moved` is set for a lane when the time at which the second way is wanted may have changed.
    """

    def __init__(self) -> None:
        self._since: dict[Lane, dict[int, float]] = {lane: {} for lane in Lane}
        self._refusals: set[int] = set()
        self._down_since: float | None = inf
        self.moved = {lane: asyncio.Event() for lane in Lane}

    def begin(self, now: float) -> None:
        """Nobody has tried the first way yet."""
        if self._down_since == inf:
            self.down(now + UNTRIED_S)

    def up(self) -> None:
        """The first way is there."""
        self._down_since = None
        self._tell()

    def down(self, now: float) -> None:
        """The first way is gone, or still not there."""
        since = self._down_since
        self._down_since = now if since is None else min(since, now)
        self._tell()

    def over(self, lane: Lane, batch: Iterable[Stored], now: float) -> None:
        """These are handed over; what was before keeps its time."""
        own = self._since[lane]
        if not own:
            self.moved[lane].set()
        for stored in batch:
            own.setdefault(stored.number, now)
            if stored.kind == REFUSAL:
                self._refusals.add(stored.number)

    def waits(self, lane: Lane, number: int) -> bool:
        """Whether it was handed over and is not answered."""
        return number in self._since[lane]

    def ended(self, number: int) -> Ended:
        """The platform has answered for it."""
        for own in self._since.values():
            if own.pop(number, None) is not None:
                refusal = number in self._refusals
                self._refusals.discard(number)
                return "refusal" if refusal else "event"
        return "unknown"

    def gone(self, lane: Lane, now: float) -> bool:
        """Whether all of this lane goes the second way, as the first is missed for too long."""
        return self._gone_at(lane) <= now

    def late(self, lane: Lane, now: float) -> Iterator[int]:
        """Yield what was not answered in time, the oldest first."""
        for number, since in self._since[lane].items():
            if since + ANSWERED_WITHIN_S[lane] > now:
                return
            yield number

    def due_at(self, lane: Lane) -> float:
        """Return from when on something of this lane may be due for the second way."""
        first = next(iter(self._since[lane].values()), inf)
        return min(self._gone_at(lane), first + ANSWERED_WITHIN_S[lane])

    def _gone_at(self, lane: Lane) -> float:
        return inf if self._down_since is None else self._down_since + DOWN_FOR_S[lane]

    def _tell(self) -> None:
        for moved in self.moved.values():
            moved.set()


def fitting(batch: Sequence[Stored], most_bytes: int) -> list[Stored]:
    """Return as many as fit into one message, one at least."""
    size = 0
    found: list[Stored] = []
    for stored in batch:
        size += len(stored.body)
        if found and size > most_bytes:
            break
        found.append(stored)
    return found
