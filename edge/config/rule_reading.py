"""What of a site file its rules are made of, read section by section."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, RootModel

from edge.choices import choose
from edge.config.rule_section import SiteRule
from edge.config.site_checks import check_reference
from edge.files.problems import Problems
from edge.files.sections import read, read_each
from edge.files.yaml_file import Document
from edge.model import Text
from edge.rules.catalogue import CATALOGUE
from edge.rules.rule import BuiltIn
from edge.rules.spec import MOST_DAYS_OFF, Day, ScheduleSection

_NAME: Final = re.compile(r"^[a-z][a-z0-9_]{0,62}$")


class _Days(RootModel[Annotated[tuple[Day, ...], Field(max_length=MOST_DAYS_OFF)]]):
    """A list of the calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """What is sound of it: schedules, lists of days and options by name, rules by their place."""

    schedules: Mapping[str, ScheduleSection]
    calendar: Mapping[str, tuple[date, ...]]
    rules: Mapping[int, SiteRule]
    watch: Mapping[str, BaseModel]


def read_rules(
    document: Document, problems: Problems, catalogue: Sequence[BuiltIn[Any]] = CATALOGUE
) -> RuleDraft:
    """Read every section; check what can be checked without devices."""
    calendar = {
        name: days.root
        for name in _names(document, "calendar", problems)
        if (days := read(document, ("calendar", name), _Days, problems)) is not None
    }
    schedules = {
        name: section
        for name in _names(document, "schedules", problems)
        if (section := read(document, ("schedules", name), ScheduleSection, problems))
    }
    _check_lists_of_days(document, schedules, problems)
    return RuleDraft(
        schedules=schedules,
        calendar=calendar,
        rules=read_each(document, "rules", SiteRule, problems),
        watch=dict(_watched(document, catalogue, problems)),
    )


def names_in(document: Document, key: str) -> list[str]:
    """The names under a key at the top of the file, those of broken sections included."""
    section = document.at((key,))
    return list(section) if isinstance(section, dict) else []


def _names(document: Document, key: str, problems: Problems) -> Iterator[str]:
    """The names under a key that are fit to be names."""
    if (key,) in document.values and not isinstance(document.at((key,)), dict):
        what = Text(f"{key} 不是一组键值", f"{key} is not a section of keys")
        remedy = Text("写成缩进的多行 `名字: 内容`", "write indented lines `name: what it is`")
        problems.add(document, (key,), what, remedy)
    for name in names_in(document, key):
        if _NAME.match(name):
            yield name
            continue
        what = Text(f"{name[:40]} 写法不对", f"{name[:40]} is not written properly")
        remedy = Text("用小写字母、数字与 _，如 night", "use a-z, 0-9 and _, such as night")
        problems.add(document, (key, name), what, remedy, at="key")


def _check_lists_of_days(document: Document, schedules: Iterable[str], problems: Problems) -> None:
    known = names_in(document, "calendar")
    for name in schedules:
        for key in ("except", "also"):
            noun = Text("日历", "list in the calendar")
            check_reference(document, ("schedules", name, key), noun, known, problems)


def _watched(
    document: Document, catalogue: Sequence[BuiltIn[Any]], problems: Problems
) -> Iterator[tuple[str, BaseModel]]:
    """The options of every built-in rule; those that are not written have their defaults."""
    known = [rule.name for rule in catalogue]
    for name in _names(document, "watch", problems):
        if name not in known:
            what = Text(f"没有内置规则 {name[:40]}", f"there is no built-in rule {name[:40]}")
            problems.add(document, ("watch", name), what, choose(name, known), at="key")
    for rule in catalogue:
        options: BaseModel | None = read(document, ("watch", rule.name), rule.section, problems)
        if options is not None:
            yield rule.name, options
