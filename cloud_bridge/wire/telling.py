"""What each kind of event says in its `data`."""

from __future__ import annotations

from itertools import islice

from cloud_bridge.wire import documents as doc
from cloud_bridge.wire import parts
from cloud_bridge.wire.limits import MAX_FIELDS, MAX_FRAME
from cloud_bridge.wire.places import device_doc, location_doc
from cloud_bridge.wire.telling_alarms import event_id
from cloud_bridge.wire.words import cut, name, plain
from edge.model import (
    Access,
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
            observed=event.observed,
            issued_by=cut(event.issued_by),
        ),
        location=location_doc(site, site.locate(event.device)),
        device=device_doc(site, event.device),
    )


def gateway(site: Site, event: GatewayChanged, version: str) -> doc.GatewayData:
    """How the gateway is."""
    return doc.GatewayData(
        gateway=parts.GatewayDoc(
            id=site.gateway,
            state=event.state,
            reason=cut(event.reason),
            version=version,
            release=cut(event.release),
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
