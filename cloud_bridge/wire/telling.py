"""What each kind of event says in its `data`."""

from __future__ import annotations

from datetime import UTC
from itertools import islice

from cloud_bridge.wire import documents as doc
from cloud_bridge.wire import parts
from cloud_bridge.wire.causes import cause_doc
from cloud_bridge.wire.limits import MAX_FIELDS, MAX_FRAME
from cloud_bridge.wire.places import device_doc, location_doc
from cloud_bridge.wire.policies import (
    issue_doc,
    issue_id,
    location_of,
    notice_doc,
    notice_id,
    policy_for,
)
from cloud_bridge.wire.words import bilingual, cut, name, plain
from edge.model import (
    Access,
    Alarm,
    AlarmCleared,
    AlarmRaised,
    CommandResult,
    DeliveryRefused,
    DeviceChanged,
    DeviceReported,
    DeviceReset,
    GatewayChanged,
    LinkChanged,
    Location,
    RecordsDropped,
)
from edge.site import Site


def event_id(gateway: str, number: int) -> str:
    """An event's identity everywhere."""
    return f"{gateway}/{number}"


def raised(site: Site, event: AlarmRaised, number: int, alarm: Alarm | None) -> doc.RaisedData:
    """A raised alarm, with the issue and the notice it becomes."""
    alarm_id = event_id(site.gateway, alarm.number if alarm else number)
    policy = policy_for(site, event.category)
    issue, notice = (policy.issue, policy.notice) if policy else (None, None)
    return doc.RaisedData(
        alarm=_alarm(event, alarm_id, alarm, "active"),
        cause=cause_doc(site, event.cause),
        issue=issue_doc(site, issue, event, alarm_id) if issue else None,
        notice=notice_doc(site, notice, event, alarm_id) if notice else None,
        location=location_doc(site, location_of(site, event)),
        device=device_doc(site, event.device),
    )


def cleared(site: Site, event: AlarmCleared, number: int, alarm: Alarm | None) -> doc.ClearedData:
    """A cleared alarm, with the end of its issue and notice."""
    if alarm is None:
        device = event.alarm.partition("/")[0]
        return doc.ClearedData(
            alarm=parts.AlarmDoc(
                id=event_id(site.gateway, number),
                key=name(event.alarm),
                state="cleared",
                acknowledged=False,
                count=1,
            ),
            location=location_doc(site, site.locate(device)),
            device=device_doc(site, device),
        )
    alarm_id = event_id(site.gateway, alarm.number)
    policy = policy_for(site, alarm.raised.category)
    ended = parts.IssueEndedDoc(id=issue_id(alarm_id), state="alarm_cleared")
    withdrawn = parts.NoticeEndedDoc(id=notice_id(alarm_id), state="withdrawn")
    return doc.ClearedData(
        alarm=_alarm(alarm.raised, alarm_id, alarm, "cleared"),
        issue=ended if policy and policy.issue else None,
        notice=withdrawn if policy and policy.notice else None,
        location=location_doc(site, location_of(site, alarm.raised)),
        device=device_doc(site, alarm.raised.device),
    )


def _alarm(
    event: AlarmRaised, alarm_id: str, alarm: Alarm | None, state: parts.AlarmState
) -> parts.AlarmDoc:
    return parts.AlarmDoc(
        id=alarm_id,
        key=name(event.alarm),
        state=state,
        acknowledged=alarm.acknowledged if alarm else False,
        raised_at=event.at.astimezone(UTC),
        count=1,
        rule=cut(event.rule),
        category=cut(event.category),
        text=bilingual(event.text),
    )


def access(site: Site, event: Access) -> doc.AccessData:
    """What a gate decided."""
    return doc.AccessData(
        access=parts.AccessDoc(
            decision=event.decision,
            person=cut(event.person),
            method=cut(event.method),
            reason=cut(event.reason),
            origin=cut(event.origin),
        ),
        location=location_doc(site, site.locate(event.device)),
        device=device_doc(site, event.device),
    )


def changed(site: Site, event: DeviceChanged) -> doc.DeviceStateData:
    """How a device answers."""
    return doc.DeviceStateData(
        change=parts.DeviceStateDoc(state=event.state, reason=cut(event.reason)),
        location=location_doc(site, site.locate(event.device)),
        device=device_doc(site, event.device),
    )


def reported(site: Site, event: DeviceReported) -> doc.ReportData:
    """What a device told."""
    return doc.ReportData(
        report=parts.ReportDoc(
            what=cut(event.what),
            frame=cut(event.frame, MAX_FRAME),
            origin=cut(event.origin),
            device_time=cut(event.device_time),
            fields={
                cut(key): plain(value) for key, value in islice(event.fields.items(), MAX_FIELDS)
            },
        ),
        location=location_doc(site, site.locate(event.device)),
        device=device_doc(site, event.device),
    )


def reset(site: Site, event: DeviceReset) -> doc.ResetData:
    """What was reset on a panel."""
    return doc.ResetData(
        reset=parts.ResetDoc(component=cut(event.component)),
        location=location_doc(site, site.locate(f"{event.device}/{event.component}.")),
        device=device_doc(site, event.device),
    )


def link(site: Site, event: LinkChanged) -> doc.LinkData:
    """A link that came or went."""
    return doc.LinkData(
        link=parts.LinkDoc(id=name(event.link), up=event.up, reason=cut(event.reason)),
        location=location_doc(site, Location()),
    )


def command(site: Site, event: CommandResult) -> doc.CommandData:
    """What became of a command."""
    return doc.CommandData(
        command=parts.CommandDoc(
            id=name(event.command),
            action=cut(event.action),
            outcome=event.outcome,
            detail=cut(event.detail),
        ),
        location=location_doc(site, site.locate(event.device)),
        device=device_doc(site, event.device),
    )


def gateway(site: Site, event: GatewayChanged, version: str) -> doc.GatewayData:
    """How the gateway is."""
    return doc.GatewayData(
        gateway=parts.GatewayDoc(
            id=site.gateway, state=event.state, reason=cut(event.reason), version=version
        ),
        location=location_doc(site, Location()),
    )


def dropped(site: Site, event: RecordsDropped) -> doc.DroppedData:
    """What had to be given up."""
    return doc.DroppedData(
        dropped=parts.DroppedDoc(
            what=cut(event.what), count=max(event.count, 0), reason=cut(event.reason)
        ),
        location=location_doc(site, Location()),
    )


def delivery(site: Site, event: DeliveryRefused) -> doc.DeliveryData:
    """Which event was refused."""
    return doc.DeliveryData(
        delivery=parts.DeliveryDoc(
            uplink=cut(event.uplink),
            event=event_id(site.gateway, event.number),
            reason=cut(event.reason),
        ),
        location=location_doc(site, Location()),
    )
