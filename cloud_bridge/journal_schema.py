"""The journal's schema: what is a journal at all, and how an older one is brought up to date."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import apsw

from edge.clock import synchronised
from edge.errors import ConfigError

APPLICATION: Final = 0x57484953
"""The letters WHIS, as SQLite's application id."""

CHANCE: Final = 2**50
"""Numbers stay below 2**53, which JSON can tell everywhere."""

BUSY_MS: Final = 5_000
"""How long to wait for a second process, such as `whistle journal`, that reads the file."""


REFUSALS: Final = (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError)
"""How SQLite says that it is the disk, and not what stands on it."""


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
            _migrate(db, version)
        except (apsw.Error, ConfigError):
            db.close()
            raise
    return db


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Say why the journal cannot be opened, and what to do: `ConfigError`."""
    try:
        yield
    except apsw.FullError as error:
        raise ConfigError(f"{path}: the disk is full; make room and start again") from error
    except REFUSALS as error:
        raise ConfigError(
            f"{path}: the disk does not give the journal ({error}); look at the disk and the"
            " permissions, and start again"
        ) from error
    except apsw.Error as error:
        raise ConfigError(
            f"{path}: this is no journal, or it is damaged ({error}); move the file to a safe"
            " place, do not delete it, and start again"
        ) from error


def first_number() -> int:
    """Return where a new journal begins: the millisecond it is made.

    With a clock that nothing disciplines, somewhere above it by chance: a gateway that gets
    a new disk and a clock that is slow must not use its old numbers again.
    """
    now = time.time_ns() // 10**6
    return now if synchronised() else now + secrets.randbelow(CHANCE)


def _version(db: apsw.Connection, path: Path) -> int:
    """Return the schema's version, 0 for an empty file; `ConfigError` for what is not ours."""
    [(version,)] = db.execute("PRAGMA user_version")
    [(application,)] = db.execute("PRAGMA application_id")
    [(tables,)] = db.execute("SELECT count(*) FROM sqlite_master")
    if tables and application != APPLICATION:
        raise ConfigError(f"{path}: this is another program's database, not a journal")
    if version > len(_scripts()):
        raise NewerJournal(
            f"{path}: the journal has schema {version}, this version of Whistle knows"
            f" {len(_scripts())} at most; install the version that wrote it, or a newer one"
        )
    return int(version)


def _migrate(db: apsw.Connection, version: int) -> None:
    for number, script in enumerate(_scripts()[version:], version + 1):
        with db:
            db.execute(script)
            db.execute(f"PRAGMA user_version = {number}")
            if number == 1:
                db.execute("INSERT INTO meta VALUES (?,?)", ("first", str(first_number())))


@cache
def _scripts() -> tuple[str, ...]:
    """Return one script for each version of the schema."""
    folder = resources.files("cloud_bridge.schema")
    entries = sorted((e for e in folder.iterdir() if e.name.endswith(".sql")), key=lambda e: e.name)
    return tuple(entry.read_text(encoding="utf-8") for entry in entries)
