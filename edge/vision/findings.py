"""What a camera tells: findings with a beginning and an end, and how healthy its picture is."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import msgspec

Basis: TypeAlias = Literal["model", "classical", "camera"]
"""What a finding rests on: a trained model, picture arithmetic, or the camera's own word."""

Phase: TypeAlias = Literal["begin", "update", "end"]

Ill: TypeAlias = Literal["frozen", "covered", "defocused", "moved", "dark", "corrupt"]
"""What can be wrong with a picture that keeps coming."""

Verdict: TypeAlias = Literal["yes", "no", "not_observable"]
"""Whether a picture is ill in one way; a wall without texture does not let it be seen."""


class Box(NamedTuple):
    """A rectangle in parts of a picture's width and height: 0 left and top, 1 right and bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def foot(self) -> tuple[float, float]:
        """Where the thing stands: the middle of the bottom edge."""
        return ((self.left + self.right) / 2, self.bottom)

    @property
    def area(self) -> float:
        """In parts of the picture."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One step of one thing that a camera has found.

    `what` is such as `loitering`, `zone` where (empty for the whole picture). `object` is the
    same from begin to end and comes once in a camera's session. Times are seconds of the frames'
    clock: `since` when it began to be true, `t` now; `dwell_s` how long the object has been at
    it. `confidence` from 0 to 1; `model` and its hash where `basis` is a model.
    """

    phase: Phase
    what: str
    zone: str
    object: str
    since: float
    t: float
    dwell_s: float
    basis: Basis
    confidence: float
    label: str = ""
    box: Box | None = None
    model: str = ""
    model_sha256: str = ""
