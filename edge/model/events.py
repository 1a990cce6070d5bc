"""What happens on a site and must be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from edge.model.alarms import (
    Alarm,
    AlarmAcknowledged,
    AlarmCleared,
    AlarmEscalated,
    AlarmRaised,
    AlarmReset,
    AlarmShelved,
    AlarmUnshelved,
    AlarmUpdated,
    IssueChanged,
    SuppressionBegan,
    SuppressionEnded,
)
from edge.model.care import (
    AuditMarked,
    BufferChanged,
    CertificateEnding,
    ConfigurationChanged,
    ReleaseOffered,
    UplinkChanged,
)
from edge.model.commands import CommandResult
from edge.model.nouns import Lane, Reading, Value
from edge.model.seen import EvidenceKept, VisionChanged

AccessDecision: TypeAlias = Literal["granted", "denied", "duress", "forced", "held_open", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a gate decided about a person, or what its door did."""

    device: str
    decision: AccessDecision
    at: datetime
    person: str = ""
    method: str = ""
    reason: str = ""
    origin: str = ""

    @property
    def kind(self) -> str:
        """Which of the access events this is."""
        return f"access.{self.decision}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChanged:
    """A device was found, was lost, or answers only in part."""

    device: str
    state: Literal["online", "offline", "degraded"]
    reason: str
    at: datetime

    @property
    def kind(self) -> str:
        """Which of the device events this is."""
        return f"device.{self.state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReported:
    """A device told something that it wants confirmed; `frame` is what it sent, in hex.

    `origin` is the device's own identity of the report: a second copy of it is
    confirmed again and kept once.
    """

    device: str
    what: str
    frame: str
    at: datetime
    origin: str = ""
    device_time: str = ""
    lane: Lane = Lane.INFO
    fields: Mapping[str, Value] = field(default_factory=dict)
    kind: Literal["device.reported"] = "device.reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReset:
    """A panel was reset: what it had latched for `component` (a prefix) is over."""

    device: str
    component: str
    at: datetime
    kind: Literal["device.reset"] = "device.reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChanged:
    """A link to devices came up or went down."""

    link: str
    up: bool
    reason: str
    at: datetime
    kind: Literal["link.changed"] = "link.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayChanged:
    """The gateway itself began, is about to end, works only in part, or was updated.

    `release` is the version that an update was about; `origin` tells its second copy.
    """

    state: Literal["started", "stopping", "degraded", "updated", "update_failed"]
    reason: str
    at: datetime
    release: str = ""
    origin: str = ""

    @property
    def kind(self) -> str:
        """Which of the gateway events this is."""
        return f"gateway.{self.state}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsDropped:
    """Something was given up; dropping is an event."""

    what: str
    count: int
    reason: str
    at: datetime
    kind: Literal["records.dropped"] = "records.dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRefused:
    """A platform would not take the event with this number; it is kept aside."""

    uplink: str
    number: int
    reason: str
    at: datetime
    kind: Literal["delivery.refused"] = "delivery.refused"


AlarmEvent: TypeAlias = (
    AlarmRaised
    | AlarmCleared
    | AlarmUpdated
    | AlarmAcknowledged
    | AlarmShelved
    | AlarmUnshelved
    | AlarmReset
    | AlarmEscalated
    | IssueChanged
)
"""What happens to one alarm."""

Event: TypeAlias = (
    AlarmEvent
    | SuppressionBegan
    | SuppressionEnded
    | Access
    | DeviceChanged
    | DeviceReported
    | DeviceReset
    | VisionChanged
    | EvidenceKept
    | LinkChanged
    | CommandResult
    | GatewayChanged
    | RecordsDropped
    | DeliveryRefused
    | UplinkChanged
    | BufferChanged
    | AuditMarked
    | CertificateEnding
    | ConfigurationChanged
    | ReleaseOffered
)
Record: TypeAlias = Reading | Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An event with the number that identifies it everywhere, and the alarm it is about."""

    number: int
    event: Event
    trusted_clock: bool
    alarm: Alarm | None = None
