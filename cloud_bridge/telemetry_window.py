"""The batches of readings that are on their way: which is next, and up to where all are stored."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Final

WINDOW: Final = 8
"""Batches that may wait for receipts, some 60 kB: bounds what a lost session sends twice."""

PATIENCE_S: Final = 60.0
"""For the receipt of the oldest; then it is sent again, as a question whether anybody is there."""

LONGEST_PATIENCE_S: Final = 480.0
"""For a platform that does not answer time and again."""

OVERTAKEN_S: Final = 2.0
"""For the receipts of what was sent before a batch whose receipt has come."""


@dataclass(slots=True, kw_only=True)
class Outgoing:
    """A batch of readings; once it and all before it are stored, the history is done up to `upto`.

    `body` is JSON until it is `compressed`; `again_at` is when it is sent again without a receipt.
    """

    id: str
    body: bytes
    count: int
    upto: int = 0
    compressed: bool = False
    sent_at: float | None = None
    again_at: float = inf
    tries: int = 0
    over: bool = False


class Window:
    """Batches in the order in which they are sent; in a silence only the oldest is sent again."""

    def __init__(self) -> None:
        self._batches: deque[Outgoing] = deque()

    @property
    def full(self) -> bool:
        """Whether no more should be made."""
        return len(self._batches) >= WINDOW

    @property
    def plain(self) -> Outgoing | None:
        """The next that is not compressed yet."""
        return next((each for each in self._batches if not each.compressed), None)

    def add(self, batches: Iterable[Outgoing], upto: int) -> int:
        """Take these; return up to where the history is done already, as nothing waits: else 0."""
        self._batches.extend(batches)
        if not self._batches:
            return upto
        self._batches[-1].upto = upto
        return 0

    def next(self, now: float) -> Outgoing | None:
        """Return what is to be sent now: first what has to be sent again."""
        waiting = (each for each in self._batches if not each.over)
        return next((e for e in waiting if e.sent_at is None or e.again_at <= now), None)

    @property
    def again_at(self) -> float:
        """When something has to be sent again, unless a receipt comes."""
        return min((e.again_at for e in self._batches if not e.over), default=inf)

    def sent(self, batch: Outgoing, now: float) -> None:
        """It is on its way."""
        batch.sent_at = now
        batch.tries += 1
        batch.again_at = inf
        self._watch_oldest()

    def unheard(self, batch: Outgoing) -> None:
        """Nobody was there to take it."""
        batch.sent_at, batch.again_at = None, inf

    def lost_session(self) -> None:
        """Whatever has no receipt is sent again, in order, under the same id."""
        for batch in self._batches:
            batch.sent_at, batch.again_at, batch.tries = None, inf, 0

    def receipted(self, ids: Iterable[str], now: float) -> tuple[int, int]:
        """These are over; return how many readings, and up to where the history is done: or 0."""
        named = set(ids)
        count = done = 0
        for batch in self._batches:
            if batch.id in named and not batch.over:
                batch.over = True
                count += batch.count
                self._hurry(batch.sent_at, now)
        while self._batches and self._batches[0].over:
            done = max(done, self._batches.popleft().upto)
        self._watch_oldest()
        return count, done

    def _hurry(self, sent_at: float | None, now: float) -> None:
        """Who answers this has answered what was sent before, or never got it."""
        for batch in self._batches:
            own = batch.sent_at
            if not batch.over and own is not None and sent_at is not None and own < sent_at:
                batch.again_at = min(batch.again_at, now + OVERTAKEN_S)

    def _watch_oldest(self) -> None:
        oldest = next((batch for batch in self._batches if not batch.over), None)
        if oldest is not None and oldest.sent_at is not None:
            patience = min(PATIENCE_S * 2.0 ** (oldest.tries - 1), LONGEST_PATIENCE_S)
            oldest.again_at = min(oldest.again_at, oldest.sent_at + patience)
