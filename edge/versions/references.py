"""What a field may name that stands somewhere else in the site file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.files.yaml_file import Document, Tree
from edge.model import Text

_NAMES: Final = {
    ("devices", "link"): "links",
    ("devices", "location.building"): "buildings",
    ("suppressions", "schedule"): "schedules",
    ("suppressions", "device"): "devices",
    ("suppressions", "building"): "buildings",
    ("schedules", "except"): "calendar",
    ("schedules", "also"): "calendar",
}


def choices_of(
    document: Document, section: str, name: str, answers: Mapping[str, str], item: Tree
) -> Mapping[str, Text]:
    """What the field may name, by id, as a person calls it; empty for one that names nothing."""
    if (section, name) == ("devices", "location.unit"):
        building = answers.get("location.building") or _at(item, "location", "building")
        for each in _items(document.at(("buildings",))):
            if _at(each, "id") == building:
                return _named(_at(each, "units"))
        return {}
    held = document.at((_NAMES.get((section, name), ""),))
    return {key: Text(key, key) for key in held} if isinstance(held, dict) else _named(held)


def _named(held: Tree) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for each in _items(held):
        own, zh, en = _at(each, "id"), _at(each, "name", "zh"), _at(each, "name", "en")
        if isinstance(own, str):
            found[own] = Text(f"{zh}（{own}）" if zh else own, f"{en} ({own})" if en else own)
    return found


def _items(held: Tree) -> list[Tree]:
    return held if isinstance(held, list) else []


def _at(node: Tree, *keys: str) -> Tree:
    for key in keys:
        node = node.get(key) if isinstance(node, dict) else None
    return node
