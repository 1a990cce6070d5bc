"""Documents with odd nodes: an input says which document it is, and what becomes of its nodes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from edge.files.yaml_file import Tree

MARK: Final = 0
"""The first byte of such an input; no text of a person begins with it."""
HEAD: Final = 2
EDIT: Final = 4
"""Bytes: how, which node in two of them, with what."""
MOST_EDITS: Final = 16
LONGEST: Final = 6
MOST_NODES: Final = 2_000
"""Nothing is added to a document that has so many: each copy could double it."""

ODD: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1, 0.5, 1e308, 2**70, "", "x", "0", "true", "null", "10s", "-1s", "9999999d"),
    *("24:00", "1 > 2", "a/b", "../x", "*", "*.fire", "${x}", "电梯" * 40, "x" * 300, "\u2028"),
    *([], {}, [[]], [{}], {"zh": "x"}, [0, 0], ["a", "a"]),
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node is: a key of a mapping, or a number of a list."""

    holder: dict[Any, Tree] | list[Tree]
    key: Any

    @property
    def node(self) -> Tree:
        """What stands there."""
        return self.holder[self.key]

    def put(self, node: Tree) -> None:
        """Let something else stand there."""
        self.holder[self.key] = node

    def take_out(self) -> None:
        """Let nothing stand there."""
        del self.holder[self.key]

    def add(self, node: Tree) -> None:
        """Put something beside it, under a name that may be there already."""
        if isinstance(self.holder, list):
            self.holder.insert(self.key, node)
        else:
            self.holder[node if isinstance(node, str) else "x"] = self.node


def seeds_of(documents: Sequence[Tree]) -> tuple[bytes, ...]:
    """Return the inputs that stand for the documents as they are."""
    return tuple(bytes((MARK, number)) for number in range(len(documents)))


def short(tree: Tree) -> Tree:
    """Leave out most of what is written in long lists: whoever reads one line reads a hundred."""
    if isinstance(tree, list):
        return [short(each) for each in tree[:LONGEST]]
    if isinstance(tree, dict):
        return {name: short(tree[name]) for name in list(tree)[: 2 * LONGEST]}
    return tree


def text_of(body: bytes, documents: Sequence[Tree]) -> bytes:
    """Return what an input means: the text that it is, or a document with some of it exchanged."""
    if len(body) < HEAD or body[0] != MARK:
        return body
    top: dict[str, Tree] = {"": deepcopy(documents[body[1] % len(documents)])}
    edits = body[HEAD : HEAD + MOST_EDITS * EDIT]
    for at in range(0, len(edits) - EDIT + 1, EDIT):
        how, high, low, what = edits[at : at + EDIT]
        _edit([*islice(_places(top), MOST_NODES)], how, high << 8 | low, what)
    return json.dumps(top.get(""), ensure_ascii=False).encode("utf-8", "replace")


def _places(holder: dict[str, Tree] | list[Tree]) -> Iterator[_Place]:
    keys = list(holder) if isinstance(holder, dict) else range(len(holder))
    for key in keys:
        place = _Place(holder, key)
        yield place
        if isinstance(node := place.node, dict | list):
            yield from _places(node)


def _edit(places: Sequence[_Place], how: int, which: int, what: int) -> None:
    if not places:
        return
    place = places[which % len(places)]
    match how % (5 if len(places) < MOST_NODES else 2):
        case 0:
            place.put(deepcopy(ODD[what % len(ODD)]))
        case 1:
            place.take_out()
        case 2:
            place.put(deepcopy(places[(which + what) % len(places)].node))
        case 3:
            place.add(deepcopy(ODD[what % len(ODD)]))
        case _:
            place.add(deepcopy(places[(which + what) % len(places)].node))
