"""Deliveries that were refused, or given up with their uplink, sent again; every call blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import apsw

from cloud_bridge.journal_schema import lane_of, open_journal
from cloud_bridge.store_lock import locked
from edge.all_or_nothing import whole
from edge.errors import ConfigError
from edge.model import Lane

AT_ONCE: Final = 2_000
"""Deliveries in one transaction: an alarm that comes meanwhile waits for some 10 ms."""

_REFUSED: Final = (
    "SELECT r.number, e.lane FROM refused r JOIN event e ON e.number = r.number"
    " WHERE r.uplink = ?1 AND r.number > ?2 ORDER BY r.number LIMIT ?3"
)
_EVERY: Final = (
    "SELECT number, lane FROM event WHERE number > ?2 AND NOT EXISTS (SELECT 1 FROM delivery d"
    " WHERE d.uplink = ?1 AND d.lane = event.lane AND d.number = event.number)"
    " ORDER BY number LIMIT ?3"
)
_AGAIN: Final = "INSERT OR IGNORE INTO delivery (uplink, lane, number) VALUES (?,?,?)"


class UnknownUplink(ValueError):
    """The journal has never had events for an uplink of this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What was put back in one go: by lane, how many were refused before, and where to go on."""

    moved: Mapping[Lane, int]
    refused: int
    after: int
    more: bool


def again(db: apsw.Connection, uplink: str, since: int | None, after: int) -> Piece:
    """Let some deliveries wait for their receipt once more, those with a number above `after`.

    Without `since` those that were refused; with it every event that is kept from there on, for
    what an uplink's platform may have lost, or never got as the uplink was not in the site file.
    """
    with whole(db):
        known = list(db.execute("SELECT 1 FROM uplink WHERE id = ?", (uplink,)))
        if not known:
            raise UnknownUplink(uplink)
        rows = list(db.execute(_REFUSED if since is None else _EVERY, (uplink, after, AT_ONCE)))
        if since is not None:
            db.execute("UPDATE uplink SET since = min(since, ?) WHERE id = ?", (since, uplink))
        moved: Counter[Lane] = Counter()
        refused = 0
        for number, lane in rows:
            db.execute(_AGAIN, (uplink, lane, number))
            moved[lane_of(lane)] += db.changes()
            db.execute("DELETE FROM refused WHERE uplink = ? AND number = ?", (uplink, number))
            refused += db.changes()
    last = int(rows[-1][0]) if rows else after
    return Piece(moved=moved, refused=refused, after=last, more=len(rows) == AT_ONCE)


def first_of(since: int | None) -> int:
    """Return after which number to begin."""
    return 0 if since is None else since - 1


def requeue_at_rest(path: Path, uplink: str, since: int | None) -> int:
    """Do all of it where no gateway runs; `ConfigError` where one does. Return how many."""
    with closing(locked(path.with_suffix(".lock"))), closing(open_journal(path)) as db:
        try:
            return sum(sum(piece.moved.values()) for piece in _pieces(db, uplink, since))
        except apsw.Error as refusal:
            raise ConfigError(f"{path}: {refusal}") from refusal


def _pieces(db: apsw.Connection, uplink: str, since: int | None) -> Iterator[Piece]:
    after, more = first_of(since), True
    while more:
        piece = again(db, uplink, since, after)
        yield piece
        after, more = piece.after, piece.more
