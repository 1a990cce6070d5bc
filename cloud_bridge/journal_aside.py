"""A journal that cannot be used is put aside, so that the gateway goes on watching without it."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

import apsw
import structlog

from cloud_bridge.journal_schema import NewerJournal, open_journal
from cloud_bridge.store_lock import locked
from edge.errors import ConfigError
from edge.model import RecordsDropped
from edge.whole_file import sync_folder

DAMAGE: Final = (apsw.CorruptError, apsw.NotADBError, apsw.SQLError)
"""How SQLite says that what stands on the disk is no journal any more."""

GAP: Final = 2**40
"""More numbers than any journal gives: the last one of a damaged file may not be readable."""

FOUND: Final = "found damaged while the gateway ran"

_PARTS: Final = ("-wal", "-shm", "")
"""The file itself goes last: a log that stays behind would be read into the next journal."""

# All that a start needs to read.
_QUESTIONS: Final = (
    "SELECT max(number) FROM event",
    "SELECT uplink, lane, count(*) FROM delivery GROUP BY uplink, lane",
    "SELECT count(*) FROM refused",
    "SELECT id FROM uplink",
    "SELECT key, body FROM state",
    "SELECT origin FROM origin ORDER BY number",
)

_NUMBERS: Final = (
    "SELECT max(number) FROM event",
    "SELECT max(number) FROM delivery",
    "SELECT max(number) FROM origin",
    "SELECT value FROM meta WHERE key = 'first'",
)

log = structlog.get_logger()


def put_aside(path: Path, now: datetime) -> tuple[RecordsDropped, ...]:
    """Move a journal that is damaged, or a newer version's, out of the way; return what to tell.

    Nothing is deleted. `ConfigError` when another gateway runs on the store. What a person has to
    look at, such as a disk that does not answer or another program's file, stays where it is.
    """
    if not path.exists():
        return ()
    with closing(locked(path.with_suffix(".lock"))):
        reason = FOUND if _mark(path).exists() else _unfit(path)
        if not reason:
            return ()
        aside = path.with_name(f"{path.stem}-aside-{now:%Y%m%dT%H%M%S}{path.suffix}")
        for part in _PARTS:
            if (each := Path(f"{path}{part}")).exists():
                each.rename(f"{aside}{part}")
        _mark(path).unlink(missing_ok=True)
        _begin_above(path, _last_number(aside) + GAP)
        sync_folder(path.parent)
    log.error("journal.put_aside", file=str(aside), reason=reason)
    told = f"{reason}; kept as {aside.name}, with what was not sent"
    return (RecordsDropped(what="journal", count=1, reason=told, at=now),)


def mark_damaged(path: Path) -> None:
    """Let the next start put it aside; a disk that refuses keeps it as it is."""
    try:
        _mark(path).touch()
        sync_folder(path.parent)
    except OSError as refusal:
        log.warning("journal.not_marked", reason=str(refusal))


def _mark(path: Path) -> Path:
    return path.with_suffix(".damaged")


def _unfit(path: Path) -> str:
    """Return why no gateway can start with it; empty where one can, or a person has to look."""
    try:
        with closing(open_journal(path)) as db:
            for question in _QUESTIONS:
                for _ in db.execute(question):
                    pass
    except NewerJournal as newer:
        return str(newer)
    except ConfigError as refused:
        return str(refused.__cause__) if isinstance(refused.__cause__, DAMAGE) else ""
    except DAMAGE as damage:
        return str(damage)
    except apsw.Error:
        return ""  # the disk, perhaps: whoever opens it next says so
    return ""


def _last_number(aside: Path) -> int:
    """Return the highest number of it that can still be read, 0 for none."""
    numbers = [0]
    with closing(apsw.Connection(str(aside))) as db:
        for question in _NUMBERS:
            try:
                numbers += [int(number or 0) for (number,) in db.execute(question)]
            except (apsw.Error, ValueError):
                continue
    return max(numbers)


def _begin_above(path: Path, number: int) -> None:
    """Make the next journal: its numbers go on, for order is told by them."""
    with closing(open_journal(path)) as db:
        db.execute(
            "UPDATE meta SET value = max(CAST(value AS INTEGER), ?) WHERE key = 'first'", (number,)
        )
