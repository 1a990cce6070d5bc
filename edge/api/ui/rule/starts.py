"""What a new rule begins with: written for a device of this site, ready to be changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.model import Device, Point, Text

Kind: TypeAlias = Literal["threshold", "two", "night"]

_NO_LETTER: Final = re.compile(r"[^a-z_]")
"""What a category has none of."""

KINDS: Final[Mapping[Kind, Text]] = {
    "threshold": Text("一个值超限", "One value beyond a limit"),
    "two": Text("两个条件同时成立", "Two conditions at once"),
    "night": Text("只在夜间", "At night only"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A point that a rule can be about."""

    ref: str
    point: Point
    device: Device


def choices(devices: Iterable[Device]) -> Iterator[Choice]:
    """Every point of every device; those of components are too many to choose from."""
    for device in devices:
        for name, point in device.points.items():
            yield Choice(ref=f"{device.id}/{name}", point=point, device=device)


def start(  # noqa: PLR0913 - what a person has chosen
    kind: Kind,
    one: Choice,
    two: Choice | None = None,
    *,
    name: str,
    taken: Sequence[str] = (),
    schedule: str = "night",
) -> str:
    """The text of a rule that can be applied as it is, but for its limits, which are guesses."""
    first = condition(one)
    match kind:
        case "threshold":
            when = f"when: {first}"
        case "two":
            when = f"when:\n  all:\n    - {first}\n    - {condition(two or one)}"
        case "night":
            when = f"when:\n  all:\n    - {{during: {schedule}}}\n    - {first}"
    return (
        f"id: {free(name, taken)}\n"
        f"{when}\n"
        "for: 30s\n"
        "clear_for: 1min\n"
        "raise:\n"
        f"  category: {one.device.kind}.{_NO_LETTER.sub('', name).strip('_') or 'rule'}\n"
        "  severity: 500\n"
        "  lane: fault\n"
        "  text:\n"
        f"    zh: '{{device}}：{one.point.text.zh} {{{one.ref}}}'\n"
        f"    en: '{{device}}: {one.point.text.en} {{{one.ref}}}'\n"
    )


def condition(choice: Choice) -> str:
    """A condition on a point that is of its kind."""
    point = choice.point
    match point.type:
        case "bool":
            return f"{{point: {choice.ref}, equals: true}}"
        case "str":
            return f"{{point: {choice.ref}, equals: ''}}"
        case _ if point.labels:
            return f"{{point: {choice.ref}, equals: {min(point.labels)}}}"
        case _:
            unit = f" {point.unit}" if point.unit else ""
            return f"{{point: {choice.ref}, above: 100{unit}, deadband: 5}}"


def free(name: str, taken: Sequence[str]) -> str:
    """The name, with a number behind it where it is taken."""
    if name not in taken:
        return name
    return next(f"{name}_{n}" for n in range(2, len(taken) + 3) if f"{name}_{n}" not in taken)
