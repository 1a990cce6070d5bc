"""Alarms for what hangs behind a device: one rule for each component, made when it first speaks."""

from __future__ import annotations

from collections.abc import Callable
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


def pattern_of_point(point: str) -> tuple[str, str] | None:
    """Split `fire-1/1-1-10-2.fire` into `fire-1/*.fire` and the component; none without a dot."""
    device, _, name = point.partition("/")
    component, dot, suffix = name.partition(".")
    return (f"{device}/*.{suffix}", component) if dot else None


def pattern_of_id(rule: str) -> tuple[str, str] | None:
    """Split `fire-1/1-1-10-2/fire` into `fire-1/*/fire` and the component; none if it has none."""
    device, _, rest = rule.partition("/")
    component, slash, name = rest.partition("/")
    return (f"{device}/*/{name}", component) if slash else None
