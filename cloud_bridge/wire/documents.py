"""What goes up: the document of every event, and the CloudEvent around it."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeAlias, TypeVar

from msgspec import Meta, Struct

from cloud_bridge.wire.parts import (
    AccessDoc,
    AlarmDoc,
    CauseDoc,
    ChangeDoc,
    CommandDoc,
    DeliveryDoc,
    DeviceDoc,
    DeviceStateDoc,
    Document,
    DroppedDoc,
    EscalationDoc,
    GatewayDoc,
    Id,
    Instant,
    IssueChangedDoc,
    IssueDoc,
    IssueEndedDoc,
    LinkDoc,
    LocationDoc,
    NoticeDoc,
    NoticeEndedDoc,
    ReportDoc,
    ResetDoc,
    SuppressionDoc,
    Words,
)
from cloud_bridge.wire.parts_care import (
    AuditDoc,
    BufferDoc,
    CertificateDoc,
    ConfigDoc,
    UpdateDoc,
    UplinkDoc,
)
from cloud_bridge.wire.parts_seen import EvidenceDoc, VisionDoc
from edge.model import Lane

Severity: TypeAlias = Annotated[int, Meta(ge=1, le=1000)]


class Located(Document, frozen=True, kw_only=True):
    """What every event says: where; and which device, where there is one."""

    location: LocationDoc
    device: DeviceDoc | None = None


class RaisedData(Located, frozen=True, kw_only=True):
    """An alarm was raised; issue and notice are what the site's policies make of it."""

    alarm: AlarmDoc
    cause: CauseDoc
    issue: IssueDoc | None = None
    notice: NoticeDoc | None = None


class ClearedData(Located, frozen=True, kw_only=True):
    """An alarm is clear."""

    alarm: AlarmDoc
    issue: IssueEndedDoc | None = None
    notice: NoticeEndedDoc | None = None


class AlarmData(Located, frozen=True, kw_only=True):
    """Something was done to an alarm, or changed about it; with what it now calls for."""

    alarm: AlarmDoc
    change: ChangeDoc
    issue: IssueDoc | None = None
    notice: NoticeDoc | None = None


class EscalatedData(Located, frozen=True, kw_only=True):
    """Nobody came in time: the next party is told of the issue."""

    alarm: AlarmDoc
    escalation: EscalationDoc
    issue: Id


class IssueData(Located, frozen=True, kw_only=True):
    """What became of an issue; without an alarm when the gateway no longer knows it."""

    issue: IssueChangedDoc
    alarm: AlarmDoc | None = None


class SuppressionData(Located, frozen=True, kw_only=True):
    """Some alarms call nobody from now on, or call again."""

    suppression: SuppressionDoc


class AccessData(Located, frozen=True, kw_only=True):
    """Something happened at a gate."""

    access: AccessDoc


class DeviceStateData(Located, frozen=True, kw_only=True):
    """A device was found, was lost or answers in part."""

    change: DeviceStateDoc


class ReportData(Located, frozen=True, kw_only=True):
    """A device told something."""

    report: ReportDoc


class ResetData(Located, frozen=True, kw_only=True):
    """A panel was reset."""

    reset: ResetDoc


class VisionData(Located, frozen=True, kw_only=True):
    """A camera sees something begin, go on or end."""

    vision: VisionDoc


class EvidenceData(Located, frozen=True, kw_only=True):
    """Pictures were kept, by the camera `device`; with the alarm that they were taken for."""

    evidence: tuple[EvidenceDoc, ...]
    alarm: AlarmDoc | None = None


class LinkData(Located, frozen=True, kw_only=True):
    """A link came up or went down."""

    link: LinkDoc


class CommandData(Located, frozen=True, kw_only=True):
    """A command has come to its end."""

    command: CommandDoc


class GatewayData(Located, frozen=True, kw_only=True):
    """The gateway began, is about to end, works in part, or an update of it went so."""

    gateway: GatewayDoc


class DroppedData(Located, frozen=True, kw_only=True):
    """Something was given up."""

    dropped: DroppedDoc


class DeliveryData(Located, frozen=True, kw_only=True):
    """An event was refused."""

    delivery: DeliveryDoc


class UplinkData(Located, frozen=True, kw_only=True):
    """A platform could not be reached for longer than the site allows, or is reached again."""

    uplink: UplinkDoc


class BufferData(Located, frozen=True, kw_only=True):
    """The disk would soon be full if the platform stayed away, or lasts long enough again."""

    buffer: BufferDoc


class AuditData(Located, frozen=True, kw_only=True):
    """How far the audit log had come: to be kept, and compared when somebody has doubts."""

    audit: AuditDoc


class CertificateData(Located, frozen=True, kw_only=True):
    """A certificate ends soon, or has: somebody has to get the next one."""

    certificate: CertificateDoc


class ConfigData(Located, frozen=True, kw_only=True):
    """What became of a configuration that the platform sent."""

    config: ConfigDoc


class UpdateData(Located, frozen=True, kw_only=True):
    """What became of a release that the platform has offered."""

    update: UpdateDoc


Data: TypeAlias = (
    RaisedData
    | ClearedData
    | AlarmData
    | EscalatedData
    | IssueData
    | SuppressionData
    | AccessData
    | DeviceStateData
    | ReportData
    | ResetData
    | VisionData
    | EvidenceData
    | LinkData
    | CommandData
    | GatewayData
    | DroppedData
    | DeliveryData
    | UplinkData
    | BufferData
    | AuditData
    | CertificateData
    | ConfigData
    | UpdateData
)

D = TypeVar("D")


class CloudEvent(Struct, Generic[D], frozen=True, kw_only=True):
    """CloudEvents 1.0, structured mode.

    `time` is the source's, in UTC. `sequence` is the journal number as 16 digits: a
    CloudEvents integer ends at 2^31, and text of equal length sorts like its number.
    """

    specversion: Literal["1.0"] = "1.0"
    id: Id
    source: Id
    type: Id
    subject: Words
    time: Instant
    lane: Lane
    severity: Severity
    clock: Literal["trusted", "untrusted"]
    sequence: Annotated[str, Meta(pattern=r"^[0-9]{16}$")]
    datacontenttype: Literal["application/json"] = "application/json"
    data: D
