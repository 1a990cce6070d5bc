"""How the schema of a database goes forth and back: its steps, and who can still go on with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import apsw

from edge.all_or_nothing import whole

_READER: Final = re.compile(r"-- reader: ([0-9]+)\n")
"""The first line of a step that only adds: from which schema on a program can go on with it."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS reader (schema INTEGER NOT NULL, oldest INTEGER NOT NULL) STRICT
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One script; a program that knows schema `reader` can go on with a file that had it."""

    sql: str
    reader: int


class Newer(ValueError):
    """A program that came later has written the file, and this one cannot go on with it."""

    def __init__(self, version: int, known: int) -> None:
        super().__init__(f"schema {version}, {known} at most is known")
        self.version = version
        self.known = known


@dataclass(frozen=True, slots=True)
class Schema:
    """What a release writes, and from which schema on another can go on with that."""

    writes: int
    reader: int


def schema_of(steps: Sequence[Step]) -> Schema:
    """Return what a file is that had all these steps."""
    return Schema(len(steps), max((step.reader for step in steps), default=0))


@cache
def steps_in(package: str) -> tuple[Step, ...]:
    """Return the steps that lie in a package as `0001.sql` and so on, in their order."""
    folder = resources.files(package)
    entries = sorted((e for e in folder.iterdir() if e.name.endswith(".sql")), key=lambda e: e.name)
    scripts = (entry.read_text(encoding="utf-8") for entry in entries)
    return tuple(_step(number, sql) for number, sql in enumerate(scripts, 1))


def readable(db: apsw.Connection, known: int) -> int:
    """Return the schema of a file, 0 for an empty one; `Newer` for who knows `known` at most."""
    [(version,)] = db.execute("PRAGMA user_version")
    if version > known and reader_of(db) > known:
        raise Newer(int(version), known)
    return int(version)


def goes_on(db: apsw.Connection, known: int) -> bool:
    """Whether a program that knows this schema, and takes no steps, can go on with the file."""
    [(version,)] = db.execute("PRAGMA user_version")
    return int(version) >= known >= reader_of(db)


def reader_of(db: apsw.Connection) -> int:
    """Return from which schema on a program can go on with this file."""
    [(version,)] = db.execute("PRAGMA user_version")
    if list(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'reader' AND type = 'table'")):
        said = db.execute("SELECT oldest FROM reader WHERE schema = ?", (version,))
        return max((int(oldest) for (oldest,) in said), default=int(version))
    return int(version)


def take(db: apsw.Connection, steps: Sequence[Step], version: int) -> None:
    """Take the steps that a file of this schema lacks, each as a whole or not at all.

    One that had more is left as it is: whoever wrote it finds it again.
    """
    for number in range(version + 1, len(steps) + 1):
        with whole(db):
            db.execute(steps[number - 1].sql)
            db.execute(f"PRAGMA user_version = {number}")
            db.execute(_TABLE)
            db.execute("DELETE FROM reader")
            oldest = schema_of(steps[:number]).reader
            db.execute("INSERT INTO reader (schema, oldest) VALUES (?,?)", (number, oldest))


def fits(schemas: Mapping[str, Schema], known: Mapping[str, int]) -> tuple[str, ...]:
    """Return which of the files that a release writes one that knows these could not go on with."""
    return tuple(
        name for name, schema in schemas.items() if name in known and schema.reader > known[name]
    )


def _step(number: int, sql: str) -> Step:
    said = _READER.match(sql)
    return Step(sql, int(said[1]) if said else number)
