"""How the items of a site file's sections are called, and where they stand."""

from __future__ import annotations

from typing import Final

from edge.files.yaml_file import Document, Steps, Tree
from edge.model import Text
from edge.versions.files import Unfit

NAMED_BY: Final = {"policies": "alarms"}
"""What tells the items of a list apart where it is not their `id`."""

BY_NAME: Final = ("schedules", "calendar", "watch")
"""Sections that hold what is in them by name, not in a list."""


def steps_of(section: str) -> Steps:
    """The way to a section; one in another is `commands.keys`."""
    return tuple(section.split("."))


def keys_in(document: Document, section: str) -> tuple[str, ...]:
    """How the items of a section are called: by their id, or `#3` for the third without one."""
    held = document.at(steps_of(section))
    if isinstance(held, dict):
        return tuple(held)
    own = [_own(section, each) for each in held] if isinstance(held, list) else []
    return tuple(
        each if each and own.count(each) == 1 else f"#{n}" for n, each in enumerate(own, 1)
    )


def find(document: Document, section: str, key: str) -> int | None:
    """An item's place in its list; none where no item is called so."""
    keys = keys_in(document, section)
    if key.startswith("#") and key[1:].isdecimal() and 0 < int(key[1:]) <= len(keys):
        return int(key[1:]) - 1
    return keys.index(key) if key in keys else None


def way_to(document: Document, section: str, key: str) -> Steps | None:
    """The way to an item, or none."""
    steps = steps_of(section)
    held = document.at(steps)
    if isinstance(held, dict):
        return (*steps, key) if key in held else None
    at = find(document, section, key) if key else None
    return None if at is None else (*steps, at)


def place_of(document: Document, section: str, key: str) -> Steps:
    """The way to an item; `Unfit` where there is none."""
    place = way_to(document, section, key)
    if place is None:
        raise Unfit(Text(f"{section} 里没有 {key}", f"there is no {key} in {section}"))
    return place


def _own(section: str, item: Tree) -> str:
    own = item.get(NAMED_BY.get(section, "id")) if isinstance(item, dict) else None
    return own if isinstance(own, str) else ""
