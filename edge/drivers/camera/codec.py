"""What a camera says of its own accord, whatever its make: one word, safely read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

MOST_BODY: Final = 256 * 1024
"""Of one message: an alert has two thousand bytes, a hundred notifications fifty thousand."""
MOST_SAID: Final = 128
"""Words in one message; a pull of messages is asked for a hundred."""
MOST_TEXT: Final = 128
"""Letters of a code, a rule's name or a label."""

Way: TypeAlias = Literal["on", "again", "off", "pulse"]
"""It began and its end will be said; it is so and is said again while it is; it is over; it was."""


class Garbled(ValueError):
    """A message that cannot be read; the text says in what way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One word: what (`code`, as the camera spells it), and whether it is so.

    `where` is the camera's own name or number for the place, `channel` which camera of a recorder
    it is, from 1, none where that is not said. `label` is what was seen there.
    """

    code: str
    way: Way
    where: str = ""
    channel: int | None = None
    label: str = ""


def plain(text: str) -> str:
    """A text of the wire, cut, without what does not print."""
    return "".join(letter for letter in text.strip()[:MOST_TEXT] if letter.isprintable())
