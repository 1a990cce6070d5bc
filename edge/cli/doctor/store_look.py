"""Looks at the files of a store on connections that cannot write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import apsw

from cloud_bridge.journal_check import (
    JournalReading,
    newest_version,
    no_longer_than,
    read_only,
    unsound,
)
from cloud_bridge.journal_schema import APPLICATION, REFUSALS
from edge.cli.doctor.finding import Finding
from edge.cli.doctor.store import (
    File,
    HistoryHolds,
    JournalHolds,
    StoreFile,
    of_file,
    of_history,
    of_journal,
    too_long,
)
from edge.history import schema
from edge.schema_steps import reader_of

PATIENCE_S: Final = 6.0
"""For the check of one file; the rest of what is asked takes milliseconds."""

_FOLLOWERS: Final = (
    "SELECT name, coalesce((SELECT max(total) FROM batch), follower.total) - follower.total,"
    " dropped FROM follower ORDER BY name"
)


def journal(path: Path, uplinks: Sequence[str], now: datetime) -> list[Finding]:
    """Look at the journal; `uplinks` are those of the site file."""
    found = _file("journal", path, newest_version())
    told = [*of_file(found)]
    if found.there and not found.refusal and not found.unsound:
        try:
            told += of_journal(_journal_holds(path, uplinks), now)
        except apsw.InterruptError:
            told.append(too_long("journal.waiting"))
    return told


def history(path: Path, share: int) -> list[Finding]:
    """Look at the history; `share` is what it may take of the disk."""
    found = _file("history", path, schema.VERSION)
    told = [*of_file(found)]
    if found.there and not found.refusal and not found.unsound:
        behind, dropped = _followers(path)
        told += of_history(found, HistoryHolds(share=share, behind=behind, dropped=dropped))
    return told


def _file(which: File, path: Path, known: int) -> StoreFile:
    found = StoreFile(file=which, path=str(path), known=known, there=path.exists())
    if not found.there:
        return found
    found = replace(found, size=path.stat().st_size, log_size=_size(Path(f"{path}-wal")))
    try:
        with closing(read_only(path)) as db:
            [(application,)] = db.execute("PRAGMA application_id")
            if application != APPLICATION:
                return replace(found, refusal="not written by Whistle")
            [(version,)] = db.execute("PRAGMA user_version")
            found = replace(found, version=int(version), reader=reader_of(db))
            try:
                with no_longer_than(db, PATIENCE_S):
                    return replace(found, unsound=unsound(db))
            except apsw.InterruptError:
                return replace(found, unsound=None)
    except REFUSALS as error:
        return replace(found, refusal=str(error), by="disk")
    except apsw.Error as error:
        return replace(found, refusal=str(error))


def _journal_holds(path: Path, uplinks: Sequence[str]) -> JournalHolds:
    with closing(JournalReading(path)) as reading:
        sums = reading.sums()
    waiting: Counter[str] = Counter(dict.fromkeys(uplinks, 0))
    for (uplink, _), count in sums.waiting.items():
        waiting[uplink] += count
    return JournalHolds(
        waiting=waiting,
        oldest=sums.oldest,
        refused=sums.refused,
        last=sums.last,
        aside=tuple(sorted(each.name for each in path.parent.glob(f"{path.stem}-aside-*.db"))),
        marked=path.with_suffix(".damaged").exists(),
    )


def _followers(path: Path) -> tuple[Mapping[str, int], Mapping[str, int]]:
    with closing(read_only(path)) as db:
        rows = [
            (str(name), int(behind), int(gone)) for name, behind, gone in db.execute(_FOLLOWERS)
        ]
    return {name: behind for name, behind, _ in rows}, {name: gone for name, _, gone in rows}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
