"""Pictures as a simulated camera sends them: JPEG, or one access unit of H.264."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Coding: TypeAlias = Literal["jpeg", "h264"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture; of JPEG the one unit is the file, of H.264 there is one for each NAL unit.

    `t` is when it was taken, in seconds of the monotonic clock. A decoder can begin at a `key`.
    """

    units: tuple[bytes, ...]
    t: float
    key: bool = True
