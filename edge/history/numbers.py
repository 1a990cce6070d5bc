"""The numbers that the file has for points, one by one and as they are read together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from edge.history.batches import Shape

MOST_SHAPES: Final = 8_000
"""Sets of points whose numbers are remembered, some 2 MB; then it is begun anew."""


@dataclass(slots=True)
class Numbers:
    """What is known of the file; `shapes` saves looking up point after point at each write."""

    ids: dict[str, int]
    shapes: dict[Shape, list[int]] = field(default_factory=dict)

    def learn(self, ids: Mapping[str, int], shapes: Mapping[Shape, list[int]]) -> None:
        """The file has these now."""
        self.ids.update(ids)
        if len(self.shapes) >= MOST_SHAPES:
            self.shapes.clear()
        self.shapes.update(shapes)

    def forget(self, name: str) -> None:
        """The file has this point no more; if it speaks again, it will have another number."""
        self.ids.pop(name, None)
        self.shapes.clear()
