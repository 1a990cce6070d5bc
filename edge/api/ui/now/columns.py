"""What stands in each unit of a building, and beside what on its floor; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from edge.config.site_checks import floor_number
from edge.model import Device, Location, Text
from edge.site import Building

Group: TypeAlias = tuple[str, tuple[str, ...]]
"""A kind, and the devices that one mark stands for."""

FIRST: Final = ("gate", "fire_panel", "smoke", "call_button", "electric", "camera")
"""Kinds in the order in which they are drawn on a floor; others follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detectors:
    """Those of one unit on one floor: how many, behind which panel, and where the first one is."""

    count: int
    panel: str
    place: Location

    def and_one(self) -> Detectors:
        """One more of them."""
        return replace(self, count=self.count + 1)


Behind: TypeAlias = Mapping[tuple[str, int], Detectors]
"""The detectors of a building, by unit and floor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One unit: its lifts, the marks of each floor, and the detectors of each floor."""

    unit: str
    name: Text
    lifts: tuple[Device, ...]
    marks: Mapping[int, tuple[Group, ...]]
    detectors: Mapping[int, Detectors]

    @property
    def width(self) -> int:
        """The most marks on one floor."""
        return max(map(len, self.marks.values()), default=0)


def columns_of(
    building: Building,
    devices: Iterable[Device],
    behind: Behind,
    most: int,
) -> Iterator[Columns]:
    """Each unit of a building, then what stands in none; a building of one unit is drawn as one."""
    units = list(building.units) or [""]
    by_unit: dict[str, list[Device]] = defaultdict(list)
    for device in devices:
        if device.kind == "lift" or floor_number(device.location.floor) is not None:
            by_unit[_unit(device.location.unit, units)].append(device)
    detectors: dict[str, dict[int, Detectors]] = defaultdict(dict)
    for (unit, number), found in behind.items():
        known = detectors[_unit(unit, units)].get(number)
        together = replace(found, count=found.count + known.count) if known else found
        detectors[_unit(unit, units)][number] = together
    for unit in dict.fromkeys((*units, "")):
        own = by_unit[unit]
        if not (own or detectors[unit] or unit in units):
            continue
        yield Columns(
            unit=unit,
            name=building.units.get(unit, Text(unit, unit)),
            lifts=tuple(device for device in own if device.kind == "lift"),
            marks=_marks(own, most),
            detectors=dict(detectors[unit]),
        )


def _unit(unit: str, units: list[str]) -> str:
    """Where it is drawn: what says no unit belongs to the only one there is."""
    if unit in units:
        return unit
    return units[0] if len(units) == 1 else ""


def _marks(devices: Iterable[Device], most: int) -> Mapping[int, tuple[Group, ...]]:
    floors: dict[int, list[Device]] = defaultdict(list)
    for device in devices:
        number = floor_number(device.location.floor)
        if device.kind != "lift" and number is not None:
            floors[number].append(device)
    return {number: _groups(each, most) for number, each in floors.items()}


def _groups(devices: list[Device], most: int) -> tuple[Group, ...]:
    """One mark each while there is room, else one for each kind, the rest together."""
    if len(devices) <= most:
        return tuple((d.kind, (d.id,)) for d in sorted(devices, key=_order))
    kinds: dict[str, list[str]] = defaultdict(list)
    for device in sorted(devices, key=_order):
        kinds[device.kind].append(device.id)
    groups = [(kind, tuple(names)) for kind, names in kinds.items()]
    if len(groups) <= most:
        return tuple(groups)
    rest = tuple(name for _, names in groups[most - 1 :] for name in names)
    return (*groups[: most - 1], ("devices", rest))


def _order(device: Device) -> tuple[int, str]:
    place = FIRST.index(device.kind) if device.kind in FIRST else len(FIRST)
    return place, device.id
