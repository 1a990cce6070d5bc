"""Pieces of the pages, as they are told to a browser while it watches."""

from __future__ import annotations

from typing import Final

from edge.api.ui.screen import Screen
from edge.api.viewer import encode
from edge.api.words import Language

TEMPLATE: Final = "add_parts.html"


class Parts:
    """Renders for one browser, whose forms carry `csrf`."""

    def __init__(self, screen: Screen, language: Language, csrf: str = "") -> None:
        self._screen = screen
        self._csrf = csrf
        self.language: Language = language

    def frame(self, event: str, block: str, mark: str = "", **shown: object) -> bytes:
        """One event with a block in it; `mark` is what a browser that comes again has had."""
        pieces = self._screen.part(self.language, TEMPLATE, block, csrf=self._csrf, **shown)
        body = encode(event, "".join(pieces))
        return f"id: {mark}\n".encode() + body if mark else body
