"""A text while it is being changed: a file of the configuration, or an item of a section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edge.api.ui.change.mistakes import Mistake, lines_of
from edge.api.ui.change.sides import Sides


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEdit:
    """What the form holds; `fine` once it was looked at and nothing is wrong.

    `path` is where it is sent, `base` the etag of what it was written over. `file` is what the text
    is called in mistakes, empty for an item. `against` is how it differs from what is there by now.
    """

    path: str
    base: str
    text: str
    file: str = ""
    mistakes: Sequence[Mistake] = ()
    fine: bool = False
    against: Sequence[Sides] = ()

    @property
    def marks(self) -> str:
        """The lines that something is wrong with."""
        return lines_of(self.mistakes, self.file)
