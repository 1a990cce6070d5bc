"""The points of a device as rows: what each reads now, how far that is trusted, its source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from edge.api.running import Running
from edge.api.ui.device.condition import profile_of
from edge.api.ui.wording import say
from edge.api.words import Language
from edge.model import Device, Point, Quality, Reading, Text, Value
from edge.schema import PointSpec

ONLINE: Final = Point(name="online", type="bool", text=Text("在线", "Online"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """One point: `path` names it everywhere, `source` is where in the device it is found."""

    path: str
    point: Point
    value: Value | None
    quality: Quality | None
    at: datetime | None
    source: str = ""

    @property
    def drawn(self) -> bool:
        """Whether its course can be drawn: text cannot."""
        return self.point.type != "str"

    @property
    def is_state(self) -> bool:
        """Whether it only says yes or no."""
        return self.point.type == "bool"

    @property
    def name(self) -> str:
        """Its name without the device."""
        return self.path.partition("/")[2]

    def labels(self, language: Language) -> str:
        """What its numbers mean, as JSON for the script that keeps it young."""
        return labels_of(self.point, language)


def labels_of(point: Point, language: Language) -> str:
    """What a point's numbers mean, as JSON."""
    said = {str(code): say(words, language) for code, words in point.labels.items()}
    return json.dumps(said, ensure_ascii=False)


def point_rows(running: Running, device: Device) -> tuple[PointRow, ...]:
    """The device's own points in the order of its profile; each has one that says it is online."""
    profile = profile_of(running, device)
    specs = profile.points if profile else {}
    behind = set(profile.component_points) - set(specs) if profile else set()
    points = {ONLINE.name: ONLINE, **device.points}
    return tuple(
        row_of(f"{device.id}/{name}", point, running.state.readings, specs.get(name))
        for name, point in points.items()
        if name not in behind
    )


def point_named(running: Running, device: Device, name: str) -> Point | None:
    """What `speed`, `online` or `1-1-10-2.pressure` stands for; none where there is none."""
    component, dot, own = name.rpartition(".")
    if not dot:
        return ONLINE if name == "online" else device.points.get(name)
    if not component:
        return None
    profile = profile_of(running, device)
    spec = profile.component_points.get(own) if profile else None
    return spec.plain(own) if spec else None


def row_of(
    path: str, point: Point, readings: Mapping[str, Reading], spec: PointSpec | None = None
) -> PointRow:
    """A point as a row."""
    reading = readings.get(path)
    return PointRow(
        path=path,
        point=point,
        value=reading.value if reading else None,
        quality=reading.quality if reading else None,
        at=reading.at if reading else None,
        source=spec.found_at if spec else "",
    )
