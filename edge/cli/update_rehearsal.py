"""Whether this release could go on with the databases of a site."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import apsw

from cloud_bridge.journal_check import read_only
from cloud_bridge.journal_schema import open_journal
from edge.access.database import Database
from edge.errors import ConfigError
from edge.evidence import index
from edge.history.history_file import HistoryFile
from edge.history.keeping import Keeping

SAYS_HOW: Final = frozenset({"reader", "meta", "kept"})
"""The tables that say how a file is; of the others only the columns matter here."""


def rehearse(store: Path) -> None:
    """Open what is like the databases of a store, as a gateway that starts does.

    `ConfigError` for one that this release cannot go on with. Nothing in the store is changed.
    """
    with tempfile.TemporaryDirectory(prefix="whistle-rehearsal-") as name:
        for file, begin in _BEGINS.items():
            path = store / file
            if not path.exists():
                continue
            copy = Path(name) / path.name
            try:
                _copy(path, copy)
                begin(copy)
            except (apsw.Error, ValueError, OSError) as error:
                raise ConfigError(f"{path}: {error}") from error


def _copy(path: Path, to: Path) -> None:
    """Make an empty database with the same tables."""
    with closing(read_only(path)) as live, closing(apsw.Connection(str(to))) as copy:
        for name in ("application_id", "user_version"):
            copy.pragma(name, live.pragma(name))
        for sql in _definitions(live):
            copy.execute(sql)
        for table in SAYS_HOW:
            for row in _rows(live, table):
                marks = ",".join("?" * len(row))
                copy.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 - our own names


def _definitions(db: apsw.Connection) -> Iterator[str]:
    question = (
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%'"
        " ESCAPE '\\' ORDER BY type <> 'table'"
    )
    return (str(sql) for (sql,) in db.execute(question))


def _rows(db: apsw.Connection, table: str) -> list[tuple[apsw.SQLiteValue, ...]]:
    if list(db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))):
        return list(db.execute(f"SELECT * FROM {table}"))  # noqa: S608 - our own names
    return []


_BEGINS: Final[Mapping[str, Callable[[Path], None]]] = {
    "journal.db": lambda path: open_journal(path).close(),
    "access.db": lambda path: Database(path.parent).close(),
    "history.db": lambda path: HistoryFile(path, 0, Keeping()).close(),
    "evidence/evidence.db": lambda path: index.Index(path).close(),
}
