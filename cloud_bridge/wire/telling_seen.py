"""What is said in `data` of what cameras saw, and of the pictures that were kept."""

from __future__ import annotations

from datetime import UTC

from cloud_bridge.wire import documents as doc
from cloud_bridge.wire import parts_seen
from cloud_bridge.wire.places import device_doc, location_doc
from cloud_bridge.wire.telling_alarms import alarm_doc
from cloud_bridge.wire.words import cut, name
from edge.model import Alarm, EvidenceKept, VisionChanged
from edge.site import Site


def vision(site: Site, event: VisionChanged) -> doc.VisionData:
    """What a camera sees, where its zone is."""
    where = f"{event.device}/{event.zone}." if event.zone else event.device
    return doc.VisionData(
        vision=parts_seen.VisionDoc(
            phase=event.phase,
            what=cut(event.what),
            zone=cut(event.zone),
            object=name(event.object),
            since=event.since.astimezone(UTC),
            dwell_seconds=round(max(event.dwell_s, 0.0), 1),
            basis=event.basis,
            confidence=round(min(max(event.confidence, 0.0), 1.0), 3),
            label=cut(event.label),
            box=event.box,
            model=cut(event.model),
            model_sha256=cut(event.model_sha256),
        ),
        location=location_doc(site, site.locate(where)),
        device=device_doc(site, event.device),
    )


def evidence(site: Site, event: EvidenceKept, alarm: Alarm | None) -> doc.EvidenceData:
    """A picture that was kept, and the alarm that it was taken for."""
    kept = parts_seen.EvidenceDoc(
        kind=event.what,
        media_type=cut(event.media_type),
        sha256=event.sha256,
        bytes=event.size,
        uri=f"evidence/{event.sha256}",
        blurred=event.blurred,
        began=event.began.astimezone(UTC),
        ended=event.ended.astimezone(UTC),
    )
    return doc.EvidenceData(
        evidence=(kept,),
        alarm=alarm_doc(site, alarm) if alarm else None,
        location=location_doc(site, site.locate(event.device)),
        device=device_doc(site, event.device),
    )
