"""The journal's file: SQLite in WAL mode with synchronous FULL; every call blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import apsw

from cloud_bridge.change import Change
from cloud_bridge.journal_commit import put_down
from cloud_bridge.journal_look import JournalLook
from cloud_bridge.journal_requeue import Piece, again
from cloud_bridge.journal_room import UPLINKS, Lost, Room
from cloud_bridge.journal_schema import in_words, lane_of
from edge.all_or_nothing import whole
from edge.model import Lane

EVENTS_KEPT = 200_000
"""Events that stay after their receipts, for the technician: about 250 MB at 1.2 kB each."""

ORIGINS_KEPT = 100_000
"""Identities remembered against copies: a gate resends its last few thousand records at most."""

REFUSED_KEPT = 10_000
"""Refusals remembered: each is also an event, this table is for requeueing by hand."""

GIVEN_UP_AT_ONCE = 2_000
"""Deliveries that are given up in one go: an alarm that comes meanwhile waits for some 10 ms."""

EVERY = -1
"""No limit, in SQLite's words."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

_OTHERS = f"{UPLINKS} AND id NOT IN (SELECT id FROM uplink)"  # noqa: S608 - our own words
_FORGET = """
DELETE FROM delivery WHERE uplink = ?1 AND (lane, number) IN (
  SELECT lane, number FROM delivery WHERE uplink = ?1 LIMIT ?2)
"""

Clock: TypeAlias = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a journal holds: `origins` oldest first, `depths` by uplink and lane."""

    last_number: int
    states: Mapping[str, bytes]
    origins: Sequence[str]
    depths: Mapping[tuple[str, Lane], int]
    refused: int
    given_up: int


def standing_of(db: apsw.Connection, given_up: int = 0) -> Standing:
    """Return where everything stands in a file that nobody writes meanwhile."""
    depths = db.execute("SELECT uplink, lane, count(*) FROM delivery GROUP BY 1, 2")
    [(refused,)] = db.execute("SELECT count(*) FROM refused")
    return Standing(
        last_number=last_number_of(db),
        states=dict(db.execute("SELECT key, body FROM state")),
        origins=[origin for (origin,) in db.execute("SELECT origin FROM origin ORDER BY number")],
        depths={(uplink, lane_of(lane)): count for uplink, lane, count in depths},
        refused=int(refused),
        given_up=given_up,
    )


def last_number_of(db: apsw.Connection) -> int:
    """Return the highest number in use, or where this journal begins, or went on elsewhere."""
    [(last,)] = db.execute(
        "SELECT max(coalesce(max(number), 0), (SELECT CAST(value AS INTEGER) FROM meta"
        " WHERE key='first')) FROM event"
    )
    return int(last or 0)


class JournalFile(JournalLook):
    """The writer's connection; `now` is what it stamps events with."""

    def __init__(
        self, path: Path, *, uplinks: Sequence[str] = (), now: Clock | None = None
    ) -> None:
        super().__init__(path)
        self._path = path
        self._uplinks = tuple(uplinks)
        self._now = now
        self._room = Room(self._db)

    def standing(self) -> Standing:
        """Return where everything stands when the gateway starts; `ConfigError` when that fails.

        Deliveries to an uplink that the site file no longer has are given up, and counted.
        """
        with in_words(self._path):
            return self._standing()

    def _standing(self) -> Standing:
        with whole(self._db):
            self._serve(self._uplinks)
            given_up = self._forget_others()
        return standing_of(self._db, given_up)

    def commit(self, changes: Sequence[Change]) -> dict[tuple[str, Lane], int]:
        """Write all changes in one transaction; return by how much each depth changed."""
        kept_at = (self._now() - _EPOCH) // _MILLISECOND if self._now else None
        with whole(self._db):
            uplinks = self._uplinks
            for change in changes:
                if change.uplinks is not None:
                    uplinks = tuple(change.uplinks)
                    self._serve(uplinks)
            moved = put_down(self._db, changes, uplinks, kept_at)
        self._uplinks = uplinks
        return moved

    def give_up(self) -> bool:
        """Forget some deliveries to uplinks that are gone; return whether there are more."""
        with whole(self._db):
            gone = self._forget_others(GIVEN_UP_AT_ONCE)
        return gone == GIVEN_UP_AT_ONCE

    def again(self, uplink: str, since: int | None, after: int) -> Piece:
        """Let a piece of what was refused, or is kept, wait once more; see `journal_requeue`."""
        return again(self._db, uplink, since, after)

    def prune(self) -> bool:
        """Forget some of what is long delivered; return whether there may be more.

        When it is through, what is too old to come again goes as well.
        """
        if self._room.prune(self._old()):
            return True
        with whole(self._db):
            for table, column, kept in (
                ("origin", "origin", ORIGINS_KEPT),
                ("refused", "number", REFUSED_KEPT),
            ):
                self._db.execute(
                    f"DELETE FROM {table} WHERE {column} IN"  # noqa: S608 - names are our own
                    f" (SELECT {column} FROM {table} ORDER BY number DESC LIMIT -1 OFFSET {kept})"
                )

        return False

    def _old(self) -> int:
        """Return the newest number that is too old; what came before a leap is counted as well."""
        last = self.last_number()
        [(first, before)] = self._db.execute(
            "SELECT value + 0, (SELECT max(number) FROM event WHERE number < value + 0)"
            " FROM meta WHERE key = 'first'"
        )
        own = last - first
        return last - EVENTS_KEPT if before is None else min(before, before + own - EVENTS_KEPT)

    def last_number(self) -> int:
        """Return the highest number in use; its event is never forgotten."""
        return last_number_of(self._db)

    def limit(self, size: int) -> None:
        """Let the file not grow beyond so many bytes; what is there already stays."""
        self._db.pragma("max_page_count", max(1, size // int(self._db.pragma("page_size"))))

    def make_room(self) -> Lost:
        """Let something go, as the file may not grow; return what the platform had not got yet."""
        return self._room.make(self.last_number() - 1)

    def _serve(self, uplinks: Sequence[str]) -> None:
        """Note from which number on each uplink gets the events; what is new begins here."""
        marks = ",".join("?" * len(uplinks))
        self._db.execute(f"DELETE FROM uplink WHERE id NOT IN ({marks})", uplinks)  # noqa: S608 - marks only
        known = {uplink for (uplink,) in self._db.execute("SELECT id FROM uplink")}
        first = self.last_number() + 1
        for uplink in uplinks:
            if uplink not in known:
                self._db.execute("DELETE FROM delivery WHERE uplink = ?", (uplink,))
                self._db.execute("INSERT INTO uplink (id, since) VALUES (?,?)", (uplink, first))

    def _forget_others(self, most: int = EVERY) -> int:
        """Forget deliveries that no uplink waits for, so many at most; return how many."""
        gone = 0
        for (uplink,) in tuple(self._db.execute(_OTHERS)):
            self._db.execute(_FORGET, (uplink, EVERY if most == EVERY else most - gone))
            gone += self._db.changes()
        return gone
