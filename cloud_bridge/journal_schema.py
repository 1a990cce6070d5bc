"""The journal's schema: what is a journal at all, and how an older one is brought up to date."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import apsw

from edge.all_or_nothing import release, whole
from edge.clock import synchronised
from edge.errors import ConfigError
from edge.model import Lane
from edge.schema_steps import Newer, Step, readable, steps_in, take

APPLICATION: Final = 0x57484953
"""The letters WHIS, as SQLite's application id."""

CHANCE: Final = 2**50
"""Numbers stay below 2**53, which JSON can tell everywhere."""

BUSY_MS: Final = 5_000
"""How long to wait for a second process, such as `whistle journal`, that reads the file."""


REFUSALS: Final = (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError)
"""How SQLite says that it is the disk, and not what stands on it."""


class DiskRefuses(ConfigError):
    """The disk does not give the journal now; it may later."""


class NewerJournal(ConfigError):
    """A newer version has written the journal."""


def open_journal(path: Path) -> apsw.Connection:
    """Open the file in WAL mode with synchronous FULL; `ConfigError` when it is no journal."""
    with in_words(path):
        db = apsw.Connection(str(path))
        try:
            db.set_busy_timeout(BUSY_MS)
            version = _version(db, path)
            db.pragma("journal_mode", "wal")
            db.pragma("synchronous", "full")
            db.pragma("temp_store", "memory")  # what a statement may take back
            _migrate(db, version)
        except (apsw.Error, ConfigError):
            release(db)
            raise
    return db


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Say why the journal cannot be opened, and what to do: `ConfigError`."""
    try:
        yield
    except apsw.FullError as error:
        raise DiskRefuses(f"{path}: the disk is full; make room") from error
    except REFUSALS as error:
        raise DiskRefuses(
            f"{path}: the disk does not give the journal ({error}); look at the disk and the"
            " permissions"
        ) from error
    except apsw.Error as error:
        raise ConfigError(
            f"{path}: this is no journal, or it is damaged ({error}); move the file to a safe"
            " place, do not delete it, and start again"
        ) from error


def lane_of(word: str) -> Lane:
    """Return the lane that a row names; `apsw.CorruptError` where a damaged one names none."""
    try:
        return Lane(word)
    except ValueError:
        raise apsw.CorruptError(f"{word!r} is no lane") from None


def journal_steps() -> tuple[Step, ...]:
    """Return the steps of the journal's schema."""
    return steps_in("cloud_bridge.schema")


def first_number() -> int:
    """Return where a new journal begins: the millisecond it is made.

    With a clock that nothing disciplines, somewhere above it by chance: a gateway that gets
    a new disk and a clock that is slow must not use its old numbers again.
    """
    now = time.time_ns() // 10**6
    return now if synchronised() else now + secrets.randbelow(CHANCE)


def _version(db: apsw.Connection, path: Path) -> int:
    """Return the schema's version, 0 for an empty file; `ConfigError` for what is not ours."""
    [(application,)] = db.execute("PRAGMA application_id")
    [(tables,)] = db.execute("SELECT count(*) FROM sqlite_master")
    if tables and application != APPLICATION:
        raise ConfigError(f"{path}: this is another program's database, not a journal")
    try:
        return readable(db, len(journal_steps()))
    except Newer as newer:
        raise NewerJournal(
            f"{path}: the journal has schema {newer.version}, this version of Whistle knows"
            f" {newer.known} at most; install the version that wrote it, or a newer one"
        ) from newer


def _migrate(db: apsw.Connection, version: int) -> None:
    take(db, journal_steps(), version)
    if not list(db.execute("SELECT 1 FROM meta WHERE key = 'first'")):
        first = str(first_number())
        with whole(db):
            db.execute("INSERT OR IGNORE INTO meta (key, value) VALUES ('first', ?)", (first,))
