"""What a simulated camera looks at: a place in which things happen when a story says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from edge.model import Value
from edge.vision.pictures import Image

WIDTH, HEIGHT = 640, 360
FPS: Final = 8.0
"""Small and slow, so that a community of cameras and its gateway fit into two cores."""


class Scene(Protocol):
    """A place; what it shows follows from the time and from what has been done to it.

    Times are seconds of one clock that never jumps.
    """

    @property
    def fps(self) -> float:
        """How many pictures a second it takes to see what happens here."""
        ...

    @property
    def verbs(self) -> frozenset[str]:
        """What a story can do here."""
        ...

    def act(self, verb: str, args: Mapping[str, Value], t: float) -> None:
        """Do one of the verbs; it begins at `t`."""
        ...

    def draw(self, t: float) -> Image:
        """The picture of this moment."""
        ...
