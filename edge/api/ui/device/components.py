"""What stands behind a device, detectors of a fire panel above all: searched, the urgent first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from edge.api.running import Running
from edge.api.ui.device.condition import profile_of
from edge.api.ui.device.points import PointRow, row_of
from edge.model import Device, Lane, Point, Quality, Reading, Text
from edge.places import place_name
from edge.site import Site

MOST_SHOWN: Final = 60
"""At once; a panel has thousands, so one searches."""

_LANES: Final = tuple(Lane)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMark:
    """What is true of a component, and the lane of the alarm that it raised; none without one."""

    text: Text
    lane: Lane | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRow:
    """One thing behind a device: `states` are what is true of it, `values` its numbers."""

    address: str
    place: Text | None
    about: str
    states: tuple[StateMark, ...]
    values: tuple[PointRow, ...]
    at: datetime | None
    bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """What stands behind a device: the rows that are shown, of so many that fit, of so many."""

    rows: tuple[ComponentRow, ...] = ()
    fitting: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Behind:
    """What is known of all of them."""

    site: Site
    device: Device
    points: Mapping[str, Point]
    lanes: Mapping[str, Lane]

    def row(self, address: str, readings: Mapping[str, Reading]) -> ComponentRow:
        """One of them; what it reads is given by the names of its points."""
        location = self.device.components.get(address)
        return ComponentRow(
            address=address,
            place=place_name(self.site, location) if location else None,
            about=next((each.about for each in readings.values() if each.about), ""),
            states=tuple(
                StateMark(text=self._point(name).text, lane=self.lanes.get(each.point))
                for name, each in readings.items()
                if each.value is True
            ),
            values=tuple(
                row_of(each.point, self._point(name), {each.point: each})
                for name, each in readings.items()
                if each.value is not None and not isinstance(each.value, bool)
            ),
            at=max((each.at for each in readings.values()), default=None),
            bad=any(each.quality is Quality.BAD for each in readings.values()),
        )

    def _point(self, name: str) -> Point:
        return self.points.get(name) or Point(name=name, type="str", text=Text(name, name))


def components_of(running: Running, device: Device, wanted: str = "") -> Components:
    """Those that fit what is searched for; what is amiss comes first."""
    profile = profile_of(running, device)
    specs = profile.component_points if profile else {}
    behind = _Behind(
        site=running.configuration.site,
        device=device,
        points={name: spec.plain(name) for name, spec in specs.items()},
        lanes={
            alarm.raised.cause.point: alarm.raised.lane
            for alarm in running.alarms.active.values()
            if alarm.raised.device == device.id
        },
    )
    rows = [behind.row(address, found) for address, found in _read(running, device).items()]
    words = wanted.casefold().split()
    fitting = sorted((row for row in rows if _fits(row, words)), key=_urgency)
    return Components(rows=tuple(fitting[:MOST_SHOWN]), fitting=len(fitting), total=len(rows))


def _read(running: Running, device: Device) -> Mapping[str, Mapping[str, Reading]]:
    """What each of them reads; nothing of those that are only known by their place."""
    found: dict[str, dict[str, Reading]] = defaultdict(dict)
    for address in device.components:
        found[address] = {}
    start = f"{device.id}/"
    for path, reading in running.state.readings.items():
        if path.startswith(start) and "." in path:
            address, _, name = path.removeprefix(start).rpartition(".")
            found[address][name] = reading
    return found


def _urgency(row: ComponentRow) -> tuple[int, bool, bool, tuple[tuple[int, str], ...]]:
    """Life safety first, then what is otherwise true, then what cannot be trusted; 9 before 10."""
    lanes = [_LANES.index(state.lane) for state in row.states if state.lane]
    parts = row.address.split("-")
    natural = tuple((int(p), "") if p.isdecimal() and p.isascii() else (1 << 31, p) for p in parts)
    return min(lanes, default=len(_LANES)), not row.states, not row.bad, natural


def _fits(row: ComponentRow, words: list[str]) -> bool:
    place = f"{row.place.zh} {row.place.en}" if row.place else ""
    states = " ".join(f"{each.text.zh} {each.text.en}" for each in row.states)
    said = f"{row.address} {place} {row.about} {states}".casefold()
    return all(word in said for word in words)
