"""Alarms for what hangs behind a device: one rule for each component, made when it first speaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from edge.rules.alarm import PointAlarm

MOST_COMPONENTS = 20_000
"""A transmission device serves one building's panels; more addresses than this are nonsense."""

OVERFLOW = "others"
"""The component under which all further addresses are watched together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """`fire-1/*.fire`: an alarm on one suffix of every component of a device."""

    device: str
    name: str
    suffix: str
    make: Callable[[str], PointAlarm]

    @property
    def point(self) -> str:
        """The pattern that stands for all its points."""
        return f"{self.device}/*.{self.suffix}"

    @property
    def id(self) -> str:
        """The pattern that stands for the ids of all its rules."""
        return f"{self.device}/*/{self.name}"


class Templates:
    """The templates of a site, and the components that rules were made for."""

    def __init__(self, templates: Iterable[Template]) -> None:
        self._by_point: dict[str, list[Template]] = defaultdict(list)
        self._by_id: dict[str, Template] = {}
        self._components: dict[str, set[str]] = defaultdict(set)
        for template in templates:
            self._by_point[template.point].append(template)
            self._by_id[template.id] = template

    def of_point(self, point: str) -> tuple[PointAlarm, ...]:
        """The rules that watch the point of a component; it is told apart from now on."""
        if not self._by_point:
            return ()
        pattern, component = _pattern_of_point(point)
        return tuple(self._made(each, component) for each in self._by_point.get(pattern, ()))

    def watch(self, point: str) -> bool:
        """Whether a point is one of those for which rules are made."""
        return _pattern_of_point(point)[0] in self._by_point

    def of_id(self, rule: str) -> tuple[PointAlarm, ...]:
        """The rule of this id, and all others that watch the same point of its component."""
        pattern, component = _pattern_of_id(rule)
        template = self._by_id.get(pattern)
        if template is None:
            return ()
        return tuple(self._made(each, component) for each in self._by_point[template.point])

    def shown(self, rule: str) -> PointAlarm | None:
        """The rule of this id as it would be made; only to be looked at."""
        pattern, component = _pattern_of_id(rule)
        template = self._by_id.get(pattern)
        return template.make(self._told_apart(template, component)) if template else None

    def _made(self, template: Template, component: str) -> PointAlarm:
        component = self._told_apart(template, component)
        self._components[template.id].add(component)
        return template.make(component)

    def _told_apart(self, template: Template, component: str) -> str:
        known = self._components[template.id]
        return component if component in known or len(known) < MOST_COMPONENTS else OVERFLOW


def _pattern_of_point(point: str) -> tuple[str, str]:
    """Split `fire-1/1-1-10-2.fire` into `fire-1/*.fire` and the component; empty without a dot."""
    device, _, name = point.partition("/")
    component, dot, suffix = name.partition(".")
    return (f"{device}/*.{suffix}", component) if dot else ("", "")


def _pattern_of_id(rule: str) -> tuple[str, str]:
    """Split `fire-1/1-1-10-2/fire` into `fire-1/*/fire` and the component; empty if it has none."""
    device, _, rest = rule.partition("/")
    component, slash, name = rest.partition("/")
    return (f"{device}/*/{name}", component) if slash else ("", "")
