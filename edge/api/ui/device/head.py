"""What stands above every page of a device: what it is, where, how it is, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from edge.api.running import Running
from edge.api.ui.device.condition import (
    Standing,
    alarms_by_device,
    kind_words,
    profile_of,
    standing_of,
)
from edge.model import Alarm, Device, Direction, Text
from edge.places import place_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A device in a few lines; `has_components` where something stands behind it."""

    id: str
    name: Text
    kind: str
    kind_text: Text
    place: Text
    building: str
    make: str
    model: str
    profile: str
    link: str
    direction: Direction
    standing: Standing
    alarms: tuple[Alarm, ...]
    has_components: bool
    has_actions: bool


def head_of(running: Running, device: Device) -> Head:
    """What is known of the device before one looks closer."""
    alarms = alarms_by_device(running.alarms.active.values())
    profile = profile_of(running, device)
    return Head(
        id=device.id,
        name=device.name,
        kind=device.kind,
        kind_text=kind_words(device.kind),
        place=place_name(running.configuration.site, device.location),
        building=device.location.building,
        make=device.make,
        model=device.model,
        profile=device.profile,
        link=device.link,
        direction=device.direction,
        standing=standing_of(running, device),
        alarms=alarms.get(device.id, ()),
        has_components=bool(profile and profile.component_points),
        has_actions=bool(device.actions),
    )
