"""Places in words, from large to small, as people who live there name them."""

from __future__ import annotations

import re
from typing import Final

from edge.model import Location, Text
from edge.site import Site

_NUMBERED: Final = re.compile(r"^(B|-)?\d+$")


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
