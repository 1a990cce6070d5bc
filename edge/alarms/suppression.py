"""What is put aside: alarms shelved by a person, and devices, zones or buildings by design."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TypeVar

from edge.model import (
    AlarmRaised,
    AlarmShelved,
    AlarmUnshelved,
    Covers,
    Lane,
    Location,
    Suppression,
    SuppressionBegan,
    SuppressionEnded,
)

T = TypeVar("T")

MOST_SUPPRESSIONS = 1_000
"""Shelves, and windows, at a time; a site has a few hundred devices."""


class Suppressions:
    """The shelves and windows that are in force."""

    def __init__(self) -> None:
        self.shelves: dict[str, AlarmShelved] = {}
        self.windows: dict[str, SuppressionBegan] = {}

    def of(self, raised: AlarmRaised, location: Location) -> tuple[Suppression, ...]:
        """Why this alarm calls nobody, in a fixed order; empty when it does."""
        found: set[Suppression] = {
            window.why
            for window in self.windows.values()
            if covers(window.covers, raised, location)
        }
        if raised.alarm in self.shelves and may_shelve(raised.lane):
            found.add("shelved")
        return tuple(sorted(found))

    def take(
        self, event: AlarmShelved | AlarmUnshelved | SuppressionBegan | SuppressionEnded
    ) -> bool:
        """Follow one word; return whether it changed anything."""
        match event:
            case AlarmShelved(alarm=key):
                return self._put(self.shelves, key, event)
            case SuppressionBegan(id=name):
                return self._put(self.windows, name, event)
            case AlarmUnshelved(alarm=key):
                return self.shelves.pop(key, None) is not None
            case SuppressionEnded(id=name):
                return self.windows.pop(name, None) is not None

    @staticmethod
    def _put(into: dict[str, T], key: str, event: T) -> bool:
        if into.get(key) == event or (key not in into and len(into) >= MOST_SUPPRESSIONS):
            return False
        into[key] = event
        return True


def may_shelve(lane: Lane) -> bool:
    """Whether a person may put an alarm of this lane aside: what saves lives, nobody may."""
    return lane is not Lane.LIFE_SAFETY


def covers(what: Covers, raised: AlarmRaised, location: Location) -> bool:
    """Whether an alarm, standing there, fits every field that is written."""
    component = raised.cause.point.partition("/")[2].rpartition(".")[0]
    return (
        what.device in {"", raised.device}
        and what.building in {"", location.building}
        and (not what.component or _within(component, what.component))
        and fnmatchcase(raised.category, what.category)
    )


def _within(component: str, prefix: str) -> bool:
    return component == prefix or component.startswith(f"{prefix}-")
