"""What may be wrong with a model, in words for a technician, in both languages."""

from __future__ import annotations

from edge.model import Text


class _Trouble(ValueError):
    """As a string it is English, for logs and for the camera that asked."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


class Unusable(_Trouble):
    """A model cannot be used: no card, no file, another file, a broken one."""


class Misread(_Trouble):
    """The output is not what the card's decoder reads: wrong decoder, size or labels."""


class NotHad(_Trouble):
    """A model's file could not be had; what to do is said as well."""
