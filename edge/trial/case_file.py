"""Files of rule cases, read: every mistake at once, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from edge.choices import choose, nearest
from edge.errors import ConfigError
from edge.files.messages import unknown_key
from edge.files.problems import Language, Problems, config_error
from edge.files.sections import read_each
from edge.files.text_file import read_text
from edge.files.yaml_file import Document, Steps, parse
from edge.model import Text
from edge.profiles.alarm_checks import KINDS
from edge.rules.expression import conforms
from edge.site import Site
from edge.trial.events import event_of
from edge.trial.sections import CaseSection, GivenSection

OWN_CASES: Final = "cases"
"""The folder beside a site file that holds its cases."""

_ANY: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCase:
    """A case, and where it is written."""

    file: str
    line: int
    case: CaseSection


def case_files(site_file: Path, given: Sequence[Path]) -> list[Path]:
    """The files that are given, or those in the folder beside the site file."""
    return list(given) or sorted((site_file.parent / OWN_CASES).glob("*.yaml"))


def load_cases(
    files: Iterable[Path], site: Site, links: Iterable[str], language: Language
) -> list[PlacedCase]:
    """Read the files; `ConfigError` tells all mistakes in all of them."""
    problems = Problems()
    found: list[PlacedCase] = []
    subjects = {*site.devices, *links}
    for path in files:
        document = parse(read_text(path, path.name, language), path.name)
        problems.found += document.problems
        if document.tree is not None:
            found += _cases(document, site, sorted(subjects), problems)
    if problems.found:
        raise config_error(problems.found, language)
    return found


def _cases(
    document: Document, site: Site, subjects: Sequence[str], problems: Problems
) -> list[PlacedCase]:
    top = document.tree if isinstance(document.tree, dict) else {}
    strange = [key for key in top if key != "cases"]
    for key in strange:
        what, remedy = unknown_key(key, ["cases"])
        problems.add(document, (key,), what, remedy, at="key")
    if not document.size(("cases",)) and not nearest("cases", strange):
        what = Text("没有用例", "there are no cases")
        problems.add(document, ("cases",), what, Text("写 cases: 列表", "write a list cases:"))
    cases = read_each(document, "cases", CaseSection, problems)
    for index, case in cases.items():
        for number, given in enumerate(case.given):
            steps: Steps = ("cases", index, "given", number)
            if given.point:
                _check_point(document, steps, given, site, problems)
            if given.device and given.device not in subjects:
                what = Text(f"没有设备 {given.device}", f"there is no device {given.device}")
                remedy = choose(given.device, subjects)
                problems.add(document, (*steps, "device"), what, remedy)
            if given.event:
                try:
                    event_of(given.event, given.device, given.fields, _ANY)
                except ConfigError as error:
                    problems.take(error, document, (*steps, "event"), _CORRECT)
    return [
        PlacedCase(file=document.file, line=document.mark(("cases", index)).line, case=case)
        for index, case in cases.items()
    ]


_CORRECT: Final = Text("按提示修改", "correct it")


def _check_point(
    document: Document, steps: Steps, given: GivenSection, site: Site, problems: Problems
) -> None:
    """A reading of a point that no device has, or that it never says, would be given to nobody."""
    name, _, own = given.point.partition("/")
    device = site.devices.get(name)
    if device is None:
        what = Text(f"没有设备 {name[:40]}", f"there is no device {name[:40]}")
        problems.add(document, (*steps, "point"), what, choose(name, sorted(site.devices)))
        return
    point = device.points.get(own.rpartition(".")[2])
    if point is None:
        what = Text(f"{name} 没有点 {own[:40]}", f"{name} has no point {own[:40]}")
        problems.add(document, (*steps, "point"), what, choose(own, sorted(device.points)))
    elif given.value is not None and not conforms(given.value, point.type):
        kind = KINDS[point.type]
        what = Text(
            f"{given.point} 的值是{kind.zh}，不会是它", f"{given.point} is {kind.en}, never this"
        )
        remedy = Text(f"改写为：{kind.zh}", f"write {kind.en}")
        problems.add(document, (*steps, "value"), what, remedy)
