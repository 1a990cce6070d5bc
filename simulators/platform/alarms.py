"""What an event changes: alarms, issues, notices, places; in whichever order they arrive."""

from __future__ import annotations

import apsw
import msgspec

from cloud_bridge.wire import CloudEvent, Data, origin_of
from cloud_bridge.wire.documents import (
    AccessData,
    AlarmData,
    ClearedData,
    CommandData,
    EscalatedData,
    EvidenceData,
    IssueData,
    RaisedData,
    ReportData,
)
from cloud_bridge.wire.parts import AlarmDoc, IssueDoc, LocationDoc, NoticeDoc
from simulators.platform import answers, ordered, pictures
from simulators.platform.instants import micros


def origin(data: Data | None) -> str:
    """The device's own identity of what it told, where it has one."""
    match data:
        case AccessData():
            return data.access.origin
        case ReportData():
            return data.report.origin
        case _:
            return ""


def apply(db: apsw.Connection, event: CloudEvent[Data | None]) -> None:  # noqa: C901 - one line for each kind of event
    """Carry an event that is new into the tables that people look at."""
    data = event.data
    if data is None:
        return
    _place(db, data.location)
    if data.device is not None:
        ordered.meet(db, event, data.device)
    if (alarm := _alarm_of(data)) is not None:
        _alarm(db, event, alarm, data.location)
    match data:
        case RaisedData():
            _raise(db, event, data)
        case ClearedData():
            _clear(db, event, data)
        case AlarmData():
            _call(db, event, data)
        case EscalatedData():
            answers.escalate(db, event, data)
        case IssueData():
            answers.confirm(db, event, data)
        case EvidenceData():
            pictures.know(db, event, data)
        case CommandData():
            ordered.answer(db, event, data)
        case _:
            pass


def _alarm_of(data: Data) -> AlarmDoc | None:
    """The alarm that an event is about; none for one that has no occurrence."""
    match data:
        case RaisedData() | ClearedData() | AlarmData() | EscalatedData() | IssueData():
            return data.alarm if data.alarm and data.alarm.raised_at else None
        case _:
            return None


def _raise(db: apsw.Connection, event: CloudEvent[Data | None], data: RaisedData) -> None:
    db.execute(
        "UPDATE alarms SET raised = ?, raised_at = ? WHERE site = ? AND id = ?",
        (int(event.sequence), micros(event.time), origin_of(event)[0], data.alarm.id),
    )
    _call(db, event, data)


def _call(
    db: apsw.Connection, event: CloudEvent[Data | None], data: RaisedData | AlarmData
) -> None:
    """Open what an alarm becomes: at once, or when it calls only later, or anew."""
    if data.issue is not None:
        _issue(db, event, data.issue, data.alarm.id)
    if data.notice is not None:
        _notice(db, event, data.notice, data.alarm.id)


def _clear(db: apsw.Connection, event: CloudEvent[Data | None], data: ClearedData) -> None:
    at = micros(event.time)
    site, gateway = origin_of(event)
    db.execute(
        "UPDATE alarms SET cleared = ?, cleared_at = ? WHERE site = ? AND id = ?",
        (int(event.sequence), at, site, data.alarm.id),
    )
    if data.issue is not None:
        db.execute(
            "INSERT INTO issues (id, alarm, site, gateway, lane, state, alarm_cleared_at) "
            "VALUES (?, ?, ?, ?, ?, 'new', ?) ON CONFLICT (site, id) DO UPDATE "
            "SET alarm_cleared_at = excluded.alarm_cleared_at",
            (data.issue.id, data.alarm.id, site, gateway, event.lane.value, at),
        )
    if data.notice is not None:
        db.execute(
            "INSERT INTO notices (id, site, alarm, state, withdrawn_at) "
            "VALUES (?, ?, ?, 'withdrawn', ?) "
            "ON CONFLICT (site, id) DO UPDATE SET state = 'withdrawn', "
            "withdrawn_at = excluded.withdrawn_at",
            (data.notice.id, site, data.alarm.id, at),
        )


def _alarm(
    db: apsw.Connection, event: CloudEvent[Data | None], alarm: AlarmDoc, place: LocationDoc
) -> None:
    """Note how an alarm stands, unless something later has been heard of it already."""
    site, gateway = origin_of(event)
    text = alarm.text
    db.execute(
        "INSERT INTO alarms (id, site, gateway, key, category, lane, severity, text_zh, text_en,"
        " place_zh, place_en, building, floor, told, standing)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (site, id) DO UPDATE SET told = excluded.told, standing = excluded.standing"
        " WHERE excluded.told > told",
        (
            *(alarm.id, site, gateway, alarm.key, alarm.category, event.lane.value),
            event.severity,
            *((text.zh, text.en) if text else (alarm.key, alarm.key)),
            *(place.text.zh, place.text.en, place.building, place.floor),
            *(int(event.sequence), msgspec.json.encode(alarm).decode()),
        ),
    )


def _issue(
    db: apsw.Connection, event: CloudEvent[Data | None], issue: IssueDoc, alarm: str
) -> None:
    site, gateway = origin_of(event)
    db.execute(
        "INSERT INTO issues (id, alarm, site, gateway, lane, state, raised_at, respond_by,"
        " resolve_by, body) VALUES (?, ?, ?, ?, ?, 'new', ?, ?, ?, ?)"
        " ON CONFLICT (site, id) DO UPDATE SET raised_at = excluded.raised_at,"
        " respond_by = excluded.respond_by, resolve_by = excluded.resolve_by, body = excluded.body",
        (
            *(issue.id, alarm, site, gateway, event.lane.value),
            micros(issue.opened_at or event.time),
            *(micros(issue.respond_by), micros(issue.resolve_by)),
            msgspec.json.encode(issue).decode(),
        ),
    )


def _notice(
    db: apsw.Connection, event: CloudEvent[Data | None], notice: NoticeDoc, alarm: str
) -> None:
    published = notice.publish == "at_once"
    db.execute(
        "INSERT INTO notices (id, site, alarm, state, start_at, end_at, published_at, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (site, id) DO UPDATE SET start_at = excluded.start_at,"
        " end_at = excluded.end_at, published_at = excluded.published_at, body = excluded.body",
        (
            *(notice.id, origin_of(event)[0], alarm, "published" if published else "draft"),
            *(micros(notice.start), micros(notice.end)),
            micros(event.time) if published else None,
            msgspec.json.encode(notice).decode(),
        ),
    )


def _place(db: apsw.Connection, place: LocationDoc) -> None:
    name = place.community_name
    db.execute("INSERT OR IGNORE INTO sites VALUES (?, ?, ?)", (place.community, name.zh, name.en))
    if place.building and place.building_name:
        building = place.building_name
        db.execute(
            "INSERT OR IGNORE INTO places VALUES (?, ?, ?, ?, ?)",
            (place.community, place.building, place.floor, building.zh, building.en),
        )
