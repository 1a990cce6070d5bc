"""What a demonstration asks at its end: what came, how fast, and whether anything is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import apsw

from cloud_bridge.wire import Status, decode_status
from edge.model import Text
from simulators.platform.instants import instant


@dataclass(frozen=True, slots=True)
class Latency:
    """One raised alarm: when it happened at the source, when the platform had it on disk."""

    alarm: str
    lane: str
    at: datetime
    committed_at: datetime

    @property
    def seconds(self) -> float:
        """From the source to the platform's disk."""
        return (self.committed_at - self.at).total_seconds()


@dataclass(frozen=True, slots=True)
class Gap:
    """Journal numbers, first to last, that a gateway used and that never came."""

    gateway: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much came; `redelivered` are copies of events that were stored already."""

    events: int
    by_type: dict[str, int]
    redelivered: int
    refused: int
    readings: int
    issues: int
    notices: int


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One issue and how far it is."""

    id: str
    alarm: str
    state: str
    alarm_cleared: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice and how far it is."""

    id: str
    alarm: str
    state: str


@dataclass(frozen=True, slots=True)
class ActiveAlarm:
    """One alarm that is raised: since when, how urgent, what and where."""

    since: datetime
    lane: str
    text: Text
    place: Text


def counts(db: apsw.Connection) -> Counts:
    """How much came, in all and by type."""
    rows = {str(name): int(n) for name, n in db.execute("SELECT name, n FROM counters")}
    by_type = {name: n for name, n in sorted(rows.items()) if name.startswith("community.")}
    return Counts(
        events=_number(db, "SELECT count(*) FROM events"),
        by_type=by_type,
        redelivered=rows.get("redelivered", 0),
        refused=rows.get("refused", 0),
        readings=rows.get("readings", 0),
        issues=_number(db, "SELECT count(*) FROM issues"),
        notices=_number(db, "SELECT count(*) FROM notices"),
    )


def issues(db: apsw.Connection, now: int) -> list[IssueLine]:
    """All issues, oldest first; `now` in microseconds decides what is overdue."""
    rows = db.execute(
        "SELECT id, alarm, state, alarm_cleared_at IS NOT NULL, "
        "coalesce(responded_at, ?1) > respond_by OR coalesce(closed_at, ?1) > resolve_by "
        "FROM issues ORDER BY raised_at, id",
        (now,),
    )
    return [
        IssueLine(str(id_), str(alarm), str(state), bool(cleared), bool(overdue))
        for id_, alarm, state, cleared, overdue in rows
    ]


def notices(db: apsw.Connection) -> list[NoticeLine]:
    """All notices, oldest first."""
    rows = db.execute("SELECT id, alarm, state FROM notices ORDER BY start_at, id")
    return [NoticeLine(str(id_), str(alarm), str(state)) for id_, alarm, state in rows]


def latencies(db: apsw.Connection) -> list[Latency]:
    """Every raised alarm in the order of arrival."""
    rows = db.execute(
        "SELECT id, lane, time, committed_at FROM events "
        "WHERE type = 'community.alarm.raised.v1' ORDER BY arrival"
    )
    return [
        Latency(str(id_), str(lane), instant(int(at)), instant(int(committed)))
        for id_, lane, at, committed in rows
    ]


def origins(db: apsw.Connection) -> set[str]:
    """Every device's own identity of a report that is stored."""
    return {str(row[0]) for row in db.execute("SELECT origin FROM events WHERE origin <> ''")}


def doubled_origins(db: apsw.Connection) -> dict[str, int]:
    """Origins that are stored more than once, under different numbers."""
    rows = db.execute(
        "SELECT origin, count(*) FROM events WHERE origin <> '' GROUP BY origin HAVING count(*) > 1"
    )
    return {str(origin): int(n) for origin, n in rows}


def gaps(db: apsw.Connection) -> list[Gap]:
    """Journal numbers missing between the first and the last of each gateway."""
    rows = db.execute(
        "SELECT gateway, before + 1, number - 1 FROM (SELECT gateway, number, "
        "lag(number) OVER (PARTITION BY site, gateway ORDER BY number) AS before FROM events) "
        "WHERE number > before + 1 ORDER BY gateway, number"
    )
    return [Gap(str(gateway), int(first), int(last)) for gateway, first, last in rows]


def raised_twice(db: apsw.Connection) -> dict[str, int]:
    """Alarm keys that were raised again before they were cleared, and how often."""
    rows = db.execute(
        "SELECT key, count(*) FROM (SELECT key, cleared, lead(raised) OVER "
        "(PARTITION BY site, gateway, key ORDER BY raised) AS again FROM alarms "
        "WHERE raised IS NOT NULL) WHERE again IS NOT NULL AND (cleared IS NULL OR cleared > again)"
        " GROUP BY key"
    )
    return {str(key): int(n) for key, n in rows}


def active_alarms(db: apsw.Connection) -> list[ActiveAlarm]:
    """Alarms that are raised and not cleared, the newest first."""
    rows = db.execute(
        "SELECT raised_at, lane, text_zh, text_en, place_zh, place_en FROM alarms "
        "WHERE raised_at IS NOT NULL AND cleared_at IS NULL ORDER BY raised_at DESC"
    )
    return [
        ActiveAlarm(instant(int(at)), str(lane), Text(zh, en), Text(place_zh, place_en))
        for at, lane, zh, en, place_zh, place_en in rows
    ]


def statuses(db: apsw.Connection) -> list[Status]:
    """The latest status of each gateway."""
    rows = db.execute("SELECT body FROM gateways ORDER BY site, gateway")
    return [decode_status(str(row[0]).encode()) for row in rows]


def _number(db: apsw.Connection, sql: str) -> int:
    row = db.execute(sql).fetchone()
    return int(row[0]) if row else 0
