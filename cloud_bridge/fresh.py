"""What was kept last, once more in memory: whoever sends it need not ask the disk for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from cloud_bridge.change import Change
from cloud_bridge.journal_look import Stored
from edge.model import Lane

MOST: Final = 200
"""Events of each lane; some 2 kB each."""


class Fresh:
    """The last events of each lane, and who has them already.

    `last` is the number of the last one before all of them. To ask the disk takes another thread,
    and with that some turns of a loop that may be busy.
    """

    def __init__(self, last: int) -> None:
        self._complete_after = dict.fromkeys(Lane, last)
        self._held: dict[Lane, deque[Stored]] = {lane: deque() for lane in Lane}
        self._settled: dict[int, set[str]] = {}

    def follow(self, changes: Iterable[Change]) -> None:
        """These are on disk now, in this order."""
        for change in changes:
            for row in change.events:
                held = self._held[row.lane]
                held.append(Stored(row.number, row.kind, row.body))
                self._settled[row.number] = set()
                if len(held) > MOST:
                    self._drop(row.lane)
            for uplink, number in change.settled:
                if number in self._settled:
                    self._settled[number].add(uplink)

    def forget(self) -> None:
        """Somebody has changed on the disk who waits for what."""
        for lane, held in self._held.items():
            while held:
                self._drop(lane)

    def after(self, uplink: str, lane: Lane, number: int, limit: int) -> list[Stored] | None:
        """Return the first events of a lane after this one that wait for the uplink's receipt.

        What came after one that went to it goes there as well. None where the disk has to be
        asked: for who has had no event yet, or is behind.
        """
        if number <= 0 or number < self._complete_after[lane]:
            return None
        return list(islice(self._waiting(uplink, lane, number), limit))

    def _waiting(self, uplink: str, lane: Lane, number: int) -> Iterator[Stored]:
        for stored in self._held[lane]:
            if stored.number > number and uplink not in self._settled[stored.number]:
                yield stored

    def _drop(self, lane: Lane) -> None:
        gone = self._held[lane].popleft().number
        self._complete_after[lane] = gone
        del self._settled[gone]
