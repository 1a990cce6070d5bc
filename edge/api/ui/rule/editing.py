"""A rule while it is being written: its text, what is wrong with it, what it would have done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edge.api.ui.change.mistakes import Mistake, lines_of
from edge.api.ui.change.sides import Sides
from edge.api.ui.rule.trying import Tried
from edge.model import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """What the form holds; `fine` once it was looked at and nothing is wrong.

    `base` is the etag of what the text was written over. `tries` are the rules of it that can be
    tried, `rule` the one that was. `against` is how it differs from what is there by now.
    """

    section: str
    key: str
    path: str
    title: Text
    base: str
    text: str
    mistakes: tuple[Mistake, ...] = ()
    fine: bool = False
    hours: int = 24
    tries: Sequence[str] = ()
    rule: str = ""
    tried: Tried | None = None
    against: tuple[Sides, ...] = ()

    @property
    def marks(self) -> str:
        """The lines that something is wrong with."""
        return lines_of(self.mistakes)
