"""The index of the evidence: what there is, about which alarms, and who has not had it yet."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import apsw

from edge.all_or_nothing import release, whole
from edge.evidence.evidence import Evidence, EvidenceQuery
from edge.schema_steps import goes_on

APPLICATION: Final = 0x57484556
"""The letters WHEV, as SQLite's application id."""

VERSION: Final = 1

DAMAGE: Final = (apsw.CorruptError, apsw.NotADBError)
"""How SQLite says that a file cannot be read any more."""

MOST_ALARMS: Final = 100
"""That one picture is about; in a flood of alarms the rest is left to the first ones."""

_SCHEMA: Final = """
CREATE TABLE evidence (
  number INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE, camera TEXT NOT NULL,
  kind TEXT NOT NULL, media_type TEXT NOT NULL, size INTEGER NOT NULL, blurred TEXT NOT NULL,
  began INTEGER NOT NULL, ended INTEGER NOT NULL, faces INTEGER NOT NULL, file TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_ended ON evidence (ended);

CREATE TABLE about (
  alarm TEXT NOT NULL, number INTEGER NOT NULL REFERENCES evidence ON DELETE CASCADE,
  PRIMARY KEY (alarm, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX about_number ON about (number);

-- What an uplink has not had yet, and how often it was tried.
CREATE TABLE waiting (
  uplink TEXT NOT NULL, number INTEGER NOT NULL REFERENCES evidence ON DELETE CASCADE,
  tries INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (uplink, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_number ON waiting (number);
"""

_PRAGMAS: Final[Mapping[str, str | int]] = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": "on",
    "journal_size_limit": 4 * 1024 * 1024,
}

_COLUMNS: Final = (
    "number, sha256, camera, kind, media_type, size, blurred, began, ended, faces, file"
)
_MICROSECOND: Final = timedelta(microseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class UnknownIndex(ValueError):
    """This file is no index, or one of another version of Whistle."""


class Index:
    """One SQLite file, used by one thread; every call blocks, and may raise `apsw.Error`."""

    def __init__(self, path: Path) -> None:
        self._db = apsw.Connection(str(path))
        try:
            self._begin()
        except (apsw.Error, UnknownIndex):
            release(self._db)
            raise

    def close(self) -> None:
        """Release the file."""
        release(self._db)

    def add(self, evidence: Evidence, uplinks: Collection[str]) -> Evidence:
        """Note a picture, and that these uplinks wait for it; one that is known is about more."""
        with whole(self._db):
            self._db.execute(
                "INSERT OR IGNORE INTO evidence (sha256, camera, kind, media_type, size, blurred,"
                " began, ended, faces, file) VALUES (?,?,?,?,?,?,?,?,?,?)",
                (
                    *(evidence.sha256, evidence.camera, evidence.kind, evidence.media_type),
                    *(evidence.size, evidence.blurred, _micros(evidence.began)),
                    *(_micros(evidence.ended), evidence.faces, evidence.file),
                ),
            )
            new = self._db.changes() > 0
            [(number,)] = self._db.execute(
                "SELECT number FROM evidence WHERE sha256 = ?", (evidence.sha256,)
            )
            [(about,)] = self._db.execute("SELECT count(*) FROM about WHERE number = ?", (number,))
            self._db.executemany(
                "INSERT OR IGNORE INTO about (alarm, number) VALUES (?, ?)",
                [(alarm, number) for alarm in evidence.alarms[: max(0, MOST_ALARMS - about)]],
            )
            if new:
                self._db.executemany(
                    "INSERT OR IGNORE INTO waiting (uplink, number) VALUES (?, ?)",
                    [(uplink, number) for uplink in uplinks],
                )
        found = self.get(evidence.sha256)
        assert found is not None  # noqa: S101 - it was just written
        return found

    def get(self, sha256: str) -> Evidence | None:
        """One picture; none where there is no such."""
        return next(self._select("WHERE sha256 = ?", (sha256,)), None)

    def find(self, query: EvidenceQuery) -> tuple[Evidence, ...]:
        """Pictures, the latest first."""
        since = None if query.since is None else _micros(query.since)
        until = None if query.until is None else _micros(query.until)
        wanted = {
            "before": query.before,
            "alarm": query.alarm,
            "camera": query.camera,
            "since": since,
            "until": until,
            "limit": query.limit,
        }
        return tuple(
            self._select(
                "WHERE (:before IS NULL OR number < :before)"
                " AND (:camera = '' OR camera = :camera)"
                " AND (:since IS NULL OR ended >= :since) AND (:until IS NULL OR began <= :until)"
                " AND (:alarm = '' OR number IN (SELECT number FROM about WHERE alarm = :alarm))"
                " ORDER BY number DESC LIMIT :limit",
                wanted,
            )
        )

    def files(self) -> frozenset[str]:
        """The names of all files."""
        return frozenset(str(file) for (file,) in self._db.execute("SELECT file FROM evidence"))

    def size(self) -> int:
        """The bytes of all files."""
        [(size,)] = self._db.execute("SELECT coalesce(sum(size), 0) FROM evidence")
        return int(size)

    def oldest(
        self, limit: int, *, before: datetime | None = None, active: Collection[str] = ()
    ) -> tuple[Evidence, ...]:
        """The oldest pictures, of those that ended before then; about alarms that are open last."""
        until = None if before is None else _micros(before)
        return tuple(
            self._select(
                "WHERE (?1 IS NULL OR ended < ?1) ORDER BY number IN (SELECT number FROM about"
                " WHERE alarm IN (SELECT value FROM json_each(?2))), ended, number LIMIT ?3",
                (until, json.dumps(list(active)), limit),
            )
        )

    def remove(self, numbers: Collection[int]) -> int:
        """Forget them; return how many of them some uplink has not had."""
        with whole(self._db):
            lost = 0
            for number in numbers:
                [(waited,)] = self._db.execute(
                    "SELECT count(*) > 0 FROM waiting WHERE number = ?", (number,)
                )
                lost += int(waited)
                self._db.execute("DELETE FROM evidence WHERE number = ?", (number,))
        return lost

    def forget_others(self, uplinks: Collection[str]) -> None:
        """Only these are waiting from now on."""
        self._db.execute(
            "DELETE FROM waiting WHERE uplink NOT IN (SELECT value FROM json_each(?))",
            (json.dumps(list(uplinks)),),
        )

    @property
    def db(self) -> apsw.Connection:
        """For what is asked of the table `waiting`, on the same thread."""
        return self._db

    def _begin(self) -> None:
        [(version,)] = self._db.execute("PRAGMA user_version")
        [(application,)] = self._db.execute("PRAGMA application_id")
        [(tables,)] = self._db.execute("SELECT count(*) FROM sqlite_master")
        if tables and (application != APPLICATION or not goes_on(self._db, VERSION)):
            raise UnknownIndex(f"application {application:#x}, schema {version}")
        for name, value in _PRAGMAS.items():  # at once they end behind the first that answers
            self._db.pragma(name, value)
        if not tables:
            with whole(self._db):
                self._db.execute(_SCHEMA)
                self._db.execute(f"PRAGMA application_id={APPLICATION}")
                self._db.execute(f"PRAGMA user_version={VERSION}")
        [(sound,)] = self._db.execute("PRAGMA quick_check(1)")
        if sound != "ok":
            raise UnknownIndex(f"damaged: {sound}")

    def _select(self, where: str, wanted: Sequence[Any] | dict[str, Any]) -> Iterator[Evidence]:
        for row in list(self._db.execute(f"SELECT {_COLUMNS} FROM evidence {where}", wanted)):  # noqa: S608 - words of our own
            number, sha256, camera, kind, media_type, size, blurred, began, ended, *rest = row
            alarms = self._db.execute(
                "SELECT alarm FROM about WHERE number = ? ORDER BY alarm", (number,)
            )
            yield Evidence(
                number=number,
                sha256=sha256,
                camera=camera,
                kind=kind,
                media_type=media_type,
                size=size,
                blurred=blurred,
                began=_instant(began),
                ended=_instant(ended),
                faces=rest[0],
                file=rest[1],
                alarms=tuple(alarm for (alarm,) in alarms),
            )


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _instant(at: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at)
