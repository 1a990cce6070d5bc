"""XML as cameras send it, read into a small tree: no document type, no entities, bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from edge.drivers.camera.codec import MOST_BODY, Garbled

DEEPEST: Final = 24
"""Elements within each other; a notification has nine."""
MOST_ELEMENTS: Final = 8_000
"""A hundred notifications have three thousand."""
MOST_LETTERS: Final = 4_096
"""Of one element's text."""


@dataclass(slots=True)
class Element:
    """One element; `name` is without its namespace, which is `space`."""

    name: str
    space: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Element]:
        """Every element of that name in it, outermost first, as they stand."""
        waiting = [*reversed(self.children)]
        while waiting:
            each = waiting.pop()
            if each.name == name:
                yield each
            waiting += reversed(each.children)

    def first(self, *path: str) -> Element | None:
        """The first element along the path, each anywhere within the one before."""
        found: Element | None = self
        for name in path:
            found = next(found.all(name), None) if found is not None else None
        return found

    def word(self, *path: str) -> str:
        """The text of the first element along the path; empty where there is none."""
        found = self.first(*path)
        return found.text if found is not None else ""


def read_xml(raw: bytes, *, most: int = MOST_BODY, deepest: int = DEEPEST) -> Element:
    """Parse it all, `most` bytes at most; `Garbled` for what is no sound XML, or too much."""
    if len(raw) > most:
        raise Garbled(f"{len(raw)} bytes, more than {most}")
    reader = _Reader(deepest)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.letters
    try:
        parser.Parse(raw, True)  # noqa: FBT003 - as expat has it
    except (expat.ExpatError, ValueError) as error:
        raise Garbled(f"not XML: {str(error)[:80]}") from None
    if reader.root is None:
        raise Garbled("not XML: empty")
    return reader.root


class _Reader:
    """Collects the elements."""

    def __init__(self, deepest: int) -> None:
        self._deepest = deepest
        self.root: Element | None = None
        self._path: list[Element] = []
        self._count = 0

    def refuse(self, *_: object) -> None:
        raise Garbled("a document type")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, own = name.rpartition(" ")
        self._count += 1
        if len(self._path) >= self._deepest:
            raise Garbled("nested too deeply")
        if self._count > MOST_ELEMENTS:
            raise Garbled("too many elements")
        plain = {key.rpartition(" ")[2]: value[:MOST_LETTERS] for key, value in attributes.items()}
        element = Element(own, space, plain)
        if self._path:
            self._path[-1].children.append(element)
        else:
            self.root = element
        self._path.append(element)

    def end(self, _: str) -> None:
        element = self._path.pop()
        element.text = element.text.strip()

    def letters(self, letters: str) -> None:
        if self._path:
            element = self._path[-1]
            if len(element.text) + len(letters) > MOST_LETTERS:
                raise Garbled("a text that is too long")
            element.text += letters
