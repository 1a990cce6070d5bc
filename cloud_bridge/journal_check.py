"""The journal's file looked at by somebody who must not change it; every call blocks."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Final

import apsw

from cloud_bridge.journal_look import JournalLook
from cloud_bridge.journal_schema import lane_of
from edge.model import Lane

BUSY_MS: Final = 1_000
"""How long to wait while a gateway makes or ends the file."""

LONGEST_S: Final = 3.0
"""For counting what is in a full journal: half a second, on a card ten times as long."""

STEPS: Final = 20_000
"""Of SQLite's machine, between two looks at the clock: some milliseconds."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = "SELECT at, kept_at FROM event ORDER BY number DESC LIMIT 1"
_LAST_OF_OLD: Final = "SELECT at, NULL FROM event ORDER BY number DESC LIMIT 1"
_OLDEST: Final = (
    "SELECT at FROM event WHERE number = (SELECT min(number) FROM delivery"
    " WHERE number IN (SELECT number FROM event))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSums:
    """What a journal holds; `waiting` is by uplink and lane, `last` when it was last written."""

    version: int
    events: int
    waiting: Mapping[tuple[str, Lane], int]
    oldest: datetime | None
    refused: int
    last: datetime | None


class JournalReading(JournalLook):
    """The journal's file on a connection that cannot write, beside a gateway that runs or not."""

    def __init__(self, path: Path) -> None:
        self._db = read_only(path)

    def sums(self, longest_s: float = LONGEST_S) -> JournalSums:
        """Return what it holds; `apsw.InterruptError` where that takes too long."""
        with no_longer_than(self._db, longest_s), self._db:
            [(version,)] = self._db.execute("PRAGMA user_version")
            [(events,)] = self._db.execute("SELECT count(*) FROM event")
            [(refused,)] = self._db.execute("SELECT count(*) FROM refused")
            depths = self._db.execute("SELECT uplink, lane, count(*) FROM delivery GROUP BY 1, 2")
            waiting = {(uplink, lane_of(lane)): int(count) for uplink, lane, count in depths}
            last = next(iter(self._db.execute(_LAST if version > 1 else _LAST_OF_OLD)), None)
            oldest = next(iter(self._db.execute(_OLDEST)), None)
        return JournalSums(
            version=int(version),
            events=int(events),
            waiting=waiting,
            oldest=datetime.fromisoformat(oldest[0]) if oldest else None,
            refused=int(refused),
            last=_written(*last) if last else None,
        )


def newest_version() -> int:
    """Return the newest schema that this program knows."""
    names = (entry.name for entry in resources.files("cloud_bridge.schema").iterdir())
    return max(int(name[:4]) for name in names if name.endswith(".sql"))


def read_only(path: Path) -> apsw.Connection:
    """Open a database that is only looked at; `apsw.Error` when that cannot be done.

    Where no log lies beside it nobody has it open: it is taken as it is, and nothing is left beside
    it. The same with an empty log on a disk that is mounted read-only, where nobody can begin.
    """
    log = path.with_name(f"{path.name}-wal")
    fixed = bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    still = not log.exists() or (fixed and not log.stat().st_size)
    name = f"{path.resolve().as_uri()}?{'immutable=1' if still else 'mode=ro'}"
    db = apsw.Connection(name, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    db.set_busy_timeout(BUSY_MS)
    return db


@contextmanager
def no_longer_than(db: apsw.Connection, seconds: float) -> Iterator[None]:
    """Interrupt what is asked of the database after so long: `apsw.InterruptError`."""
    deadline = time.monotonic() + seconds
    db.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
    try:
        yield
    finally:
        db.set_progress_handler(None)


def unsound(db: apsw.Connection, *, whole: bool = False) -> tuple[str, ...]:
    """Return what SQLite finds wrong with the file; `whole` compares the indexes too."""
    name = "integrity_check" if whole else "quick_check"
    try:
        found = tuple(str(line) for (line,) in db.execute(f"PRAGMA {name}(20)"))
    except (apsw.CorruptError, apsw.NotADBError) as damage:
        return (str(damage),)
    return () if found == ("ok",) else found


def _written(at: str, kept_at: int | None) -> datetime:
    if kept_at is None:
        return datetime.fromisoformat(at)
    return _EPOCH + timedelta(milliseconds=kept_at)
