"""The journal looked up: which events somebody asks for, and who has them; every call blocks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

import apsw

from edge.model import Delivery, DeliveryState, EventLine, EventQuery, Lane

MOST_OF_ALARM: Final = 1_000
"""Events of one occurrence that are told; only a storm counts further, and says so itself."""

FEW: Final = 5_000
"""Deliveries that are gone through one by one; of more the newest events are among them."""

_LAST: Final = 2**63 - 1
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# SQLite is told the way: it does not know how many events there are of what.
_NEWEST: Final = (
    "SELECT number FROM event {} WHERE number < :before AND number > :after AND {}"
    " ORDER BY number DESC LIMIT :limit"
)
_BY_ABOUT: Final = "INDEXED BY event_by_about"
_BY_KIND: Final = "INDEXED BY event_by_kind"

_FIRST_KIND: Final = "SELECT min(kind) FROM event WHERE kind >= ?"
_NEXT_KIND: Final = "SELECT min(kind) FROM event WHERE kind > ?"

# Whether an uplink that is served has given no receipt yet, or would not take it.
_WAITS: Final = (
    "(EXISTS (SELECT 1 FROM uplink u CROSS JOIN delivery d ON d.uplink = u.id"
    " WHERE d.lane = event.lane AND d.number = event.number)"
    " OR EXISTS (SELECT 1 FROM uplink u CROSS JOIN refused r ON r.uplink = u.id"
    " WHERE r.number = event.number))"
)

# The same from the other side, for when few wait.
_WAITING: Final = (
    "number IN (SELECT number FROM delivery WHERE uplink IN (SELECT id FROM uplink)"
    " UNION SELECT number FROM refused WHERE uplink IN (SELECT id FROM uplink))"
)

_COUNT: Final = f"SELECT count(*) FROM (SELECT 1 FROM delivery LIMIT {FEW + 1})"  # noqa: S608 - ours

_LINES: Final = (
    "SELECT number, at, kind, lane, subject, body, kept_at FROM event"
    " WHERE number IN (SELECT value FROM json_each(?))"
)

_DELIVERIES: Final = (
    "SELECT event.number, u.id,"
    " EXISTS (SELECT 1 FROM delivery d"
    "  WHERE d.uplink = u.id AND d.lane = event.lane AND d.number = event.number),"
    " (SELECT reason FROM refused r WHERE r.uplink = u.id AND r.number = event.number)"
    " FROM event JOIN uplink u ON event.number >= u.since"
    " WHERE event.number IN (SELECT value FROM json_each(?)) ORDER BY u.id"
)

_OCCURRENCE: Final = (
    "SELECT number FROM event INDEXED BY event_by_about"
    " WHERE about = ?1 AND number >= ?2 AND alarm = ?3 AND occurrence = ?2 ORDER BY number LIMIT ?4"
)

_Wanted: TypeAlias = dict[str, str | int]


def find(db: apsw.Connection, query: EventQuery) -> list[EventLine]:
    """Return the events that are asked for, newest first; of deliveries what the disk knows."""
    with db:
        numbers = sorted(_numbers(db, query), reverse=True)[: query.limit]
        lines = _lines(db, numbers)
    return [lines[number] for number in numbers]


def of_alarm(db: apsw.Connection, key: str, number: int) -> list[EventLine]:
    """Return all events of one occurrence of an alarm, oldest first."""
    with db:
        about = key.partition("/")[0]
        found = db.execute(_OCCURRENCE, (about, number, key, MOST_OF_ALARM))
        lines = _lines(db, [number for (number,) in found])
    return [lines[number] for number in sorted(lines)]


def _numbers(db: apsw.Connection, query: EventQuery) -> Iterator[int]:
    """Yield the newest of what fits, on the way on which the fewest are looked at."""
    wanted: _Wanted = {
        "before": _LAST if query.before is None else query.before,
        "after": query.after,
        "limit": query.limit,
    }
    few = query.waiting and _few(db)
    conditions = [_WAITING if few else _WAITS] if query.waiting else ["TRUE"]
    if few or query.subject or not (query.kind or query.lane):
        conditions += _narrowed(query, wanted)
        yield from _newest(db, _BY_ABOUT if query.subject and not few else "", conditions, wanted)
        return
    conditions += ["kind = :kind", "lane = :lane"]
    for wanted["kind"] in _kinds(db, query.kind):
        for wanted["lane"] in (query.lane,) if query.lane else Lane:
            yield from _newest(db, _BY_KIND, conditions, wanted)


def _newest(
    db: apsw.Connection, way: str, conditions: Sequence[str], wanted: _Wanted
) -> Iterator[int]:
    for (number,) in db.execute(_NEWEST.format(way, " AND ".join(conditions)), wanted):
        yield int(number)


def _narrowed(query: EventQuery, wanted: _Wanted) -> Iterator[str]:
    """Yield a condition for each thing that is asked for, and put what it names into `wanted`."""
    if query.subject:
        wanted["about"] = query.subject.partition("/")[0]
        yield "about = :about"
    if "/" in query.subject:
        wanted["alarm"] = query.subject
        yield "alarm = :alarm"
    if query.lane:
        wanted["lane"] = query.lane
        yield "lane = :lane"
    if query.kind:
        wanted["kind"] = query.kind.removesuffix("*")
        any_end = query.kind.endswith("*")
        yield "substr(kind, 1, length(:kind)) = :kind" if any_end else "kind = :kind"


def _kinds(db: apsw.Connection, kind: str) -> Iterator[str]:
    """Yield the kinds that are meant, leaping over the events of each; every kind for none."""
    start, star, _ = kind.partition("*")
    if start and not star:
        yield start
        return
    [(found,)] = db.execute(_FIRST_KIND, (start,))
    while found is not None and found.startswith(start):
        yield found
        [(found,)] = db.execute(_NEXT_KIND, (found,))


def _few(db: apsw.Connection) -> bool:
    [(waiting,)] = db.execute(_COUNT)
    return bool(waiting <= FEW)


def _lines(db: apsw.Connection, numbers: Sequence[int]) -> dict[int, EventLine]:
    """Return the events with these numbers, each with its deliveries."""
    wanted = (json.dumps(numbers),)
    deliveries: dict[int, list[Delivery]] = defaultdict(list)
    for number, uplink, waiting, reason in db.execute(_DELIVERIES, wanted):
        state: DeliveryState = "kept" if waiting else "receipt"
        refused = reason is not None and not waiting
        deliveries[number].append(
            Delivery(uplink=uplink, state="refused" if refused else state, reason=reason or "")
        )
    return {
        number: EventLine(
            number=number,
            at=datetime.fromisoformat(at),
            kind=kind,
            lane=Lane(lane),
            subject=subject,
            body=body,
            kept_at=None if kept_at is None else _EPOCH + timedelta(milliseconds=kept_at),
            deliveries=tuple(deliveries[number]),
        )
        for number, at, kind, lane, subject, body, kept_at in db.execute(_LINES, wanted)
    }
