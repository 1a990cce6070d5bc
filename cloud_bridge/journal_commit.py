"""What one transaction of the journal writes: table by table, in few statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final, TypeVar

import apsw

from cloud_bridge.change import Change, EventRow
from cloud_bridge.journal_schema import lane_of
from edge.model import Lane

T = TypeVar("T")

AT_ONCE: Final = 100
"""Rows in one statement. Each takes Python's lock again when SQLite is through with it: where the
event loop is busy that may take half a millisecond every time, and an alarm waits for the sum."""

# Columns are named: a newer version, to which one went back and forth, may have added others.
_EVENT: Final = (
    "INSERT INTO event (number, at, kind, lane, subject, body, kept_at, about, alarm, occurrence)"
)
_ORIGIN: Final = "INSERT OR IGNORE INTO origin (origin, number)"
_STATE: Final = "INSERT OR REPLACE INTO state (key, body)"
_REFUSED: Final = "INSERT OR REPLACE INTO refused (uplink, number, reason, at)"
_DELIVERY: Final = "INSERT INTO delivery (uplink, lane, number)"
_SETTLED: Final = "DELETE FROM delivery WHERE uplink = ? AND lane IN ({}) AND number IN ({})"


def put_down(
    db: apsw.Connection, changes: Sequence[Change], uplinks: Sequence[str], kept_at: int | None
) -> dict[tuple[str, Lane], int]:
    """Write within a transaction; return by how much each uplink's lanes became deeper, be it 0.

    Events go to `uplinks`; `kept_at` are milliseconds since 1970.
    """
    moved: Counter[tuple[str, Lane]] = Counter()
    if events := [row for change in changes for row in change.events]:
        _keep(db, events, kept_at)
        _deliver(db, events, uplinks, moved)
    states: dict[str, bytes | None] = {}
    for change in changes:
        states |= change.states
    put = [(key, body) for key, body in states.items() if body is not None]
    _insert(db, _STATE, put)
    _delete_states(db, [key for key, body in states.items() if body is None])
    _settle(db, chain.from_iterable(change.settled for change in changes), moved)
    _insert(db, _REFUSED, [row for change in changes for row in change.refused])
    return dict(moved)


def _keep(db: apsw.Connection, events: Sequence[EventRow], kept_at: int | None) -> None:
    rows = [
        (
            *(row.number, row.at, row.kind, row.lane, row.subject, row.body),
            *(kept_at, row.about, row.alarm, row.occurrence),
        )
        for row in events
    ]
    _insert(db, _EVENT, rows)
    _insert(db, _ORIGIN, [(row.origin, row.number) for row in events if row.origin])


def _deliver(
    db: apsw.Connection,
    events: Sequence[EventRow],
    uplinks: Sequence[str],
    moved: Counter[tuple[str, Lane]],
) -> None:
    _insert(db, _DELIVERY, [(each, row.lane, row.number) for row in events for each in uplinks])
    for lane, count in Counter(row.lane for row in events).items():
        moved.update({(uplink, lane): count for uplink in uplinks})


def _delete_states(db: apsw.Connection, keys: Sequence[str]) -> None:
    for some in _pieces(keys):
        db.execute(f"DELETE FROM state WHERE key IN ({_marks(len(some))})", some)  # noqa: S608 - marks only


def _settle(
    db: apsw.Connection, settled: Iterable[tuple[str, int]], moved: Counter[tuple[str, Lane]]
) -> None:
    by_uplink: defaultdict[str, list[int]] = defaultdict(list)
    for uplink, number in settled:
        by_uplink[uplink].append(number)
    lanes = tuple(Lane)
    for uplink, numbers in by_uplink.items():
        for some in _pieces(numbers):
            delete = _SETTLED.format(_marks(len(lanes)), _marks(len(some)))
            for (lane,) in db.execute(f"{delete} RETURNING lane", (uplink, *lanes, *some)):
                moved[uplink, lane_of(lane)] -= 1


def _insert(db: apsw.Connection, into: str, rows: Sequence[tuple[object, ...]]) -> None:
    for some in _pieces(rows):
        row = f"({_marks(len(some[0]))})"
        db.execute(f"{into} VALUES {','.join([row] * len(some))}", [*chain.from_iterable(some)])


def _pieces(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[begin : begin + AT_ONCE] for begin in range(0, len(items), AT_ONCE))


def _marks(count: int) -> str:
    return ",".join("?" * count)
