"""The cards of the live page: issues with what became of them, notices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import apsw
import msgspec

from cloud_bridge.wire import Bilingual
from cloud_bridge.wire.parts import AlarmDoc, IssueDoc, NoticeDoc
from simulators.platform import ordered, pictures
from simulators.platform.issues import NEXT
from simulators.platform.shown import Escalation, IssueCard, NoticeCard, OrderLine, Picture

MOST_ISSUES = 40
MOST_NOTICES = 20


def issues(db: apsw.Connection) -> tuple[IssueCard, ...]:
    """The issues by urgency, the newest first; those that are closed for good come last."""
    rows = db.execute(
        "SELECT i.site, i.body, i.lane, i.state, i.raised_at, i.responded_at, i.closed_at,"
        " coalesce(i.alarm_cleared_at, a.cleared_at), i.respond_seconds, i.resolve_seconds,"
        " a.place_zh, a.place_en, a.standing,"
        " coalesce((SELECT by FROM issue_steps s WHERE s.site = i.site AND s.issue = i.id"
        " ORDER BY step DESC LIMIT 1), ''),"
        " NOT EXISTS (SELECT 1 FROM issue_steps s WHERE s.site = i.site AND s.issue = i.id"
        " AND s.told = 0),"
        " coalesce((SELECT d.id FROM devices d WHERE d.site = i.site AND d.kind = 'gate'"
        " AND d.id = substr(a.key, 1, instr(a.key, '/') - 1)), ''),"
        " i.alarm"
        " FROM issues i JOIN alarms a ON a.site = i.site AND a.id = i.alarm"
        " WHERE i.body IS NOT NULL"
        " ORDER BY i.closed_at IS NOT NULL AND a.cleared_at IS NOT NULL, CASE i.lane"
        " WHEN 'life_safety' THEN 0 WHEN 'security' THEN 1 WHEN 'fault' THEN 2 ELSE 3 END,"
        " i.closed_at IS NOT NULL, i.closed_at DESC, i.raised_at DESC LIMIT ?",
        (MOST_ISSUES,),
    )
    told, orders, taken = _escalations(db), ordered.lines(db), pictures.of_alarms(db)
    return tuple(_issue(row, told, orders, taken) for row in rows)


def _issue(
    row: Sequence[object],
    told: Mapping[tuple[str, str], Sequence[Escalation]],
    orders: Sequence[OrderLine],
    taken: Mapping[tuple[str, str], Sequence[Picture]],
) -> IssueCard:
    site, body, lane, state, raised, responded, closed, cleared, *rest = row
    respond_seconds, resolve_seconds, zh, en, standing, by, known, gate, about = rest
    issue = msgspec.json.decode(str(body), type=IssueDoc)
    alarm = msgspec.json.decode(str(standing), type=AlarmDoc)
    since = _seconds(raised) or 0.0
    return IssueCard(
        site=str(site),
        id=issue.id,
        lane=str(lane),
        state=str(state),
        next=NEXT[str(state)],
        title=issue.title,
        place=Bilingual(zh=str(zh), en=str(en)),
        category=issue.category,
        parties=issue.parties,
        raised=since,
        respond_by=issue.respond_by.timestamp(),
        resolve_by=issue.resolve_by.timestamp(),
        responded=_seconds(responded),
        closed=_seconds(closed),
        cleared=_seconds(cleared),
        by=str(by),
        told=bool(known),
        measured=(_measure(respond_seconds), _measure(resolve_seconds)),
        escalations=tuple(told.get((str(site), issue.id), ())),
        suppressed=alarm.suppressed,
        seen_by=alarm.acknowledged_by,
        gate=str(gate),
        orders=_orders_of(str(site), str(gate), since, _seconds(closed), orders),
        pictures=tuple(taken.get((str(site), str(about)), ())),
    )


def _orders_of(
    site: str, gate: str, since: float, until: float | None, orders: Sequence[OrderLine]
) -> tuple[OrderLine, ...]:
    """What a gate was told while an issue was open."""
    return tuple(
        one
        for one in orders
        if (one.site, one.device) == (site, gate) and since <= one.at <= (until or one.at)
    )


def _escalations(db: apsw.Connection) -> Mapping[tuple[str, str], Sequence[Escalation]]:
    found: dict[tuple[str, str], list[Escalation]] = defaultdict(list)
    for site, issue, level, party, overdue, at in db.execute(
        "SELECT site, issue, level, party, overdue, at FROM escalations ORDER BY level"
    ):
        said = Escalation(int(level), str(party), str(overdue), int(at) / 1e6)
        found[str(site), str(issue)].append(said)
    return found


def notices(db: apsw.Connection, now: int) -> tuple[NoticeCard, ...]:
    """The notices, those that are out first; `now` in microseconds decides which have ended."""
    rows = db.execute(
        "SELECT site, body, iif(state = 'published' AND end_at <= ?, 'ended', state) AS shown,"
        " withdrawn_at FROM notices WHERE body IS NOT NULL"
        " ORDER BY shown IN ('withdrawn', 'ended'), start_at DESC LIMIT ?",
        (now, MOST_NOTICES),
    )
    return tuple(_notice(row) for row in rows)


def _notice(row: Sequence[object]) -> NoticeCard:
    site, body, state, withdrawn = row
    notice = msgspec.json.decode(str(body), type=NoticeDoc)
    return NoticeCard(
        site=str(site),
        id=notice.id,
        state=str(state),
        title=notice.title,
        text=notice.text,
        audience=notice.audience.name,
        start=notice.start.timestamp(),
        end=notice.end.timestamp(),
        withdrawn=_seconds(withdrawn),
    )


def _seconds(micros: object) -> float | None:
    return micros / 1e6 if isinstance(micros, int) else None


def _measure(seconds: object) -> float | None:
    return float(seconds) if isinstance(seconds, int | float) else None
