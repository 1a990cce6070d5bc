"""Why a release is not taken, in words for whoever brought it."""

from __future__ import annotations

from edge.model import Text


class Refused(ValueError):
    """The release stays where it is, and what runs goes on."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.words = Text(zh, en)
