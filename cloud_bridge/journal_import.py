"""What a journal that was put aside had not delivered, taken into the one in use; blocking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

import apsw

from cloud_bridge.journal_check import read_only
from cloud_bridge.journal_schema import open_journal
from cloud_bridge.store_lock import locked
from edge.all_or_nothing import whole
from edge.errors import ConfigError

AT_ONCE: Final = 1_000
"""Events in one transaction."""

WANTED: Final = (
    *("number", "at", "kind", "lane", "subject", "body"),
    *("kept_at", "about", "alarm", "occurrence"),
)
"""Columns of an event, those of older journals first."""

Row: TypeAlias = "tuple[apsw.SQLiteValue, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """Events that wait again, those that are here already, and those that cannot be read."""

    taken: int
    known: int
    unread: int


def take_in(path: Path, aside: Path) -> TakenIn:
    """Take in what waits there for uplinks that are served here; `ConfigError` says why not.

    Under the numbers that it had: a platform that has one of them takes the copy for what it is.
    No gateway may run. The file that was put aside is only read, and may be taken in again.
    """
    try:
        with (
            closing(locked(path.with_suffix(".lock"))),
            closing(open_journal(path)) as db,
            closing(read_only(aside)) as old,
        ):
            return _taken(db, old)
    except (apsw.Error, OSError) as refusal:
        raise ConfigError(f"{aside}: {refusal}") from refusal


def _taken(db: apsw.Connection, old: apsw.Connection) -> TakenIn:
    uplinks = {uplink for (uplink,) in db.execute("SELECT id FROM uplink")}
    waiting = _waiting(old, uplinks)
    names = {name for _, name, *_ in old.execute("PRAGMA table_info(event)")}
    columns = [name for name in WANTED if name in names]
    rows = _rows(old, columns, sorted(waiting))
    taken = read = 0
    while piece := list(islice(rows, AT_ONCE)):
        read += len(piece)
        with whole(db):
            taken += sum(_insert(db, columns, row, waiting) for row in piece)
    return TakenIn(taken=taken, known=read - taken, unread=len(waiting) - read)


def _waiting(old: apsw.Connection, uplinks: Collection[str]) -> Mapping[int, Sequence[str]]:
    """Return who waits for which number, as far as it can be read."""
    waiting: defaultdict[int, list[str]] = defaultdict(list)
    with suppress(apsw.CorruptError):
        for uplink, number in old.execute("SELECT uplink, number FROM delivery"):
            if uplink in uplinks:
                waiting[number].append(uplink)
    return waiting


def _rows(old: apsw.Connection, columns: Sequence[str], numbers: Sequence[int]) -> Iterator[Row]:
    """Yield each event that can be read: a page that is damaged costs those on it."""
    question = f"SELECT {','.join(columns)} FROM event WHERE number = ?"  # noqa: S608 - our own names
    for number in numbers:
        with suppress(apsw.CorruptError):
            yield from old.execute(question, (number,))


def _insert(
    db: apsw.Connection, columns: Sequence[str], row: Row, waiting: Mapping[int, Sequence[str]]
) -> bool:
    marks = ",".join("?" * len(columns))
    names = ",".join(columns)
    db.execute(f"INSERT OR IGNORE INTO event ({names}) VALUES ({marks})", row)  # noqa: S608 - our own names
    if not db.changes():
        return False
    number, lane = int(str(row[0])), row[columns.index("lane")]
    db.executemany(
        "INSERT OR IGNORE INTO delivery (uplink, lane, number) VALUES (?,?,?)",
        [(uplink, lane, number) for uplink in waiting[number]],
    )
    return True
