"""The journal's file: SQLite in WAL mode with synchronous FULL; every call blocks."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path

import apsw

from edge.clock import synchronised
from edge.errors import ConfigError
from edge.model import Lane

EVENTS_KEPT = 200_000
"""Events that stay after their receipts, for the technician: about 250 MB at 1.2 kB each."""

ORIGINS_KEPT = 100_000
"""Identities remembered against copies: a gate resends its last few thousand records at most."""

REFUSED_KEPT = 10_000
"""Refusals remembered: each is also an event, this table is for requeueing by hand."""

APPLICATION = 0x57484953
"""The letters WHIS, as SQLite's application id."""

CHANCE = 2**50
"""Numbers stay below 2**53, which JSON can tell everywhere."""

BUSY_MS = 5_000
"""How long to wait for a second process, such as `whistle journal`, that reads the file."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One event as it is told to the platform."""

    number: int
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event on its way to the disk."""

    number: int
    at: str
    kind: str
    lane: Lane
    subject: str
    origin: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one transaction writes, together with others that wait at the same time."""

    events: Sequence[EventRow] = ()
    states: Mapping[str, bytes | None] = field(default_factory=dict)
    settled: Sequence[tuple[str, int]] = ()
    refused: Sequence[tuple[str, int, str, str]] = ()
    then: Sequence[Callable[[], None]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a journal holds: `origins` oldest first, `depths` by uplink and lane."""

    last_number: int
    states: Mapping[str, bytes]
    origins: Sequence[str]
    depths: Mapping[tuple[str, Lane], int]
    refused: int
    given_up: int


class JournalFile:
    """One connection to the file; the writer thread has one, the reader thread another."""

    def __init__(self, path: Path, *, uplinks: Sequence[str] = ()) -> None:
        self._uplinks = tuple(uplinks)
        try:
            self._db = apsw.Connection(str(path))
            self._db.set_busy_timeout(BUSY_MS)
            version = self._version(path)
            self._db.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
            self._migrate(version)
        except apsw.Error as error:
            raise ConfigError(
                f"{path}: this is no journal, or it is damaged ({error}); move the file to a safe"
                " place, do not delete it, and start again"
            ) from error

    def close(self) -> None:
        """Release the file."""
        self._db.close()

    def standing(self) -> Standing:
        """Return where everything stands when the gateway starts.

        Deliveries to an uplink that the site file no longer has are given up, and counted.
        """
        marks = ",".join("?" * len(self._uplinks))
        self._db.execute(
            f"DELETE FROM delivery WHERE uplink NOT IN ({marks})",  # noqa: S608 - marks only
            self._uplinks,
        )
        given_up = self._db.changes()
        depths = self._db.execute("SELECT uplink, lane, count(*) FROM delivery GROUP BY 1, 2")
        [(refused,)] = self._db.execute("SELECT count(*) FROM refused")
        return Standing(
            last_number=self._last_number(),
            states=self.states(),
            origins=[o for (o,) in self._db.execute("SELECT origin FROM origin ORDER BY number")],
            depths={(uplink, Lane(lane)): count for uplink, lane, count in depths},
            refused=int(refused),
            given_up=given_up,
        )

    def states(self) -> dict[str, bytes]:
        """Return what rules and alarms have last kept, without touching anything."""
        return dict(self._db.execute("SELECT key, body FROM state"))

    def oldest(self, queues: Iterable[tuple[str, Lane]]) -> datetime | None:
        """Return when the oldest event happened that waits in one of these queues."""
        numbers = [
            number
            for queue in queues
            for (number,) in self._db.execute(
                "SELECT min(number) FROM delivery WHERE uplink = ? AND lane = ?", queue
            )
            if number is not None
        ]
        if not numbers:
            return None
        rows = list(self._db.execute("SELECT at FROM event WHERE number = ?", (min(numbers),)))
        return datetime.fromisoformat(rows[0][0]) if rows else None

    def commit(self, changes: Iterable[Change]) -> dict[tuple[str, Lane], int]:
        """Write all changes in one transaction; return by how much each depth changed."""
        moved: dict[tuple[str, Lane], int] = {}
        with self._db:
            for change in changes:
                for row in change.events:
                    self._insert(row, moved)
                for key, body in change.states.items():
                    self._put_state(key, body)
                for uplink, number in change.settled:
                    self._settle(uplink, number, moved)
                self._db.executemany(
                    "INSERT OR REPLACE INTO refused VALUES (?,?,?,?)", change.refused
                )
        return moved

    def prune(self) -> None:
        """Forget what is long delivered and what is too old to come again."""
        last = self._last_number()
        with self._db:
            self._db.execute(
                "DELETE FROM event WHERE number <= ?"
                " AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.number = event.number)"
                " AND NOT EXISTS (SELECT 1 FROM refused r WHERE r.number = event.number)",
                (last - EVENTS_KEPT,),
            )
            for table, column, kept in (
                ("origin", "origin", ORIGINS_KEPT),
                ("refused", "number", REFUSED_KEPT),
            ):
                self._db.execute(
                    f"DELETE FROM {table} WHERE {column} IN"  # noqa: S608 - names are our own
                    f" (SELECT {column} FROM {table} ORDER BY number DESC LIMIT -1 OFFSET {kept})"
                )

    def after(self, uplink: str, lane: Lane, number: int, limit: int) -> list[Stored]:
        """Return the oldest events after a number that wait for this uplink's receipt."""
        rows = self._db.execute(
            "SELECT d.number, e.kind, e.body FROM delivery d JOIN event e ON e.number = d.number"
            " WHERE d.uplink = ? AND d.lane = ? AND d.number > ? ORDER BY d.number LIMIT ?",
            (uplink, lane, number, limit),
        )
        return [Stored(*row) for row in rows]

    def these(self, numbers: Sequence[int]) -> list[Stored]:
        """Return the events with these numbers."""
        marks = ",".join("?" * len(numbers))
        rows = self._db.execute(
            f"SELECT number, kind, body FROM event WHERE number IN ({marks}) ORDER BY number",  # noqa: S608 - marks only
            tuple(numbers),
        )
        return [Stored(*row) for row in rows]

    def tell(self, last: int) -> Iterator[dict[str, object]]:
        """Yield the last events, oldest first, with who has not yet given a receipt."""
        rows = self._db.execute(
            "SELECT * FROM (SELECT number, at, kind, lane, subject,"
            " (SELECT group_concat(uplink) FROM delivery d WHERE d.number = e.number),"
            " (SELECT group_concat(uplink || ': ' || reason) FROM refused r"
            "  WHERE r.number = e.number)"
            " FROM event e ORDER BY number DESC LIMIT ?) ORDER BY number",
            (last,),
        )
        for number, at, kind, lane, subject, waiting, refused in rows:
            yield {
                "number": number,
                "at": at,
                "kind": kind,
                "lane": lane,
                "subject": subject,
                "waiting": waiting.split(",") if waiting else [],
                "refused": refused,
            }

    def _last_number(self) -> int:
        """Return the highest number in use, or where a new journal begins."""
        [(last,)] = self._db.execute(
            "SELECT coalesce(max(number), (SELECT value FROM meta WHERE key='first')) FROM event"
        )
        return int(last)

    def _insert(self, row: EventRow, moved: dict[tuple[str, Lane], int]) -> None:
        self._db.execute(
            "INSERT INTO event VALUES (?,?,?,?,?,?)",
            (row.number, row.at, row.kind, row.lane, row.subject, row.body),
        )
        if row.origin:
            self._db.execute("INSERT OR IGNORE INTO origin VALUES (?,?)", (row.origin, row.number))
        for uplink in self._uplinks:
            self._db.execute("INSERT INTO delivery VALUES (?,?,?)", (uplink, row.lane, row.number))
            moved[uplink, row.lane] = moved.get((uplink, row.lane), 0) + 1

    def _put_state(self, key: str, body: bytes | None) -> None:
        if body is None:
            self._db.execute("DELETE FROM state WHERE key = ?", (key,))
        else:
            self._db.execute("INSERT OR REPLACE INTO state VALUES (?,?)", (key, body))

    def _settle(self, uplink: str, number: int, moved: dict[tuple[str, Lane], int]) -> None:
        for lane in Lane:
            self._db.execute(
                "DELETE FROM delivery WHERE uplink = ? AND lane = ? AND number = ?",
                (uplink, lane, number),
            )
            if self._db.changes():
                moved[uplink, lane] = moved.get((uplink, lane), 0) - 1
                return

    def _version(self, path: Path) -> int:
        """Return the schema's version, 0 for an empty file; `ConfigError` for what is not ours."""
        [(version,)] = self._db.execute("PRAGMA user_version")
        [(application,)] = self._db.execute("PRAGMA application_id")
        [(tables,)] = self._db.execute("SELECT count(*) FROM sqlite_master")
        if tables and application != APPLICATION:
            raise ConfigError(f"{path}: this is another program's database, not a journal")
        if version > len(_scripts()):
            raise ConfigError(
                f"{path}: the journal has schema {version}, this version of Whistle knows"
                f" {len(_scripts())} at most; install the version that wrote it, or a newer one"
            )
        return int(version)

    def _migrate(self, version: int) -> None:
        for number, script in enumerate(_scripts()[version:], version + 1):
            with self._db:
                self._db.execute(script)
                self._db.execute(f"PRAGMA user_version = {number}")
                if number == 1:
                    first = ("first", str(first_number()))
                    self._db.execute("INSERT INTO meta VALUES (?,?)", first)


def first_number() -> int:
    """Return where a new journal begins: the millisecond it is made.

    With a clock that nothing disciplines, somewhere above it by chance: a gateway that gets
    a new disk and a clock that is slow must not use its old numbers again.
    """
    now = time.time_ns() // 10**6
    return now if synchronised() else now + secrets.randbelow(CHANCE)


@cache
def _scripts() -> tuple[str, ...]:
    """Return one script for each version of the schema."""
    folder = resources.files("cloud_bridge.schema")
    entries = sorted((e for e in folder.iterdir() if e.name.endswith(".sql")), key=lambda e: e.name)
    return tuple(entry.read_text(encoding="utf-8") for entry in entries)
