"""Places in words, and the parts of the community that things concern."""

from __future__ import annotations

import re
from typing import Literal

from cloud_bridge.wire.parts import DeviceDoc, LocationDoc, ObjectDoc
from cloud_bridge.wire.words import bilingual, cut, name
from edge.model import Location, Text
from edge.site import Scope, Site

_NUMBERED = re.compile(r"^(B|-)?\d+$")


def building_name(site: Site, location: Location) -> Text:
    """The building as residents know it; its id when the site file does not name it."""
    building = site.buildings.get(location.building)
    return building.name if building else Text(location.building, location.building)


def unit_name(site: Site, location: Location) -> Text:
    """The unit as residents know it; its id when the site file does not name it."""
    building = site.buildings.get(location.building)
    named = building.units.get(location.unit) if building else None
    return named or Text(location.unit, location.unit)


def floor_name(location: Location) -> Text:
    """The floor in words, or empty; one that is a name already, such as `屋顶`, stays as it is."""
    floor = location.floor
    if not _NUMBERED.match(floor):
        return Text(floor, floor)
    return Text(f"{floor}层", f"floor {floor}")


def place_name(site: Site, location: Location) -> Text:
    """The place from large to small, such as `1号楼2单元3层` and `Building 1, Unit 2, floor 3`."""
    room = location.room
    parts = [
        building_name(site, location),
        unit_name(site, location),
        floor_name(location),
        Text(f"{room}室" if room.isdecimal() else room, f"room {room}" if room else ""),
        Text(location.text, location.text),
    ]
    if not any(part.zh for part in parts):
        return site.name
    return Text("".join(part.zh for part in parts), ", ".join(part.en for part in parts if part.en))


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
