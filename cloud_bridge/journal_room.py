"""Room within the journal: what is forgotten in time, and what goes first when it may not grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import apsw

from edge.all_or_nothing import whole
from edge.model import Lane

PRUNED_AT_ONCE: Final = 2_000
"""Events that are looked at in one transaction: an alarm that comes meanwhile waits some 10 ms."""

AT_ONCE: Final = 200
"""Events that go in one transaction where the log may not grow either."""

PIECES: Final = 10
"""Transactions in one go: then there is room for more than a thousand events."""

ENOUGH: Final = 128
"""Pages that are free within the file, and more than one transaction takes."""

ORDER: Final = (Lane.INFO, Lane.FAULT, Lane.SECURITY)
"""What is given up though the platform has not got it, in this order. Life safety never is."""

# Leaps from uplink to uplink, however much waits for each.
UPLINKS: Final = """
WITH RECURSIVE every (id) AS (
  SELECT min(uplink) FROM delivery
  UNION ALL SELECT (SELECT min(uplink) FROM delivery WHERE uplink > id) FROM every WHERE id <> '')
SELECT id FROM every WHERE id <> ''
"""
_NEXT: Final = "SELECT number FROM event WHERE number > ? ORDER BY number LIMIT ?"
_WAITING: Final = (
    "SELECT number FROM delivery WHERE uplink = ? AND lane = ? AND number BETWEEN ? AND ?"
)
_REFUSED: Final = "SELECT number FROM refused WHERE number BETWEEN ? AND ?"
_OLDEST: Final = "SELECT number FROM delivery WHERE uplink = ? AND lane = ? ORDER BY number LIMIT ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What had to go before the platform had it: events by lane, deliveries by uplink and lane."""

    events: Counter[Lane] = field(default_factory=Counter)
    deliveries: Counter[tuple[str, Lane]] = field(default_factory=Counter)


class Room:
    """Goes through the events from the oldest on, a piece at a time; every call blocks.

    Whether somebody waits for an event is asked of a piece at once: asked of each by itself it
    would take minutes in a journal with millions that wait, and alarms would wait as long.
    """

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        self._looked = 0

    def prune(self, until: int) -> bool:
        """Forget what is delivered among the next events up to a number; whether there are more."""
        _, more = self._forget(until, PRUNED_AT_ONCE)
        return more

    def make(self, until: int) -> Lost:
        """Let something go, up to a number; return what of it the platform had not got yet.

        What is delivered goes first, then what waits, by lanes. `apsw.FullError` where nothing may,
        or where it would not help: what is free within the file already is not what is missing.
        """
        free = int(self._db.pragma("freelist_count")) >= ENOUGH
        self._looked = 0
        for _ in range(0 if free else PIECES):
            gone, more = self._forget(until, AT_ONCE)
            if gone:
                return Lost()
            if not more:
                break
        lost = Lost() if free else self._give_up(until)
        if not lost.events:
            raise apsw.FullError("the disk is full, and nothing that is kept may go")
        return lost

    def _forget(self, until: int, most: int) -> tuple[int, bool]:
        found = [number for (number,) in self._db.execute(_NEXT, (self._looked, most))]
        numbers = [number for number in found if number <= until]
        is_end = len(numbers) < most
        self._looked = 0 if is_end else numbers[-1]
        if not numbers:
            return 0, False
        span = (numbers[0], numbers[-1])
        needed = {number for (number,) in self._db.execute(_REFUSED, span)}
        for uplink in self._uplinks():
            for lane in Lane:
                rows = self._db.execute(_WAITING, (uplink, lane, *span))
                needed |= {number for (number,) in rows}
        gone = [number for number in numbers if number not in needed]
        with whole(self._db):
            self._take_away(gone)
        return len(gone), not is_end

    def _give_up(self, until: int) -> Lost:
        """As long as there is something of a lane, nothing more urgent goes."""
        lost = Lost()
        for lane in ORDER:
            for _ in range(PIECES):
                self._give_up_some(lane, until, lost)
            if lost.events:
                break
        return lost

    def _give_up_some(self, lane: Lane, until: int, lost: Lost) -> None:
        uplinks = self._uplinks()
        oldest = {
            number
            for uplink in uplinks
            for (number,) in self._db.execute(_OLDEST, (uplink, lane, AT_ONCE))
        }
        numbers = sorted(number for number in oldest if number <= until)[:AT_ONCE]
        if not numbers:
            return
        with whole(self._db):
            for uplink in uplinks:
                before = self._db.total_changes()
                self._db.executemany(
                    "DELETE FROM delivery WHERE uplink = ? AND lane = ? AND number = ?",
                    [(uplink, lane, number) for number in numbers],
                )
                lost.deliveries[uplink, lane] += self._db.total_changes() - before
            self._take_away(numbers)
        lost.events[lane] += len(numbers)

    def _take_away(self, numbers: Sequence[int]) -> None:
        self._db.executemany("DELETE FROM event WHERE number = ?", [(n,) for n in numbers])

    def _uplinks(self) -> Sequence[str]:
        return [uplink for (uplink,) in self._db.execute(UPLINKS)]
