"""The shipped dashboards: what they ask for, and what there is to be asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cloud_bridge.series_lines import Lines
from edge.api import metrics
from edge.model import Quality, Reading
from edge.site import Site
from tests.fakes.line_protocol import read_line
from tests.fakes.time import EPOCH
from tests.source_tree import ROOT

FOLDER: Final = ROOT / "docker" / "grafana" / "dashboards"
COMPONENT_POINTS: Final = ("fire", "fault", "shield", "temperature")

_VARIABLE: Final = re.compile(r"\$(site|building|device)\b")
_SELECTOR: Final = re.compile(r"([a-z_]*)\{([^}]*)\}")
_MATCHER: Final = re.compile(r'([a-z_]+)(=~|!=|=)"([^"]*)"')
_OWN: Final = re.compile(r"\bwhistle_[a-z_]+")


@dataclass(frozen=True, slots=True)
class Question:
    """One query of a panel, or of a variable, as it is when nothing is chosen."""

    board: str
    panel: str
    expression: str

    def selectors(self) -> Iterator[tuple[str, Mapping[str, tuple[str, str]]]]:
        """The series that it names: a name, and what each label has to be."""
        for name, inner in _SELECTOR.findall(self.expression):
            yield name, {label: (how, what) for label, how, what in _MATCHER.findall(inner)}

    def own(self) -> set[str]:
        """The gateway's own metrics in it."""
        return set(_OWN.findall(self.expression))


def boards() -> dict[str, dict[str, Any]]:
    """Every dashboard by its file's name."""
    return {
        path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))
    }


def questions() -> Iterator[Question]:
    """Every query of every panel, and what variables ask for."""
    for name, board in boards().items():
        for variable in board["templating"]["list"]:
            if variable["type"] == "query":
                yield Question(name, variable["name"], _plain(variable["definition"]))
        for panel in board["panels"]:
            for target in panel["targets"]:
                yield Question(name, panel["title"], _plain(target["expr"]))


def metric_names() -> set[str]:
    """What the gateway's own metrics are called."""
    source = (ROOT / "edge" / "api" / "metrics.py").read_text("utf-8")
    counted = {f"whistle_link_{what}_total" for what, _, _ in metrics._COUNTED}
    series = {f"whistle_series_{what}_total" for what in ("written", "refused", "dropped")}
    return {*re.findall(r'"(whistle_[a-z_]+)"', source)} | counted | series


def readings(site: Site, begin: datetime, count: int) -> list[Reading]:
    """Each point of a site each minute: on and off and on again; one point is bad."""
    points = [f"{link}/online" for link in site.links]
    for device in site.devices.values():
        points += [f"{device.id}/{name}" for name in device.points]
        points += [f"{device.id}/{c}.{p}" for c in device.components for p in COMPONENT_POINTS]
    return [
        Reading(
            point=point,
            value=float(minute % 2) if "online" not in point else True,
            at=begin + timedelta(minutes=minute),
            quality=Quality.BAD if point == "bin-1/tamper" else Quality.GOOD,
        )
        for minute in range(count)
        for point in points
    ]


def written(site: Site) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    """The names under which a site's readings are found: of the measurement's field, and tags."""
    lines = Lines(site)
    found = {("gateway_quality", tuple(read_line(lines.mark(EPOCH)).tags.items()))}
    found |= {("gateway_value", tags) for _, tags in found}
    for line in lines.of(readings(site, EPOCH, 1)):
        point = read_line(line)
        tags = tuple(point.tags.items())
        found |= {(f"{point.measurement}_{field}", tags) for field in point.fields}
    return found


def _plain(expression: str) -> str:
    return _VARIABLE.sub(".*", expression)
