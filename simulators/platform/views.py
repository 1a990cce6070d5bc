"""What the live page shows, taken from the store in one go."""

from __future__ import annotations

from typing import TypeAlias

import apsw
import msgspec

from cloud_bridge.wire import Bilingual, read_event
from cloud_bridge.wire.parts import IssueDoc, NoticeDoc
from edge.model import Lane
from simulators.platform.instants import instant
from simulators.platform.issues import NEXT
from simulators.platform.report import statuses
from simulators.platform.shown import (
    ActiveAlarm,
    EventLine,
    Figures,
    Floors,
    IssueCard,
    NoticeCard,
    View,
)
from simulators.platform.words import describe

MOST_ISSUES = 40
MOST_NOTICES = 20
MOST_EVENTS = 60
MOST_ALARMS = 200
LATENCIES = 1000

Micros: TypeAlias = int
_RANK = {lane.value: rank for rank, lane in enumerate(Lane)}


def encode(view: View) -> bytes:
    """The view as JSON on one line."""
    return msgspec.json.encode(view)


def view(db: apsw.Connection, now: Micros) -> View:
    """Everything the page shows at `now`."""
    sites = db.execute("SELECT site, name_zh, name_en FROM sites ORDER BY site")
    return View(
        at=now / 1e6,
        sites=tuple((str(site), _both(zh, en)) for site, zh, en in sites),
        gateways=tuple(statuses(db)),
        figures=_figures(db, now),
        issues=_issues(db),
        notices=_notices(db, now),
        buildings=_buildings(db),
        alarms=_alarms(db),
        events=_events(db),
    )


def _both(zh: object, en: object) -> Bilingual:
    return Bilingual(zh=str(zh), en=str(en))


def _seconds(value: object) -> float | None:
    return value / 1e6 if isinstance(value, int) else None


def _figures(db: apsw.Connection, now: Micros) -> Figures:
    counters = {str(name): int(n) for name, n in db.execute("SELECT name, n FROM counters")}
    row = db.execute(
        "SELECT (SELECT count(*) FROM alarms WHERE cleared_at IS NULL),"
        " count(*), coalesce(sum(iif(responded_at IS NULL, respond_by, resolve_by) < ?1), 0),"
        " (SELECT count(*) FROM notices WHERE state = 'published' AND end_at > ?1)"
        " FROM issues WHERE state NOT IN ('resolved', 'rejected')",
        (now,),
    ).fetchone()
    took = sorted(
        (int(end) - int(begin)) / 1000
        for begin, end in db.execute(
            "SELECT time, committed_at FROM events WHERE type = 'community.alarm.raised.v1'"
            " ORDER BY arrival DESC LIMIT ?",
            (LATENCIES,),
        )
    )
    active, open_issues, overdue, published = map(int, row or (0, 0, 0, 0))
    return Figures(
        events=sum(n for name, n in counters.items() if name.startswith("community.")),
        readings=counters.get("readings", 0),
        redelivered=counters.get("redelivered", 0),
        refused=counters.get("refused", 0),
        active=active,
        open_issues=open_issues,
        overdue=overdue,
        published=published,
        median=took[len(took) // 2] if took else None,
        p99=took[len(took) * 99 // 100] if took else None,
    )


def _issues(db: apsw.Connection) -> tuple[IssueCard, ...]:
    rows = db.execute(
        "SELECT i.site, i.body, i.lane, i.state, i.raised_at, i.responded_at, i.closed_at,"
        " i.alarm_cleared_at, a.place_zh, a.place_en,"
        " coalesce((SELECT by FROM issue_steps s WHERE s.site = i.site AND s.issue = i.id"
        " ORDER BY step DESC LIMIT 1),"
        " '') FROM issues i JOIN alarms a ON a.site = i.site AND a.id = i.alarm"
        " WHERE i.body IS NOT NULL"
        " ORDER BY i.closed_at IS NOT NULL, i.closed_at DESC, CASE i.lane"
        " WHEN 'life_safety' THEN 0 WHEN 'security' THEN 1 WHEN 'fault' THEN 2 ELSE 3 END,"
        " i.raised_at DESC LIMIT ?",
        (MOST_ISSUES,),
    )
    cards = []
    for site, body, lane, state, raised, responded, closed, cleared, zh, en, by in rows:
        issue = msgspec.json.decode(str(body), type=IssueDoc)
        card = IssueCard(
            site=str(site),
            id=issue.id,
            lane=str(lane),
            state=str(state),
            next=NEXT[str(state)],
            title=issue.title,
            place=_both(zh, en),
            category=issue.category,
            parties=issue.parties,
            raised=int(raised) / 1e6,
            respond_by=issue.respond_by.timestamp(),
            resolve_by=issue.resolve_by.timestamp(),
            responded=_seconds(responded),
            closed=_seconds(closed),
            cleared=_seconds(cleared),
            by=str(by),
        )
        cards.append(card)
    return tuple(cards)


def _notices(db: apsw.Connection, now: Micros) -> tuple[NoticeCard, ...]:
    rows = db.execute(
        "SELECT site, body, iif(state = 'published' AND end_at <= ?1, 'ended', state) AS shown"
        " FROM notices WHERE body IS NOT NULL"
        " ORDER BY shown IN ('withdrawn', 'ended'), start_at DESC LIMIT ?2",
        (now, MOST_NOTICES),
    )
    cards = []
    for site, body, state in rows:
        notice = msgspec.json.decode(str(body), type=NoticeDoc)
        card = NoticeCard(
            site=str(site),
            id=notice.id,
            state=str(state),
            title=notice.title,
            text=notice.text,
            audience=notice.audience.name,
            start=notice.start.timestamp(),
            end=notice.end.timestamp(),
        )
        cards.append(card)
    return tuple(cards)


def _buildings(db: apsw.Connection) -> tuple[Floors, ...]:
    found: dict[tuple[str, str], tuple[Bilingual, list[str]]] = {}
    for site, building, floor, zh, en in db.execute(
        "SELECT site, building, floor, name_zh, name_en FROM places ORDER BY site, building, floor"
    ):
        _, floors = found.setdefault((str(site), str(building)), (_both(zh, en), []))
        if floor:
            floors.append(str(floor))
    return tuple(
        Floors(site=site, id=building, name=name, floors=tuple(floors))
        for (site, building), (name, floors) in found.items()
    )


def _alarms(db: apsw.Connection) -> tuple[ActiveAlarm, ...]:
    rows = db.execute(
        "SELECT site, building, floor, lane, text_zh, text_en, place_zh, place_en, raised_at"
        " FROM alarms WHERE cleared_at IS NULL AND raised_at IS NOT NULL"
        " ORDER BY raised_at DESC LIMIT ?",
        (MOST_ALARMS,),
    )
    found = [
        ActiveAlarm(
            site=str(site),
            building=str(building),
            floor=str(floor),
            lane=str(lane),
            text=_both(text_zh, text_en),
            place=_both(place_zh, place_en),
            since=int(since) / 1e6,
        )
        for site, building, floor, lane, text_zh, text_en, place_zh, place_en, since in rows
    ]
    return tuple(sorted(found, key=lambda alarm: _RANK[alarm.lane]))


def _events(db: apsw.Connection) -> tuple[EventLine, ...]:
    rows = db.execute(
        "SELECT site, body, time, committed_at FROM events ORDER BY arrival DESC LIMIT ?",
        (MOST_EVENTS,),
    )
    lines = []
    for site, body, time, committed in rows:
        event = read_event(str(body).encode())
        device = event.data.device if event.data else None
        line = EventLine(
            site=str(site),
            id=event.id,
            type=event.type,
            lane=event.lane.value,
            at=instant(int(time)).timestamp(),
            took=(int(committed) - int(time)) / 1000,
            subject=event.subject,
            name=device.name if device and device.name else _both(event.subject, event.subject),
            text=describe(event.data),
            place=event.data.location.text if event.data else _both("", ""),
        )
        lines.append(line)
    return tuple(lines)
