"""Places in words, and the parts of the community that things concern."""

from __future__ import annotations

from typing import Literal

from cloud_bridge.wire.parts import DeviceDoc, LocationDoc, ObjectDoc
from cloud_bridge.wire.words import bilingual, cut, name
from edge.model import Location
from edge.places import building_name, place_name
from edge.site import Scope, Site


def location_doc(site: Site, location: Location) -> LocationDoc:
    """The location with its names."""
    building = location.building
    return LocationDoc(
        community=site.id,
        community_name=bilingual(site.name),
        building=building,
        building_name=bilingual(building_name(site, location)) if building else None,
        unit=location.unit,
        floor=location.floor,
        room=location.room,
        text=bilingual(place_name(site, location)),
    )


def device_doc(site: Site, device_id: str) -> DeviceDoc | None:
    """The device with its names; with its id alone when the site file does not have it."""
    if not device_id:
        return None
    device = site.devices.get(device_id)
    if device is None:
        return DeviceDoc(id=name(device_id))
    return DeviceDoc(
        id=name(device_id),
        kind=device.kind,
        make=cut(device.make),
        model=cut(device.model),
        name=bilingual(device.name),
    )


def object_doc(site: Site, location: Location, scope: Scope | Literal["room"]) -> ObjectDoc:
    """The part of the community of that scope, or the next larger one that is known."""
    building, unit, room = location.building, location.unit, location.room
    whole = Location(building=building, unit=unit, room=room)
    if scope == "room" and building and room:
        path = "/".join(part for part in (building, unit, room) if part)
        return ObjectDoc(type="room", id=name(path), name=bilingual(place_name(site, whole)))
    if scope in {"room", "unit"} and building and unit:
        words = place_name(site, Location(building=building, unit=unit))
        return ObjectDoc(type="unit", id=name(f"{building}/{unit}"), name=bilingual(words))
    if scope != "community" and building:
        words = building_name(site, location)
        return ObjectDoc(type="building", id=name(building), name=bilingual(words))
    return ObjectDoc(type="community", id=site.id, name=bilingual(site.name))
