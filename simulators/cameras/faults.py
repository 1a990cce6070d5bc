"""What is wrong with a simulated camera just now: its line, or the picture before its lens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

LineFault: TypeAlias = Literal["", "stall", "refuse", "garbage"]
"""Connected and silent; not to be reached; nonsense where pictures should be."""

PictureFault: TypeAlias = Literal["", "freeze", "cover", "defocus", "move", "darken", "corrupt"]

LINE: Final = frozenset({"stall", "refuse", "garbage"})
ONCE: Final = frozenset({"drop", "half_frame"})
PICTURE: Final = frozenset({"freeze", "cover", "defocus", "move", "darken", "corrupt"})


@dataclass(slots=True, kw_only=True)
class Faults:
    """All of it; `slow` is the pictures a second that come instead of the usual, 0 for usual."""

    line: LineFault = ""
    picture: PictureFault = ""
    slow: float = 0.0
