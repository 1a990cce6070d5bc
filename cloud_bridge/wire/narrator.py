"""Tells the platform what happened: a kept event becomes a CloudEvent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

import msgspec

from cloud_bridge.wire import telling, telling_alarms, telling_care, telling_seen
from cloud_bridge.wire.documents import CloudEvent, Data
from cloud_bridge.wire.kinds import lane_of, severity_of, subject_of, type_of
from cloud_bridge.wire.telling_alarms import event_id
from cloud_bridge.wire.words import cut
from edge.model import (
    Access,
    AlarmAcknowledged,
    AlarmCleared,
    AlarmEscalated,
    AlarmRaised,
    AlarmReset,
    AlarmShelved,
    AlarmUnshelved,
    AlarmUpdated,
    CommandResult,
    DeliveryRefused,
    DeviceChanged,
    DeviceReported,
    DeviceReset,
    Event,
    EvidenceKept,
    GatewayChanged,
    IssueChanged,
    Kept,
    LinkChanged,
    RecordsDropped,
    SuppressionBegan,
    SuppressionEnded,
    VisionChanged,
)
from edge.site import Site

EVENT_CONTENT_TYPE = "application/cloudevents+json"
BATCH_CONTENT_TYPE = "application/cloudevents-batch+json"


def encode_batch(bodies: Sequence[bytes]) -> bytes:
    """Several encoded events as one JSON array."""
    return b"[" + b",".join(bodies) + b"]"


class Narrator:
    """Says in the contract's words what happened on one site; the same event, the same bytes."""

    def __init__(self, site: Site, version: str) -> None:
        self._site = site
        self._version = version
        self._source = f"/sites/{site.id}/gateways/{site.gateway}"
        self._encoder = msgspec.json.Encoder()

    def encode(self, kept: Kept) -> bytes:
        """One event as CloudEvents JSON."""
        return self._encoder.encode(self.tell(kept))

    def tell(self, kept: Kept) -> CloudEvent[Data]:
        """One event as a document."""
        event, alarm = kept.event, kept.alarm
        return CloudEvent(
            id=event_id(self._site.gateway, kept.number),
            source=self._source,
            type=type_of(event),
            subject=cut(subject_of(event, alarm) or self._site.gateway),
            time=event.at.astimezone(UTC),
            lane=lane_of(event, alarm),
            severity=severity_of(event, alarm),
            clock="trusted" if kept.trusted_clock else "untrusted",
            sequence=f"{kept.number:016d}",
            data=_of_alarm(self._site, kept) or self._data(event),
        )

    def _data(self, event: Event) -> Data:  # noqa: C901, PLR0911 - one line for each kind of event
        site = self._site
        match event:
            case SuppressionBegan() | SuppressionEnded():
                return telling_alarms.suppression(site, event)
            case Access():
                return telling.access(site, event)
            case DeviceChanged():
                return telling.changed(site, event)
            case DeviceReported():
                return telling.reported(site, event)
            case DeviceReset():
                return telling.reset(site, event)
            case VisionChanged():
                return telling_seen.vision(site, event)
            case LinkChanged():
                return telling.link(site, event)
            case CommandResult():
                return telling.command(site, event)
            case GatewayChanged():
                return telling.gateway(site, event, self._version)
            case RecordsDropped():
                return telling.dropped(site, event)
            case DeliveryRefused():
                return telling.delivery(site, event)
            case _:
                return telling_care.of(site, event)


def _of_alarm(site: Site, kept: Kept) -> Data | None:  # noqa: PLR0911 - one line for each kind of event
    """What is said of an alarm; none for other events."""
    event, alarm = kept.event, kept.alarm
    match event:
        case AlarmRaised() if alarm:
            return telling_alarms.raised(site, alarm)
        case AlarmCleared() if alarm:
            return telling_alarms.cleared(site, alarm)
        case AlarmEscalated() if alarm:
            return telling_alarms.escalated(site, event, alarm)
        case EvidenceKept():
            return telling_seen.evidence(site, event, alarm)
        case IssueChanged():
            return telling_alarms.issue(site, event, alarm)
        case (
            AlarmUpdated() | AlarmAcknowledged() | AlarmShelved() | AlarmUnshelved() | AlarmReset()
        ):
            return telling_alarms.changed(site, event, alarm)
        case _:
            return None
