"""The tables of the history's file, and what becomes of a file that nobody can read."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import apsw

from edge.all_or_nothing import whole
from edge.history.rows import instant
from edge.schema_steps import goes_on

PAGE: Final = 4096

APPLICATION: Final = 0x57484953
"""The letters WHIS, as SQLite's application id."""

VERSION: Final = 3

_ROLLED: Final = """(
  point INTEGER NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL, low ANY, high ANY,
  mean REAL, last ANY, last_at INTEGER NOT NULL, mark INTEGER NOT NULL,
  uncertain INTEGER NOT NULL, bad INTEGER NOT NULL, PRIMARY KEY (at, point)
) STRICT, WITHOUT ROWID;
"""

_SCHEMA: Final = f"""
-- `spoken` is the instant of the last reading that is sorted.
CREATE TABLE point (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, spoken INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What was written together, in the order in which it came: a page or two each second. `count`
-- readings; `total` and `weight` are the readings and bytes of all batches up to this one. It stays
-- until it is sorted and every follower is done with it.
CREATE TABLE batch (
  number INTEGER PRIMARY KEY, count INTEGER NOT NULL, total INTEGER NOT NULL,
  weight INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;

-- The same, sorted now and then: readings of one point packed together, those of a point one chunk
-- after the other in time. What was sorted together lies together: were it written each second, or
-- into the midst of its point, it would touch a page for each point, and wear out a card. `at` is
-- the instant of the first, `last` that of the last, in microseconds since 1970; `low` and `high`
-- are there where all of them are numbers, and none is bad.
CREATE TABLE chunk (
  id INTEGER PRIMARY KEY, point INTEGER NOT NULL, at INTEGER NOT NULL, last INTEGER NOT NULL,
  count INTEGER NOT NULL, low ANY, high ANY, body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX chunk_of_point ON chunk (point, at);

-- Minutes and hours in which something was read, those of all points together: each time few pages
-- are written at the end. `at` counts them since 1970, `last_at` is where within it the last
-- reading stands. `mean` is weighted by time; microseconds of `uncertain` and `bad` quality are
-- counted apart, and bad values are in no figure.
CREATE TABLE minute {_ROLLED}
CREATE TABLE hour {_ROLLED}

-- From when on nothing has been forgotten, in microseconds since 1970; the last batch that is
-- sorted, and the sums up to it.
CREATE TABLE kept (
  since INTEGER NOT NULL, minutes_since INTEGER NOT NULL, hours_since INTEGER NOT NULL,
  number INTEGER NOT NULL, total INTEGER NOT NULL, weight INTEGER NOT NULL
) STRICT;

-- Who passes readings on: the last batch done, the readings up to it, and how many were given up.
CREATE TABLE follower (
  name TEXT PRIMARY KEY, number INTEGER NOT NULL, total INTEGER NOT NULL, dropped INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

_KEPT: Final = (
    "INSERT INTO kept (since, minutes_since, hours_since, number, total, weight)"
    " VALUES (?1, ?1, ?1, ?2, 0, 0)"
)

PRAGMAS: Final[Mapping[str, str | int]] = {
    "page_size": PAGE,
    "auto_vacuum": "incremental",
    "journal_mode": "wal",
    "synchronous": "full",
    "journal_size_limit": 8 * 1024 * 1024,
}
"""Each second is on the disk when it is written, as a power cut is to cost no more than that."""

DAMAGE: Final = (apsw.CorruptError, apsw.NotADBError, UnicodeDecodeError)
"""How SQLite says that a file cannot be read any more; and text that nobody has written."""


class UnknownFile(ValueError):
    """This file is no history, or one of another version of Whistle."""


def begin(db: apsw.Connection, now: int, first: int) -> None:
    """Make the tables of a new file; leave alone what somebody else has written.

    Batches of a new file are numbered above `first`.
    """
    [(version,)] = db.execute("PRAGMA user_version")
    [(application,)] = db.execute("PRAGMA application_id")
    [(tables,)] = db.execute("SELECT count(*) FROM sqlite_master")
    if tables and (application != APPLICATION or not goes_on(db, VERSION)):
        raise UnknownFile(f"application {application:#x}, schema {version}")
    for name, value in PRAGMAS.items():  # one by one: what stands behind an answer is not executed
        db.pragma(name, value)
    if not tables:
        with whole(db):
            db.execute(_SCHEMA)
            db.execute(_KEPT, (now, first))
            db.execute(f"PRAGMA application_id={APPLICATION}")
            db.execute(f"PRAGMA user_version={VERSION}")


def set_aside(path: Path, now: int) -> Path:
    """Rename a file that nobody can read, with the date; of several the last stays."""
    aside = path.with_name(f"{path.stem}-{instant(now):%Y%m%dT%H%M%SZ}.damaged")
    for earlier in path.parent.glob(f"{path.stem}-*.damaged*"):
        earlier.unlink()
    for suffix in ("", "-wal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    return aside
