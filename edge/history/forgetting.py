"""What the history forgets: what is too old, and what the file has no room for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from shutil import disk_usage
from typing import Final

import apsw

from edge.all_or_nothing import whole
from edge.history.keeping import MEGABYTE, Keeping
from edge.history.numbers import Numbers
from edge.history.places import Places
from edge.history.rolls import HOUR, HOURS, MINUTES, RAW, ROLLED, SECOND, Tier
from edge.history.schema import PAGE

DAY: Final = 24 * HOUR

STEP: Final = 6 * HOUR
"""How much is forgotten in one hour at most: a clock that is a year ahead costs little."""

FORGET_ROWS: Final = 5_000
"""Minutes and hours that are forgotten in one go, so that writing never waits long."""

FORGET_CHUNKS: Final = 500
"""Chunks that are forgotten in one go."""

FORGET_BATCHES: Final = 500
"""Batches that are forgotten in one go; each is some kilobytes."""

LOOK_EVERY: Final = 60
"""Calls of `tidy` between two looks at the file's size."""

FULL: Final = 0.9
"""The part of its share from which on the file makes room."""

RESERVE: Final = 300 * MEGABYTE
"""Where the disk has less left than this for everybody, the file grows no more."""

FOLLOWED: Final = 0.5
"""The part of its share that what followers have not done may take."""

LADDER: Final = (
    (RAW, DAY),
    (MINUTES, 7 * DAY),
    (HOURS, 90 * DAY),
    (MINUTES, DAY),
    (RAW, HOUR),
    (MINUTES, 0),
    (HOURS, 0),
    (RAW, 0),
)
"""What goes first where all is too much, and the age that stays before the next has to go."""

_MICROSECOND: Final = timedelta(microseconds=1)

_FORGET: Final = """
DELETE FROM chunk WHERE id IN (
  SELECT id FROM chunk WHERE point = ?1 AND at < ?2 AND last < ?2 ORDER BY at LIMIT ?3)
"""

_FORGET_ROLLED: Final = """
DELETE FROM {table} WHERE (at, point) IN (SELECT at, point FROM {table} WHERE at < ? LIMIT ?)
"""

_UNSPOKEN: Final = """
DELETE FROM point WHERE id = ?1 AND spoken < (SELECT hours_since FROM kept)
  AND NOT EXISTS (SELECT 1 FROM chunk WHERE point = ?1)
"""

_OLDEST: Final = "SELECT weight FROM batch ORDER BY number LIMIT 1"
_NEWEST: Final = "SELECT weight FROM batch ORDER BY number DESC LIMIT 1"

_BEYOND: Final = f"""
SELECT number, total FROM batch WHERE weight > ({_OLDEST}) + ? ORDER BY number LIMIT 1
"""  # noqa: S608 - our own

_LET_GO: Final = """
DELETE FROM batch WHERE number IN (SELECT number FROM batch WHERE number <= ? LIMIT ?)
"""


class Forgetting:
    """Plans what goes, says so in the file, and lets it go a little at a time."""

    def __init__(
        self,
        db: apsw.Connection,
        numbers: Numbers,
        places: Places,
        unsorted: Callable[[str], bool],
    ) -> None:
        self._db = db
        self._numbers = numbers
        self._places = places
        self._unsorted = unsorted
        [since] = db.execute("SELECT since, minutes_since, hours_since FROM kept")
        self.since: dict[Tier, int] = dict(zip((RAW, *ROLLED), map(int, since), strict=True))
        self._under_way: Tier | None = None
        self._to_forget: list[tuple[str, int]] = []
        self._calls = 0
        self._next_by_age = 0
        self._letting_go = False
        self.keep(Keeping())

    def keep(self, keeping: Keeping) -> None:
        """Have this share of the disk, and these ages; a file that is larger shrinks bit by bit."""
        self._most_pages = max(64, keeping.size // PAGE)
        self._ages = {
            RAW: keeping.raw // _MICROSECOND,
            MINUTES: keeping.minutes // _MICROSECOND,
            HOURS: keeping.hours // _MICROSECOND,
        }
        self._db.execute(f"PRAGMA max_page_count={self._most_pages}")

    def tidy(self, now: int) -> None:
        """Do the next bit; asked each second."""
        self._calls += 1
        if self._calls % LOOK_EVERY == 0:
            if self._under_way is None:
                self._plan(now)
            self._letting_go = True
        if self._letting_go:
            self._let_go()
        self._forget()

    def make_room(self, now: int) -> None:
        """The file is full: forget something at once."""
        if self._under_way is None:
            self._make_room(now)
        self._let_go()
        self._forget()

    def _plan(self, now: int) -> None:
        """Decide what is to be forgotten next: what is too old, or too much."""
        [(pages,)] = self._db.execute("PRAGMA page_count")
        [(free,)] = self._db.execute("PRAGMA freelist_count")
        scarce = disk_usage(Path(self._db.filename).parent).free < RESERVE
        most = min(pages, self._most_pages) if scarce else self._most_pages
        self._db.execute(f"PRAGMA max_page_count={most}")
        if pages - free > most * FULL:
            self._make_room(now)
        elif self._calls >= self._next_by_age:
            self._next_by_age = self._calls + HOUR // SECOND
            self._forget_old(now)
        if pages > self._most_pages and free:
            tuple(self._db.execute(f"PRAGMA incremental_vacuum({FORGET_ROWS})"))  # a row a page

    def _forget_old(self, now: int) -> None:
        """Let the tier go first that is behind its age by the most; the others have their turn."""
        late = {tier: now - age - self.since[tier] for tier, age in self._ages.items()}
        tier = max(late, key=late.__getitem__)
        if late[tier] > HOUR:
            self._forget_until(tier, self.since[tier] + min(late[tier], STEP))

    def _make_room(self, now: int) -> None:
        [(held,)] = self._db.execute(f"SELECT ({_NEWEST}) - ({_OLDEST})")
        if held and held > self._most_pages * PAGE * FOLLOWED and self._give_up(held // 20):
            return
        for tier, floor in LADDER:
            since = self.since[tier]
            until = min(now - floor, since + max(SECOND, (now - since) // 20))
            if until > since:
                self._forget_until(tier, until)
                return

    def _give_up(self, amount: int) -> bool:
        """Let followers lose the oldest batches, so many bytes of them; those not sorted stay."""
        [last] = self._db.execute("SELECT number, total FROM kept")
        cut = min([last, *self._db.execute(_BEYOND, (amount,))])
        if cut[0] <= self._places.behind(last[0]):
            return False
        with whole(self._db):
            self._places.give_up(*cut)
        self._places.reload()
        return True

    def _let_go(self) -> None:
        """Forget batches that are sorted and that every follower is done with."""
        [(number,)] = self._db.execute("SELECT number FROM kept")
        with whole(self._db):
            wanted = (self._places.behind(number), FORGET_BATCHES)
            self._db.execute(_LET_GO, wanted)
            self._letting_go = self._db.changes() == FORGET_BATCHES

    def _forget_until(self, tier: Tier, since: int) -> None:
        """Say so before anything is gone, so that nobody takes the rest for everything.

        Whole hours, where it is so much: what is left of one would not be all of it.
        """
        if since - self.since[tier] >= HOUR:
            since -= since % HOUR
        with whole(self._db):
            self._db.execute(f"UPDATE kept SET {tier.since} = ?", (since,))  # noqa: S608 - our own
        self.since[tier] = since
        self._under_way = tier
        self._to_forget = list(self._numbers.ids.items()) if tier is RAW else []

    def _forget(self) -> None:
        tier = self._under_way
        if tier is None:
            return
        with whole(self._db):
            if tier is RAW:
                self._forget_readings(self.since[RAW])
                over = not self._to_forget
            else:
                wanted = (self.since[tier] // tier.width, FORGET_ROWS)
                self._db.execute(_FORGET_ROLLED.format(table=tier.table), wanted)
                over = self._db.changes() < FORGET_ROWS
        if over:
            self._under_way = None

    def _forget_readings(self, until: int) -> None:
        room = FORGET_CHUNKS
        [(number,)] = self._db.execute("SELECT number FROM kept")
        followed = self._places.behind(number) < number
        while self._to_forget and room > 0:
            name, point = self._to_forget[-1]
            self._db.execute(_FORGET, (point, until, room))
            gone = self._db.changes()
            if gone < room:
                self._to_forget.pop()
                if not followed and not self._unsorted(name):
                    self._db.execute(_UNSPOKEN, (point,))
                    if self._db.changes():
                        self._numbers.forget(name)
            room -= gone + 1
