"""Whether what a device says of its reporting fits the points that it has."""

from __future__ import annotations

from collections.abc import Mapping

from edge.choices import choose
from edge.config.site_file import DeviceSection
from edge.files.problems import Problems
from edge.files.yaml_file import Document
from edge.model import Text
from edge.schema import ONLINE, Profile


def check_reports(
    document: Document,
    devices: Mapping[int, DeviceSection],
    profiles: Mapping[int, Profile],
    problems: Problems,
) -> None:
    """Each point that is named exists, and a deadband belongs to a number."""
    for index, profile in profiles.items():
        specs = {"online": ONLINE, **profile.component_points, **profile.points}
        for name, report in devices[index].report.items():
            steps = ("devices", index, "report", name)
            spec = specs.get(name)
            if spec is None:
                what = Text(f"没有点 {name[:40]}", f"there is no point {name[:40]}")
                problems.add(document, steps, what, choose(name, sorted(specs)), at="key")
            elif report.deadband and spec.type not in {"int", "float"}:
                what = Text(f"点 {name} 不是数值", f"the point {name} is no number")
                remedy = Text("删去 deadband", "remove the deadband")
                problems.add(document, (*steps, "deadband"), what, remedy)
