"""What is kept beside the audit log, so that a cut end and a lost beginning are found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import apsw

from edge.access.audit_line import BEGINNING
from edge.access.database import BUSY_MS, FILE, Database


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the audit log: its number and its hash."""

    number: int
    hash: str


START = Mark(0, BEGINNING)
"""What comes before the first line."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The last line that was acknowledged; and the last of those that were dropped for age."""

    head: Mark | None
    anchor: Mark


class KeptMarks:
    """The marks, in `access.db`; every call blocks."""

    def __init__(self, store: Path) -> None:
        self._database = Database(store)

    def read(self) -> Marks:
        """Return both."""
        return _marks(self._database.rows("SELECT what, number, hash FROM audit"))

    def put_head(self, mark: Mark) -> None:
        """Note the last line; `OSError` when the disk refuses."""
        self._put("head", mark)

    def put_anchor(self, mark: Mark) -> None:
        """Note the last line of what is dropped; `OSError` when the disk refuses."""
        self._put("anchor", mark)

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def _put(self, what: str, mark: Mark) -> None:
        cells = (what, mark.number, mark.hash)
        self._database.write(
            ("INSERT OR REPLACE INTO audit (what, number, hash) VALUES (?,?,?)", cells)
        )


def marks_of(store: Path) -> Marks:
    """Return the marks without changing anything; `OSError` when they cannot be read."""
    path = store / FILE
    if not path.exists():
        return Marks(None, START)
    try:
        database = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            database.set_busy_timeout(BUSY_MS)
            return _marks(list(database.execute("SELECT what, number, hash FROM audit")))
        finally:
            database.close()
    except apsw.Error as error:
        raise OSError(f"{path}: {error}") from error


def _marks(rows: list[tuple[str, int, str]]) -> Marks:
    found = {what: Mark(number, digest) for what, number, digest in rows}
    return Marks(found.get("head"), found.get("anchor", START))
