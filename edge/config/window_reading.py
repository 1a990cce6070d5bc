"""The suppressions of a site file, against its devices, buildings and schedules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.config.rule_reading import RuleDraft, names_in
from edge.config.site_checks import check_reference, ids_of
from edge.config.window_section import WindowSection
from edge.files.problems import Problems
from edge.files.sections import read_each
from edge.files.yaml_file import Document
from edge.model import Text
from edge.rules.schedule import schedule_of
from edge.rules.window import WindowRule
from edge.site import Site

KEY: Final = "suppressions"


def read_windows(document: Document, problems: Problems) -> Mapping[int, WindowSection]:
    """Read the section and tell every mistake in it."""
    known = {
        "device": (Text("设备", "device"), list(ids_of(document, "devices").values())),
        "building": (Text("楼栋", "building"), list(ids_of(document, "buildings").values())),
        "schedule": (Text("时段", "schedule"), names_in(document, "schedules")),
    }
    for index in range(document.size((KEY,))):
        for key, (noun, names) in known.items():
            if document.at((KEY, index, key)) != "":
                check_reference(document, (KEY, index, key), noun, names, problems)
    return read_each(document, KEY, WindowSection, problems)


def windows_written(
    windows: Mapping[int, WindowSection], rules: RuleDraft, site: Site
) -> tuple[WindowRule, ...]:
    """The rules that begin and end them, once nothing in them is wrong."""
    return tuple(
        window.rule(schedule_of(rules.schedules[window.schedule], rules.calendar, site.timezone))
        for window in windows.values()
    )
