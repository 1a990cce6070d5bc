"""The devices of a site as they are listed, filtered and cut into pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.api.running import Running
from edge.api.sight import Sight
from edge.api.ui.device.condition import (
    Condition,
    Standing,
    alarms_by_device,
    condition_of,
    kind_words,
    quiet_by,
    standing_of,
)
from edge.api.ui.wording import say
from edge.api.words import Language
from edge.model import Alarm, Device, Text
from edge.places import place_name
from edge.site import Site

PAGE: Final = 50
"""Rows of one page: two screens, and nothing to wait for with a thousand devices."""

Wanted: TypeAlias = Literal["", "silent", "online", "alarm", "quiet"]
"""By how they are: what cannot be heard, what can, what has alarms, what is being worked on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which devices; what is empty leaves none out."""

    words: str = ""
    kind: str = ""
    building: str = ""
    state: Wanted = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """One device in the list; `alarms` are its active ones, the most urgent first."""

    id: str
    name: Text
    kind: str
    kind_text: Text
    place: Text
    make: str
    link: str
    standing: Standing
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceList:
    """One page of those that fit: `first` counts from 1, `after` begins the next page."""

    rows: tuple[DeviceRow, ...]
    first: int
    fitting: int
    total: int
    after: int | None
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be filtered by: the kinds and buildings that have devices."""

    kinds: tuple[tuple[str, str], ...]
    buildings: tuple[tuple[str, str], ...]


def listed(running: Running, sight: Sight, wanted: Filter, begin: int = 0) -> DeviceList:
    """The devices that fit, in the order of the site file, from place `begin` on."""
    site = running.configuration.site
    seen = [device for device in site.devices.values() if sight.device(device)]
    alarms = alarms_by_device(each for each in running.alarms.active.values())
    fitting = [
        device for device in seen if _fits(running, device, wanted, alarms.get(device.id, ()))
    ]
    begin = min(max(begin, 0), len(fitting))
    cut = fitting[begin : begin + PAGE]
    return DeviceList(
        rows=tuple(_row(running, device, alarms.get(device.id, ())) for device in cut),
        first=begin + 1,
        fitting=len(fitting),
        total=len(seen),
        after=begin + PAGE if begin + PAGE < len(fitting) else None,
        before=max(begin - PAGE, 0) if begin else None,
    )


def choices(site: Site, sight: Sight, language: Language) -> Choices:
    """What one can choose from, each with its words."""
    seen = [device for device in site.devices.values() if sight.device(device)]
    kinds = dict.fromkeys(device.kind for device in seen)
    used = {device.location.building for device in seen}
    return Choices(
        kinds=tuple((kind, say(kind_words(kind), language)) for kind in kinds),
        buildings=tuple(
            (each.id, say(each.name, language))
            for each in site.buildings.values()
            if each.id in used
        ),
    )


def _fits(running: Running, device: Device, wanted: Filter, alarms: tuple[Alarm, ...]) -> bool:
    if wanted.kind not in {"", device.kind}:
        return False
    if wanted.building not in {"", device.location.building}:
        return False
    if wanted.words and not _says(running.configuration.site, device, wanted.words):
        return False
    return not wanted.state or _is(running, device, wanted.state, alarms)


def _is(running: Running, device: Device, state: Wanted, alarms: tuple[Alarm, ...]) -> bool:
    if state == "alarm":
        return bool(alarms)
    if state == "quiet":
        return bool(quiet_by(running.alarms.suppressions.windows.values(), device))
    readings = running.state.readings
    condition: Condition = condition_of(
        running.state.links.get(device.link), readings.get(f"{device.id}/online")
    )
    return (condition == "online") is (state == "online")


def _says(site: Site, device: Device, words: str) -> bool:
    """Whether every word stands somewhere in what is known of the device."""
    kind, place = kind_words(device.kind), place_name(site, device.location)
    said = " ".join(
        (
            *(device.id, device.name.zh, device.name.en, device.link, device.profile),
            *(device.make, device.model, kind.zh, kind.en, place.zh, place.en),
        )
    ).casefold()
    return all(word in said for word in words.casefold().split())


def _row(running: Running, device: Device, alarms: tuple[Alarm, ...]) -> DeviceRow:
    site = running.configuration.site
    return DeviceRow(
        id=device.id,
        name=device.name,
        kind=device.kind,
        kind_text=kind_words(device.kind),
        place=place_name(site, device.location),
        make=f"{device.make} {device.model}".strip(),
        link=device.link,
        standing=standing_of(running, device),
        alarms=alarms,
    )
