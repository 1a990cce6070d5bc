"""What stays and what goes: by age, by room, and what nobody knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from edge.evidence.evidence import Evidence
from edge.evidence.folder import Folder
from edge.evidence.index import Index

LONGEST: Final = 2
"""Times the usual age that evidence is kept while its alarm is open; nothing is kept for ever."""

AT_ONCE: Final = 50
"""That go by age in one round: a clock that is a year ahead for an hour does not empty the
folder, and a busy site makes fewer."""

FRESH_S: Final = 60.0
"""What was written later than this before a gateway began may be told of in a moment."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What was removed: for its age, for want of room, and how many of all some uplink waited for.

    `missing` were not there any more.
    """

    aged: int = 0
    crowded: int = 0
    undelivered: int = 0
    missing: int = 0


def set_aside(path: Path, now: datetime) -> Path:
    """Rename an index that nobody can read, with the date; of several the last stays."""
    aside = path.with_name(f"{path.stem}-{now:%Y%m%dT%H%M%SZ}.damaged")
    for earlier in path.parent.glob(f"{path.stem}-*.damaged*"):
        earlier.unlink()
    for suffix in ("", "-wal"):
        own = path.with_name(path.name + suffix)
        if own.exists():
            own.rename(aside.with_name(aside.name + suffix))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    return aside


def reconcile(index: Index, folder: Folder, uplinks: Collection[str]) -> Gone:
    """Make index and folder say the same, when a gateway begins: the files are right.

    What is being written by nobody any more, and pictures of which nothing is known, are removed.
    """
    there, known = folder.names(), index.files()
    missing = [each for each in index.oldest(-1) if each.file not in there]
    undelivered = index.remove([each.number for each in missing])
    for each in missing:
        folder.remove(each)
    for each in sorted(folder.noted(), key=lambda one: (one.ended, one.number)):
        if each.file not in known:
            index.add(each, uplinks)
    folder.sweep(index.files(), FRESH_S)
    return Gone(missing=len(missing), undelivered=undelivered)


def tidy(  # noqa: PLR0913, PLR0917 - what decides comes from this many places
    index: Index,
    folder: Folder,
    keep: timedelta,
    budget: int,
    active: Collection[str],
    now: datetime,
) -> Gone:
    """Remove what is too old, then what is too much; evidence of alarms that are open goes last."""
    old = [
        each
        for each in index.oldest(AT_ONCE, before=now - keep, active=active)
        if not _open(each, active) or each.ended < now - LONGEST * keep
    ]
    undelivered = _remove(index, folder, old)
    crowded = 0
    while (too_much := index.size() - budget) > 0:
        chosen = _chosen(index.oldest(AT_ONCE, active=active), too_much)
        undelivered += _remove(index, folder, chosen)
        crowded += len(chosen)
    return Gone(aged=len(old), crowded=crowded, undelivered=undelivered)


def _chosen(oldest: Iterable[Evidence], too_much: int) -> list[Evidence]:
    """As many as free so much."""
    chosen: list[Evidence] = []
    for each in oldest:
        if sum(one.size for one in chosen) >= too_much:
            break
        chosen.append(each)
    return chosen


def _open(evidence: Evidence, active: Collection[str]) -> bool:
    return any(alarm in active for alarm in evidence.alarms)


def _remove(index: Index, folder: Folder, gone: Collection[Evidence]) -> int:
    for each in gone:
        folder.remove(each)
    return index.remove([each.number for each in gone])
