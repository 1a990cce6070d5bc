"""The plain values in a JSON text, each with its path and its bytes; the text may be cut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecoder
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Final, TypeAlias

MOST_LEAVES: Final = 200
"""More values than a person reads of one message."""
DEEPEST: Final = 16
"""What is nested further is told as it stands."""
MOST_LETTERS: Final = 200
"""Of one value."""

Plain: TypeAlias = str | int | float | bool | None
_DECODER: Final = JSONDecoder()
_BLANK: Final = " \t\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A value with its path from the outside inwards (`params.0.value`), from `start` to `end`.

    `text` is the value as a person reads it. A leaf without a path is what is no JSON.
    """

    path: str
    start: int
    end: int
    text: str
    value: Plain = None


def leaves(body: bytes) -> Iterator[Leaf]:
    """Yield the values in order, at most `MOST_LEAVES`; never raises."""
    # One letter for each byte, so that places in the text are places in the bytes.
    reading = _Reading(body.decode("latin-1"))
    try:
        yield from reading.value("", reading.blank(0), 0)
        rest = reading.blank(reading.end)
    except (ValueError, IndexError, RecursionError):
        rest = reading.end
    if rest < len(body):
        yield Leaf(path="", start=rest, end=len(body), text=_shown(body[rest:]))


class _Reading:
    """Where the reading of one text stands; `end` is behind the last value that was whole."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._left = MOST_LEAVES
        self.end = 0

    def blank(self, at: int) -> int:
        """The first letter from `at` on that is not blank."""
        while at < len(self._text) and self._text[at] in _BLANK:
            at += 1
        return at

    def value(self, path: str, at: int, depth: int) -> Iterator[Leaf]:
        """Yield what begins at `at`."""
        if self._text[at] in "{[" and depth < DEEPEST:
            yield from self._nested(path, at, depth)
            return
        value, end = _DECODER.raw_decode(self._text, at)
        if self._left <= 0:
            raise ValueError(path)
        self._left -= 1
        self.end = end
        raw = self._text[at:end].encode("latin-1")
        if isinstance(value, str):
            value = _string(raw)
        plain = value if isinstance(value, str | int | float | bool | None) else None
        text = plain[:MOST_LETTERS] if isinstance(plain, str) else _shown(raw)
        yield Leaf(path=path or "$", start=at, end=end, text=text, value=plain)

    def _nested(self, path: str, at: int, depth: int) -> Iterator[Leaf]:
        of_names = self._text[at] == "{"
        close, number = "}" if of_names else "]", 0
        at = self.blank(at + 1)
        while self._text[at] != close:
            name = str(number)
            if of_names:
                name, at = self._name(at)
            yield from self.value(f"{path}.{name}" if path else name, at, depth + 1)
            at, number = self.blank(self.end), number + 1
            if self._text[at] == ",":
                at = self.blank(at + 1)
            elif self._text[at] != close:
                raise ValueError(path)
        self.end = at + 1

    def _name(self, at: int) -> tuple[str, int]:
        if self._text[at] != '"':
            raise ValueError(at)
        begin = at
        _, at = scanstring(self._text, at + 1)
        name = _string(self._text[begin:at].encode("latin-1"))
        at = self.blank(at)
        if self._text[at] != ":":
            raise ValueError(name)
        return name[:MOST_LETTERS], self.blank(at + 1)


def _string(raw: bytes) -> str:
    """What a string that is known to be sound says."""
    return str(_DECODER.decode(raw.decode("utf-8", "replace")))


def _shown(raw: bytes) -> str:
    return raw[: 4 * MOST_LETTERS].decode("utf-8", "replace")[:MOST_LETTERS]
