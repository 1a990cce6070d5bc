"""What a profile or a rule in code says by itself, written out for the site file; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from edge.duration import format_duration
from edge.files.yaml_file import Tree
from edge.schema import AlarmSpec
from edge.versions.writing import Styles, block


def alarm_text(spec: AlarmSpec, name: str, device: str) -> str:
    """The alarm of one device as an item of `alarms`."""
    said = spec.model_dump(by_alias=True, exclude_unset=True)
    said = {key: each for key, each in said.items() if key not in {"id", "devices"}}
    tree: Tree = {"id": name, "devices": [device], **_plain(said)}
    return "\n".join(block(tree, 0, Styles())) + "\n"


def options_text(options: BaseModel) -> str:
    """The options of a rule in code as they are now; empty for one that has none."""
    tree: Tree = _plain(options.model_dump(by_alias=True))
    return "\n".join(block(tree, 0, Styles())) + "\n" if tree else ""


def _plain(value: Any) -> Any:
    """As a person writes it: 30s, life_safety, 15 rather than 15.0."""
    match value:
        case timedelta():
            return format_duration(value)
        case float() if value.is_integer():
            return int(value)
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items() if each is not None}
        case str():
            return str(value)
        case Sequence():
            return [_plain(each) for each in value]
    return value
