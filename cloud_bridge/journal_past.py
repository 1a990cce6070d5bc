"""What a journal says of a time: the events that came from outside, the alarms that followed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import apsw

from cloud_bridge.journal_schema import open_journal
from cloud_bridge.wire import WireError, read_event
from cloud_bridge.wire.documents import RaisedData
from cloud_bridge.wire.recalling import recalled
from edge.all_or_nothing import release
from edge.model import Event, Lane, Text

LATE: Final = timedelta(minutes=1)
"""What was kept longer than this after it happened was heard of late: a gate had stored it."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_FIRST: Final = "SELECT at FROM event ORDER BY number LIMIT 1"

# `at` alone cannot be compared with what is late; the last hour of a time is looked at twice.
_WITHIN: Final = """
SELECT number, kind, occurrence, kept_at, body FROM event
WHERE max(coalesce(kept_at, 0), unixepoch(at) * 1000) BETWEEN ? AND ? ORDER BY number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAlarm:
    """An alarm as it was raised; without `cleared_at` it was on at the end of the time."""

    key: str
    at: datetime
    text: Text
    severity: int
    lane: Lane
    suppressed: bool
    cleared_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastEvent:
    """An event from outside, and when the gateway heard of it."""

    at: datetime
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was, each in order of time; `kept` is from when on the journal has everything."""

    kept: datetime | None
    events: tuple[PastEvent, ...]
    alarms: tuple[PastAlarm, ...]
    unread: int


def past(path: Path, since: datetime, until: datetime) -> Past:
    """Read a time from the journal's file; blocks, as long as there are events. `ConfigError`.

    `unread` counts the events whose words this version cannot read.
    """
    db = open_journal(path)
    try:
        return _past(db, since, until)
    finally:
        release(db)


def _past(db: apsw.Connection, since: datetime, until: datetime) -> Past:
    events: list[PastEvent] = []
    alarms: dict[int, PastAlarm] = {}
    unread = 0
    for number, kind, occurrence, kept_at, body in db.execute(
        _WITHIN, (_millis(since), _millis(until))
    ):
        try:
            told = read_event(body)
        except WireError:
            unread += 1
            continue
        if isinstance(told.data, RaisedData):
            alarms[number] = _raised(told.data, told.time, told.severity, told.lane)
        elif kind == "alarm.cleared" and occurrence in alarms:
            alarms[occurrence] = replace(alarms[occurrence], cleared_at=told.time)
        elif event := recalled(told):
            events.append(PastEvent(at=_heard(told.time, kept_at), event=event))
    return Past(
        kept=next(_begins(db), None),
        events=tuple(sorted(events, key=lambda each: each.at)),
        alarms=tuple(sorted(alarms.values(), key=lambda each: each.at)),
        unread=unread,
    )


def _raised(said: RaisedData, at: datetime, severity: int, lane: Lane) -> PastAlarm:
    text = said.alarm.text
    return PastAlarm(
        key=said.alarm.key,
        at=at,
        text=Text(text.zh, text.en) if text else Text(said.alarm.key, said.alarm.key),
        severity=severity,
        lane=lane,
        suppressed=bool(said.alarm.suppressed),
    )


def _heard(at: datetime, kept_at: int | None) -> datetime:
    """When the rules had an event: when it happened, unless that was long before it was kept."""
    kept = at if kept_at is None else _EPOCH + timedelta(milliseconds=kept_at)
    return kept if kept - at > LATE else at


def _begins(db: apsw.Connection) -> Iterator[datetime]:
    return (datetime.fromisoformat(at) for (at,) in db.execute(_FIRST))


def _millis(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)
