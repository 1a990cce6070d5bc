"""What the live page shows, taken from the store in one go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

import apsw
import msgspec

from cloud_bridge.wire import Bilingual, Data, read_event
from cloud_bridge.wire.documents import AccessData, RaisedData
from cloud_bridge.wire.parts import AlarmDoc
from edge.model import Lane
from simulators.platform import cards
from simulators.platform.instants import instant
from simulators.platform.report import statuses
from simulators.platform.shown import (
    ActiveAlarm,
    EventLine,
    Figures,
    Floors,
    View,
)
from simulators.platform.words import describe

MOST_EVENTS = 60
MOST_ALARMS = 200
LATENCIES = 1000

FLOOD = "/.flood/"
"""In the key of an alarm that stands for a storm of them."""

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
        issues=cards.issues(db),
        notices=cards.notices(db, now),
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
        "SELECT site, building, floor, lane, text_zh, text_en, place_zh, place_en, raised_at,"
        " standing FROM alarms WHERE cleared_at IS NULL AND raised_at IS NOT NULL"
        " ORDER BY raised_at DESC LIMIT ?",
        (MOST_ALARMS,),
    )
    found = [
        (str(site), row, msgspec.json.decode(str(standing), type=AlarmDoc))
        for site, *row, standing in rows
    ]
    followers = Counter((site, alarm.first) for site, _, alarm in found if alarm.first)
    shown = [_alarm(site, row, alarm, followers[site, alarm.id]) for site, row, alarm in found]
    return tuple(sorted(shown, key=lambda alarm: _RANK[alarm.lane]))


def _alarm(site: str, row: Sequence[object], alarm: AlarmDoc, followers: int) -> ActiveAlarm:
    building, floor, lane, text_zh, text_en, place_zh, place_en, since = row
    return ActiveAlarm(
        site=site,
        id=alarm.id,
        building=str(building),
        floor=str(floor),
        lane=str(lane),
        text=_both(text_zh, text_en),
        place=_both(place_zh, place_en),
        since=_seconds(since) or 0.0,
        seen_by=alarm.acknowledged_by,
        suppressed=alarm.suppressed,
        latched=alarm.latched,
        count=alarm.count if FLOOD in alarm.key else 1,
        behind=len(alarm.behind),
        follows=bool(alarm.first),
        followers=followers,
    )


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
            gate=_gate(event.data),
        )
        lines.append(line)
    return tuple(lines)


def _gate(data: Data | None) -> str:
    """The gate where somebody may be waiting."""
    device = data.device if isinstance(data, AccessData | RaisedData) else None
    return device.id if device is not None and device.kind == "gate" else ""
