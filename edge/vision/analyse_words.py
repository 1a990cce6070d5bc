"""What an analysis has found, as a person reads it on a screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from edge.model import Text
from edge.vision.analyse import Line
from edge.vision.findings import Phase
from edge.vision.names import BASES, name_of

Say: TypeAlias = Callable[[str, str], str]
"""Chooses between the Chinese and the English words."""

PHASES: Final[Mapping[Phase, Text]] = MappingProxyType(
    {
        "begin": Text("开始", "begins"),
        "update": Text("持续", "goes on"),
        "end": Text("结束", "ends"),
    }
)
DIRECTIONS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "left_to_right": Text("从左到右", "left to right"),
        "right_to_left": Text("从右到左", "right to left"),
    }
)


def row(line: Line, zones: Mapping[str, Text], say: Say) -> str:
    """One event on one line: when, what, where, who, for how long, how sure."""

    def word(text: Text) -> str:
        return say(text.zh, text.en)

    parts = [f"{clock(line.t):>10}", word(PHASES[line.phase]), word(name_of(line.type))]
    if line.zone:
        parts.append(word(zones.get(line.zone, Text(line.zone, line.zone))))
    if line.label:
        parts.append(line.label)
    if line.direction:
        parts.append(word(DIRECTIONS[line.direction]))
    if line.dwell:
        parts.append(say(f"{line.dwell:.1f} 秒", f"{line.dwell:.1f} s"))
    basis = word(BASES[line.basis])
    parts.append(f"{basis} {line.confidence:.2f}" if line.basis == "model" else basis)
    if line.still:
        parts.append(say("（录像到此为止）", "(the recording ends)"))
    return "  ".join(parts)


def clock(seconds: float) -> str:
    """A recording's time: 0:07.3, 12:34.5, 1:02:03.4."""
    minutes, rest = divmod(round(seconds, 1), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{rest:04.1f}" if hours else f"{minutes}:{rest:04.1f}"
