"""An event back from the words in which it was told: what the journal remembers."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from cloud_bridge.wire import documents as doc
from edge.model import (
    Access,
    AlarmAcknowledged,
    AlarmReset,
    AlarmShelved,
    AlarmUnshelved,
    CommandResult,
    Covers,
    DeviceChanged,
    DeviceReported,
    DeviceReset,
    Event,
    GatewayChanged,
    LinkChanged,
    SuppressionBegan,
    SuppressionEnded,
    VisionChanged,
)
from edge.rules.door import BY_CONTACT

_ENDED: Final = "community.suppression.ended.v1"


def recalled(  # noqa: PLR0911 - one line for each kind of event
    told: doc.CloudEvent[doc.Data | None],
) -> Event | None:
    """Return the event; none for one that the gateway's own rules and alarms bring about.

    Words that were too long for the contract are as they were cut.
    """
    at, said = told.time, told.data
    match said:
        case doc.AlarmData():
            return _said(said, at)
        case doc.SuppressionData():
            return _aside(said, at, ended=told.type == _ENDED)
        case doc.GatewayData(gateway=gateway) if gateway.state == "started":
            return GatewayChanged(state=gateway.state, reason=gateway.reason, at=at)
        case doc.LinkData(link=link):
            return LinkChanged(link=link.id, up=link.up, reason=link.reason, at=at)
        case doc.ReportData(report=report, device=device) if device:
            return DeviceReported(
                device=device.id,
                what=report.what,
                frame=report.frame,
                at=at,
                origin=report.origin,
                device_time=report.device_time,
                lane=told.lane,
                fields=report.fields,
            )
        case doc.Located():
            return _of_device(said, at)
        case _:
            return None


def _of_device(said: doc.Located, at: datetime) -> Event | None:
    device = said.device.id if said.device else ""
    match said:
        case doc.AccessData(access=access) if access.method != BY_CONTACT:
            return Access(
                device=device,
                decision=access.decision,
                at=at,
                person=access.person,
                method=access.method,
                reason=access.reason,
                origin=access.origin,
            )
        case doc.DeviceStateData(change=change):
            return DeviceChanged(device=device, state=change.state, reason=change.reason, at=at)
        case doc.ResetData(reset=reset):
            return DeviceReset(device=device, component=reset.component, at=at)
        case doc.CommandData(command=command):
            return CommandResult(
                command=command.id,
                device=device,
                action=command.action,
                outcome=command.outcome,
                at=at,
                detail=command.detail,
                observed=command.observed,
                issued_by=command.issued_by,
            )
        case doc.VisionData():
            return _seen(said, device, at)
        case _:
            return None


def _seen(said: doc.VisionData, device: str, at: datetime) -> VisionChanged:
    vision = said.vision
    return VisionChanged(
        device=device,
        phase=vision.phase,
        what=vision.what,
        zone=vision.zone,
        object=vision.object,
        since=vision.since,
        at=at,
        dwell_s=vision.dwell_seconds,
        basis=vision.basis,
        confidence=vision.confidence,
        label=vision.label,
        box=vision.box,
        model=vision.model,
        model_sha256=vision.model_sha256,
    )


def _said(said: doc.AlarmData, at: datetime) -> Event | None:
    """What somebody said of an alarm; what only the time brought about comes by itself."""
    key, change = said.alarm.key, said.change
    match change.what:
        case "acknowledged":
            return AlarmAcknowledged(alarm=key, by=change.by, at=at, comment=change.reason)
        case "shelved" if change.until:
            return AlarmShelved(
                alarm=key, until=change.until, by=change.by, reason=change.reason, at=at
            )
        case "unshelved" if change.by:
            return AlarmUnshelved(alarm=key, by=change.by, at=at)
        case "reset":
            return AlarmReset(alarm=key, by=change.by, at=at)
        case _:
            return None


def _aside(said: doc.SuppressionData, at: datetime, *, ended: bool) -> Event | None:
    """What somebody has put aside; what a window of the site file does has nobody's name."""
    suppression = said.suppression
    if not suppression.by:
        return None
    if ended or suppression.why is None:
        return SuppressionEnded(id=suppression.id, by=suppression.by, at=at)
    covers = Covers(
        device=suppression.device,
        component=suppression.component,
        building=suppression.building,
        category=suppression.category,
    )
    return SuppressionBegan(
        id=suppression.id,
        why=suppression.why,
        covers=covers,
        by=suppression.by,
        reason=suppression.reason,
        at=at,
        until=suppression.until,
    )
