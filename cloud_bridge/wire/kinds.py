"""What each kind of event is called on the wire, how urgent it is, what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cloud_bridge.wire import documents as doc
from edge.model import (
    Access,
    Alarm,
    AlarmRaised,
    BufferChanged,
    CertificateEnding,
    CommandResult,
    ConfigurationChanged,
    DeliveryRefused,
    DeviceChanged,
    DeviceReported,
    DeviceReset,
    Event,
    EvidenceKept,
    GatewayChanged,
    Lane,
    LinkChanged,
    RecordsDropped,
    ReleaseOffered,
    SuppressionBegan,
    UplinkChanged,
    VisionChanged,
)

_KINDS: dict[str, type[doc.Data]] = {
    "alarm.raised": doc.RaisedData,
    "alarm.cleared": doc.ClearedData,
    "alarm.updated": doc.AlarmData,
    "alarm.acknowledged": doc.AlarmData,
    "alarm.shelved": doc.AlarmData,
    "alarm.unshelved": doc.AlarmData,
    "alarm.reset": doc.AlarmData,
    "alarm.escalated": doc.EscalatedData,
    "issue.changed": doc.IssueData,
    "suppression.began": doc.SuppressionData,
    "suppression.ended": doc.SuppressionData,
    "access.granted": doc.AccessData,
    "access.denied": doc.AccessData,
    "access.duress": doc.AccessData,
    "access.forced": doc.AccessData,
    "access.held_open": doc.AccessData,
    "access.closed": doc.AccessData,
    "device.online": doc.DeviceStateData,
    "device.offline": doc.DeviceStateData,
    "device.degraded": doc.DeviceStateData,
    "device.reported": doc.ReportData,
    "device.reset": doc.ResetData,
    "vision.begin": doc.VisionData,
    "vision.update": doc.VisionData,
    "vision.end": doc.VisionData,
    "evidence.kept": doc.EvidenceData,
    "link.up": doc.LinkData,
    "link.down": doc.LinkData,
    "command.result": doc.CommandData,
    "gateway.started": doc.GatewayData,
    "gateway.stopping": doc.GatewayData,
    "gateway.degraded": doc.GatewayData,
    "gateway.updated": doc.GatewayData,
    "gateway.update_failed": doc.GatewayData,
    "records.dropped": doc.DroppedData,
    "delivery.refused": doc.DeliveryData,
    "uplink.offline": doc.UplinkData,
    "uplink.online": doc.UplinkData,
    "buffer.low": doc.BufferData,
    "buffer.enough": doc.BufferData,
    "audit.marked": doc.AuditData,
    "certificate.ending": doc.CertificateData,
    "config.accepted": doc.ConfigData,
    "config.refused": doc.ConfigData,
    "config.applied": doc.ConfigData,
    "config.rolled_back": doc.ConfigData,
    "update.accepted": doc.UpdateData,
    "update.refused": doc.UpdateData,
    "update.fetched": doc.UpdateData,
    "update.waiting": doc.UpdateData,
    "update.installing": doc.UpdateData,
}
TYPES: Mapping[str, type[doc.Data]] = MappingProxyType(
    {f"community.{kind}.v1": data for kind, data in _KINDS.items()}
)
"""Every type of event with the document that its `data` is."""

_LANE_SEVERITY = {Lane.LIFE_SAFETY: 900, Lane.SECURITY: 700, Lane.FAULT: 500, Lane.INFO: 100}
_SEVERITY = {
    "suppression.began": 300,
    "access.duress": 900,
    "access.forced": 700,
    "access.held_open": 400,
    "access.denied": 200,
    "vision.begin": 200,
    "device.offline": 500,
    "device.degraded": 400,
    "link.down": 600,
    "gateway.degraded": 600,
    "gateway.update_failed": 600,
    "records.dropped": 600,
    "delivery.refused": 600,
    "uplink.offline": 600,
    "buffer.low": 600,
    "certificate.ending": 600,
    "config.refused": 400,
    "config.rolled_back": 500,
    "update.refused": 400,
}


def wire_kind(event: Event) -> str:
    """The event's kind as the wire says it: `link.changed` is `link.up` or `link.down`."""
    if isinstance(event, LinkChanged):
        return "link.up" if event.up else "link.down"
    return event.kind


def type_of(event: Event) -> str:
    """The event's CloudEvents type, a key of `TYPES`."""
    return f"community.{wire_kind(event)}.v1"


def lane_of(event: Event, alarm: Alarm | None = None) -> Lane:
    """How urgent the event is; what is about an alarm takes the alarm's lane.

    Going down and coming back share a lane: within a lane the order is kept.
    """
    if alarm is not None:
        return alarm.raised.lane
    match event:
        case AlarmRaised() | DeviceReported():
            return event.lane
        case Access(decision="duress" | "forced"):
            return Lane.SECURITY
        case LinkChanged() | DeviceChanged() | DeliveryRefused() | RecordsDropped():
            return Lane.FAULT
        case (
            UplinkChanged()
            | BufferChanged()
            | CertificateEnding()
            | ConfigurationChanged()
            | ReleaseOffered()
            | GatewayChanged(state="degraded" | "update_failed")
        ):
            return Lane.FAULT
        case _:
            return Lane.INFO


def severity_of(event: Event, alarm: Alarm | None = None) -> int:
    """1 to 1000, as OPC UA counts; an alarm's own, the rest by what it means."""
    if alarm is not None:
        return alarm.raised.severity
    match event:
        case AlarmRaised():
            return event.severity
        case DeviceReported():
            return _LANE_SEVERITY[event.lane]
        case _:
            return _SEVERITY.get(wire_kind(event), 100)


def device_of(event: Event, alarm: Alarm | None = None) -> str:
    """The id of the device the event is about, or empty."""
    if isinstance(event, EvidenceKept):
        return event.device
    if alarm is not None:
        return alarm.raised.device
    match event:
        case AlarmRaised() | Access() | DeviceChanged() | DeviceReported() | DeviceReset():
            return event.device
        case CommandResult() | VisionChanged():
            return event.device
        case SuppressionBegan():
            return event.covers.device
        case _:
            key = getattr(event, "alarm", "")
            return key.partition("/")[0]


def subject_of(event: Event, alarm: Alarm | None = None) -> str:
    """The point, device, or link that the event is about, or empty."""
    raised = alarm.raised if alarm and not isinstance(event, EvidenceKept) else event
    if isinstance(raised, AlarmRaised):
        return raised.cause.point or raised.device
    if isinstance(event, LinkChanged):
        return event.link
    if isinstance(event, UplinkChanged):
        return event.uplink
    return device_of(event, alarm)
