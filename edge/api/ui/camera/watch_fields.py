"""What can be said of each thing that is watched for, from its section's own fields; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final, Literal, TypeAlias, get_args

from pydantic.fields import FieldInfo

from edge.duration import format_duration
from edge.files.yaml_file import Tree
from edge.model import Text
from edge.versions.form_help import HELP
from edge.vision.names import WATCHES
from edge.vision.sections.watch import WatchSection

Form: TypeAlias = Literal["text", "number", "whole", "choice", "classes"]

_FORMS: Final[Mapping[str, Form]] = {
    "confidence": "number",
    "smallest": "number",
    "count": "whole",
    "direction": "choice",
    "classes": "classes",
}
_LABELS: Final[Mapping[str, Text]] = {
    "after": Text("持续多久后告知", "Told after"),
    "hours": Text("每天的时段", "Part of each day"),
    "classes": Text("目标", "What counts"),
    "confidence": Text("最低可信度", "Lowest confidence"),
    "count": Text("至少几人", "So many at least"),
    "direction": Text("方向", "Direction"),
    "smallest": Text("最小多大", "Smallest"),
    "taught_file": Text("教出来的文件", "What was taught"),
}
_HELP: Final[Mapping[str, Text]] = {
    "after": Text("如 30s、5min。", "Such as 30s or 5min."),
    "hours": Text("如 22:00-06:00；不写即全天。", "Such as 22:00-06:00; empty: always."),
    "confidence": Text(
        "0 到 1；不写即用模型卡的。", "From 0 to 1; empty: as the model's card says."
    ),
}
DIRECTIONS: Final[Mapping[str, Text]] = {
    "both": Text("双向", "both ways"),
    "left_to_right": Text(
        "从左到右（从第一点看过去）", "from left to right, seen from the first point"
    ),
    "right_to_left": Text(
        "从右到左（从第一点看过去）", "from right to left, seen from the first point"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchField:
    """One thing to fill in; empty means `default`, and one that is `needed` has none."""

    name: str
    label: Text
    help: Text
    form: Form
    default: str
    needed: bool


@cache
def fields_of(what: str) -> tuple[WatchField, ...]:
    """What can be said of it besides its name; nothing for what nobody knows."""
    section = _sections().get(what)
    if section is None:
        return ()
    order = tuple(_LABELS)
    fields: Mapping[str, FieldInfo] = section.model_fields
    return tuple(
        _field(name, fields[name])
        for name in sorted(fields, key=lambda each: order.index(each) if each in order else 99)
        if name != "what"
    )


def kinds_for(shape: str) -> tuple[str, ...]:
    """What can be watched for at a line, or in an area."""
    return tuple(what for what in WATCHES if (what == "line_crossing") == (shape == "line"))


def shown(value: Tree) -> str:
    """A value of the file as the form shows it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    return str(value)


def read(field: WatchField, text: str) -> Tree:
    """What was filled in, as the file says it; what makes no sense is left for the check to say."""
    text = text.strip()
    if field.form == "classes":
        words = text.replace("，", ",").replace("、", ",").replace("\n", ",").split(",")
        return [word.strip() for word in words if word.strip()]
    if field.form == "whole":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else text  # noqa: PLR2004 - no count is so long
    if field.form == "number":
        try:
            return float(text)
        except ValueError:
            return text
    return text


def _field(name: str, info: FieldInfo) -> WatchField:
    said = info.description or ""
    own = Text(HELP.get(said, said), said)
    return WatchField(
        name=name,
        label=_LABELS.get(name, Text(name, name)),
        help=_HELP.get(name, own),
        form=_FORMS.get(name, "text"),
        default=_default(info),
        needed=info.is_required(),
    )


def _default(info: FieldInfo) -> str:
    default: Any = None if info.is_required() else info.default
    if isinstance(default, timedelta):
        return format_duration(default)
    return ", ".join(default) if isinstance(default, tuple) else shown(default)


@cache
def _sections() -> Mapping[str, Any]:
    union = get_args(WatchSection)[0]
    return {get_args(each.model_fields["what"].annotation)[0]: each for each in get_args(union)}
