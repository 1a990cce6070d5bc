"""What the gateway says of itself in an event's `data`."""

from __future__ import annotations

from cloud_bridge.wire import documents as doc
from cloud_bridge.wire import parts_care as parts
from cloud_bridge.wire.limits import MAX_REASONS
from cloud_bridge.wire.places import location_doc
from cloud_bridge.wire.words import bilingual, cut, name
from edge.model import (
    AuditMarked,
    BufferChanged,
    CertificateEnding,
    ConfigurationChanged,
    Event,
    Location,
    ReleaseOffered,
    UplinkChanged,
)
from edge.site import Site


def of(site: Site, event: Event) -> doc.Data:
    """What the gateway says of itself; `ValueError` for an event that needs its alarm."""
    match event:
        case UplinkChanged():
            return _uplink(site, event)
        case BufferChanged():
            return _buffer(site, event)
        case AuditMarked():
            return _audit(site, event)
        case CertificateEnding():
            return _certificate(site, event)
        case ConfigurationChanged():
            return _config(site, event)
        case ReleaseOffered():
            return _update(site, event)
        case _:
            raise ValueError(f"{event.kind} without its alarm")


def _uplink(site: Site, event: UplinkChanged) -> doc.UplinkData:
    """Since when a platform has been away, or back."""
    return doc.UplinkData(
        uplink=parts.UplinkDoc(
            id=name(event.uplink), state=event.state, since=event.since, reason=cut(event.reason)
        ),
        location=location_doc(site, Location()),
    )


def _buffer(site: Site, event: BufferChanged) -> doc.BufferData:
    """How long the disk lasts."""
    return doc.BufferData(
        buffer=parts.BufferDoc(
            state=event.state,
            seconds=None if event.left is None else max(0.0, event.left.total_seconds()),
            limit_seconds=max(0.0, event.limit.total_seconds()),
        ),
        location=location_doc(site, Location()),
    )


def _audit(site: Site, event: AuditMarked) -> doc.AuditData:
    """Which line is the last of the audit log."""
    return doc.AuditData(
        audit=parts.AuditDoc(number=event.number, hash=event.hash),
        location=location_doc(site, Location()),
    )


def _certificate(site: Site, event: CertificateEnding) -> doc.CertificateData:
    """When a certificate ends."""
    return doc.CertificateData(
        certificate=parts.CertificateDoc(
            use=cut(event.use), whose=cut(event.whose), days=event.days, ends=event.ends
        ),
        location=location_doc(site, Location()),
    )


def _config(site: Site, event: ConfigurationChanged) -> doc.ConfigData:
    """What became of a configuration."""
    return doc.ConfigData(
        config=parts.ConfigDoc(
            state=event.state,
            revision=event.revision,
            by=cut(event.by),
            version=event.version,
            hash=cut(event.hash),
            reasons=tuple(bilingual(reason) for reason in event.reasons[:MAX_REASONS]),
        ),
        location=location_doc(site, Location()),
    )


def _update(site: Site, event: ReleaseOffered) -> doc.UpdateData:
    """What became of a release that was offered."""
    return doc.UpdateData(
        update=parts.UpdateDoc(
            state=event.state,
            offer=event.offer,
            release=cut(event.release),
            by=cut(event.by),
            reasons=tuple(bilingual(reason) for reason in event.reasons[:MAX_REASONS]),
        ),
        location=location_doc(site, Location()),
    )
