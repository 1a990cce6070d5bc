"""Values as YAML text, written as a person would who has read the rest of the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

from edge.files.yaml_file import Tree
from edge.files.yaml_spans import Span
from edge.model import Text
from edge.versions.files import Unfit

Style: TypeAlias = Literal["flow", "block"]
Names: TypeAlias = tuple[str, ...]
"""The keys that lead from the top to a value; `ITEM` for any place in a list."""

ITEM: Final = "-"

WIDTH: Final = 100
"""Columns up to which a value is written in one line, where no neighbour says otherwise."""

_FLAT: Final = 2
"""Mappings in mappings that one line may hold: `transport: {type: tcp, host: 10.0.0.5}` is one."""

_PLAIN: Final = re.compile(r"^\w([\w ./%°·、，。；：（）()*+=@-]*[\w.%°、，。；）)*])?$")
_TAKEN: Final = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
"""Words that some reader of YAML takes for something else."""

_IN_DOUBT: Final = re.compile(r"^[0-9_]")
_NO_NUMBER: Final = re.compile(r"[^\W\d_a-fA-FxoXO]|^\d+(\.\d+)? \D|^\d{1,3}(\.\d{1,3}){3}$|^\d+d$")
"""What begins with a digit and is no number to anybody: 1号楼, 30s, 100 mA, 10.0.0.5, 7d."""


class Styles:
    """How values are written: as their neighbours are, else in one line where that fits.

    What stands at the top, and lists of more than words, have a line for each part.
    """

    def __init__(self, whole: Span | None = None) -> None:
        self._known: dict[Names, Style] = {}
        if whole is not None:
            self._note(whole, ())

    def of(self, names: Names, value: Tree, column: int) -> Style:
        """How to write a value that begins in that column."""
        if not isinstance(value, dict | list) or not value:
            return "flow"
        if names in self._known:
            return self._known[names]
        wide = column + len(flow(value)) > WIDTH or _depth(value) > _FLAT
        return "block" if wide or _of_collections(value) or names[1:] == (ITEM,) else "flow"

    def _note(self, span: Span, names: Names) -> None:
        if not (span.items or span.pairs):
            return
        self._known[names] = "flow" if span.flow else "block"
        for item in span.items:
            self._note(item, (*names, ITEM))
        for pair in span.pairs:
            self._note(pair.value, (*names, pair.key))


def plain(value: object) -> Tree:
    """What was given as a tree of dicts, lists and scalars; `Unfit` for what YAML cannot say."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Sequence):
        return [plain(inner) for inner in value]
    kind = type(value).__name__
    raise Unfit(Text(f"无法写成 YAML：{kind}", f"this cannot be written as YAML: {kind}"))


def flow(value: Tree) -> str:
    """The value in one line."""
    if isinstance(value, dict):
        pairs = (f"{_key(key)}: {flow(inner)}" for key, inner in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return _scalar(value)


def block(value: Tree, column: int, styles: Styles, names: Names = ()) -> list[str]:
    """The value in lines that are to begin in that column."""
    out: list[str] = []
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            out += pair(key, inner, column, styles, names)
    elif isinstance(value, list) and value:
        for inner in value:
            out += item(inner, column, styles, names)
    return out or [flow(value)]


def pair(key: str, value: Tree, column: int, styles: Styles, names: Names = ()) -> list[str]:
    """A key with its value, in lines that are to begin in that column."""
    names, written = (*names, key), _key(key)
    if styles.of(names, value, column + len(written) + 2) == "flow":
        return [f"{written}: {flow(value)}"]
    return [f"{written}:", *(f"  {line}" for line in block(value, column + 2, styles, names))]


def item(value: Tree, column: int, styles: Styles, names: Names = ()) -> list[str]:
    """An item of a list with its dash, in lines that are to begin in that column."""
    names = (*names, ITEM)
    if styles.of(names, value, column + 2) == "flow":
        return [f"- {flow(value)}"]
    first, *rest = block(value, column + 2, styles, names)
    return [f"- {first}", *(f"  {line}" for line in rest)]


def _of_collections(value: Tree) -> bool:
    return isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value)


def _depth(value: Tree) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return max(map(_depth, value), default=0) if isinstance(value, list) else 0


def _key(key: str) -> str:
    return key if key.isascii() and key.isdecimal() else _scalar(key)


def _scalar(value: Tree) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str() if not value.isprintable():
            return f'"{"".join(map(_escaped, value))}"'
        case str() if _may_be_plain(value):
            return value
        case _:
            quoted = str(value).replace("'", "''")
            return f"'{quoted}'"


def _may_be_plain(text: str) -> bool:
    if not _PLAIN.match(text) or text.lower() in _TAKEN:
        return False
    return not _IN_DOUBT.match(text) or bool(_NO_NUMBER.search(text))


def _escaped(letter: str) -> str:
    if letter in {'"', "\\"}:
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    number = ord(letter)
    return {"\n": "\\n", "\t": "\\t"}.get(
        letter,
        f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}",  # noqa: PLR2004 - see YAML
    )
