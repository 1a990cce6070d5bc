"""What is said of an alarm in an event's `data`, from its raise to the last word about it."""

from __future__ import annotations

from datetime import UTC, datetime

from cloud_bridge.wire import documents as doc
from cloud_bridge.wire import parts
from cloud_bridge.wire.causes import cause_doc
from cloud_bridge.wire.limits import MAX_BEHIND
from cloud_bridge.wire.places import device_doc, location_doc
from cloud_bridge.wire.policies import issue_doc, issue_id, notice_doc, notice_id
from cloud_bridge.wire.words import bilingual, cut, name
from edge.model import (
    Alarm,
    AlarmAcknowledged,
    AlarmEscalated,
    AlarmReset,
    AlarmShelved,
    AlarmUnshelved,
    AlarmUpdated,
    Issue,
    IssueChanged,
    Location,
    SuppressionBegan,
    SuppressionEnded,
)
from edge.site import Site


def event_id(gateway: str, number: int) -> str:
    """An event's identity everywhere."""
    return f"{gateway}/{number}"


def raised(site: Site, alarm: Alarm) -> doc.RaisedData:
    """A raised alarm, with the issue and the notice it has become."""
    issue, notice = _called(site, alarm)
    return doc.RaisedData(
        alarm=alarm_doc(site, alarm),
        cause=cause_doc(site, alarm.raised.cause),
        issue=issue,
        notice=notice,
        location=location_doc(site, site.location_of(alarm.raised)),
        device=device_doc(site, alarm.raised.device),
    )


def cleared(site: Site, alarm: Alarm) -> doc.ClearedData:
    """A cleared alarm, with the end of its issue and notice."""
    alarm_id, issue = event_id(site.gateway, alarm.number), alarm.issue
    closed = issue_id(alarm_id, issue.turn if issue else 1)
    ended = parts.IssueEndedDoc(id=closed, state="alarm_cleared")
    withdrawn = parts.NoticeEndedDoc(id=notice_id(alarm_id), state="withdrawn")
    return doc.ClearedData(
        alarm=alarm_doc(site, alarm),
        issue=ended if issue else None,
        notice=withdrawn if alarm.notice else None,
        location=location_doc(site, site.location_of(alarm.raised)),
        device=device_doc(site, alarm.raised.device),
    )


def changed(
    site: Site,
    event: AlarmUpdated | AlarmAcknowledged | AlarmShelved | AlarmUnshelved | AlarmReset,
    alarm: Alarm | None,
) -> doc.AlarmData:
    """What was done to an alarm; with an issue when the alarm calls only now, or anew."""
    calls = isinstance(event, AlarmUpdated) and event.why in {"unsuppressed", "realarmed"}
    calls = calls and alarm is not None and not alarm.quiet
    issue, notice = _called(site, alarm) if alarm and calls else (None, None)
    if alarm and alarm.issue and alarm.issue.state != "new":
        issue = None
    return doc.AlarmData(
        alarm=alarm_doc(site, alarm) if alarm else _unknown(event.alarm),
        change=_change(event),
        issue=issue,
        notice=notice,
        location=_place(site, alarm, event.alarm),
        device=device_doc(site, _device(alarm, event.alarm)),
    )


def escalated(site: Site, event: AlarmEscalated, alarm: Alarm) -> doc.EscalatedData:
    """Who is told now, because nobody came."""
    turn = alarm.issue.turn if alarm.issue else 1
    return doc.EscalatedData(
        alarm=alarm_doc(site, alarm),
        escalation=parts.EscalationDoc(
            level=event.level, to=event.to, overdue=event.overdue, due=event.due.astimezone(UTC)
        ),
        issue=issue_id(event_id(site.gateway, alarm.number), turn),
        location=_place(site, alarm, alarm.key),
        device=device_doc(site, alarm.raised.device),
    )


def issue(site: Site, event: IssueChanged, alarm: Alarm | None) -> doc.IssueData:
    """What the platform said of an issue, and how long that took."""
    followed = alarm.issue if alarm and alarm.issue and alarm.issue.turn == event.turn else None
    return doc.IssueData(
        issue=parts.IssueChangedDoc(
            id=issue_id(event_id(site.gateway, event.number), event.turn),
            state=event.state,
            by=cut(event.by),
            party=cut(event.party),
            at=event.at.astimezone(UTC),
            step=cut(event.step),
            respond_seconds=_seconds(followed, followed.responded_at if followed else None),
            resolve_seconds=_seconds(followed, followed.ended_at if followed else None),
        ),
        alarm=alarm_doc(site, alarm) if alarm else None,
        location=_place(site, alarm, event.alarm),
        device=device_doc(site, _device(alarm, event.alarm)),
    )


def suppression(site: Site, event: SuppressionBegan | SuppressionEnded) -> doc.SuppressionData:
    """What calls nobody from now on, or calls again."""
    if isinstance(event, SuppressionEnded):
        said = parts.SuppressionDoc(id=name(event.id), by=cut(event.by))
        return doc.SuppressionData(suppression=said, location=location_doc(site, Location()))
    covers = event.covers
    where = site.locate(covers.device) if covers.device else Location(building=covers.building)
    return doc.SuppressionData(
        suppression=parts.SuppressionDoc(
            id=name(event.id),
            why=event.why,
            by=cut(event.by),
            reason=cut(event.reason),
            until=_utc(event.until),
            device=cut(covers.device),
            component=cut(covers.component),
            building=cut(covers.building),
            category=cut(covers.category),
        ),
        location=location_doc(site, where),
        device=device_doc(site, covers.device),
    )


def _called(site: Site, alarm: Alarm) -> tuple[parts.IssueDoc | None, parts.NoticeDoc | None]:
    policy, alarm_id = site.policy_for(alarm.raised), event_id(site.gateway, alarm.number)
    if policy is None:
        return None, None
    return (
        issue_doc(site, policy.issue, alarm, alarm_id) if policy.issue else None,
        notice_doc(site, policy.notice, alarm, alarm_id) if policy.notice else None,
    )


def alarm_doc(site: Site, alarm: Alarm) -> parts.AlarmDoc:
    """How an alarm stands."""
    raised = alarm.raised
    return parts.AlarmDoc(
        id=event_id(site.gateway, alarm.number),
        key=name(alarm.key),
        state="active" if alarm.active else "cleared",
        acknowledged=alarm.acknowledged,
        raised_at=raised.at.astimezone(UTC),
        count=alarm.count,
        rule=cut(raised.rule),
        category=cut(raised.category),
        text=bilingual(raised.text),
        latched=alarm.latched,
        acknowledged_by=cut(alarm.acknowledged_by),
        acknowledged_at=_utc(alarm.acknowledged_at),
        cleared_at=_utc(alarm.cleared_at),
        suppressed=alarm.suppressed,
        shelved_until=_utc(alarm.shelved_until),
        first=event_id(site.gateway, alarm.first) if alarm.first else "",
        behind=tuple(cut(device) for device in raised.behind[:MAX_BEHIND]),
    )


def _unknown(key: str) -> parts.AlarmDoc:
    """An alarm that has no occurrence: only its key can be said, as when it is shelved ahead."""
    return parts.AlarmDoc(id=name(key), key=name(key), state="cleared", acknowledged=True, count=1)


def _change(
    event: AlarmUpdated | AlarmAcknowledged | AlarmShelved | AlarmUnshelved | AlarmReset,
) -> parts.ChangeDoc:
    match event:
        case AlarmUpdated():
            return parts.ChangeDoc(what=event.why)
        case AlarmAcknowledged():
            return parts.ChangeDoc(what="acknowledged", by=cut(event.by), reason=cut(event.comment))
        case AlarmShelved():
            by, reason = cut(event.by), cut(event.reason)
            return parts.ChangeDoc(what="shelved", by=by, reason=reason, until=_utc(event.until))
        case AlarmUnshelved():
            return parts.ChangeDoc(what="unshelved", by=cut(event.by))
        case AlarmReset():
            return parts.ChangeDoc(what="reset", by=cut(event.by))


def _device(alarm: Alarm | None, key: str) -> str:
    return alarm.raised.device if alarm else key.partition("/")[0]


def _place(site: Site, alarm: Alarm | None, key: str) -> parts.LocationDoc:
    where = site.location_of(alarm.raised) if alarm else site.locate(_device(alarm, key))
    return location_doc(site, where)


def _seconds(issue: Issue | None, at: datetime | None) -> float | None:
    return (at - issue.opened_at).total_seconds() if issue and at else None


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None
