"""YAML text as a plain tree in which every key and value knows its line and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias
from weakref import WeakValueDictionary

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from edge.errors import Problem
from edge.files.wide import key_in, stray
from edge.files.yaml_fast import FastNode, compose_fast
from edge.files.yaml_hints import hint
from edge.files.yaml_numbers import decimal, whole

Tree: TypeAlias = "bool | int | float | str | list[Tree] | dict[str, Tree] | None"
Steps: TypeAlias = tuple[str | int, ...]
"""The way from the top of a document to a node: `("links", 0, "transport")`."""
_Node: TypeAlias = Node | FastNode

MOST_NODES: Final = 100_000
"""Far beyond a community's file; stops aliases of aliases from filling the memory."""
MOST_DEPTH: Final = 40
"""Four times what the deepest section needs; stops brackets without end."""

_MAPPINGS: Final = (MappingNode, yaml.MappingNode)
_SEQUENCES: Final = (SequenceNode, yaml.SequenceNode)
_SCALARS: Final = (ScalarNode, yaml.ScalarNode)
_TAG: Final = "tag:yaml.org,2002:"
_BEGAN_BEFORE: Final = ("end of stream", "stream end", "expected ':'", "expected ',' or")
"""What the parser notices long after the place where it went wrong."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file, counted from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Document:
    """A file's tree; where `problems` says so, parts of it are missing.

    `texts` is where the first letter stands of each text that is written as it is, on one line.
    """

    file: str
    tree: Tree
    values: Mapping[Steps, Mark]
    keys: Mapping[Steps, Mark]
    problems: tuple[Problem, ...]
    texts: Mapping[Steps, Mark] = field(default_factory=dict)

    def at(self, steps: Steps) -> Tree:
        """The node there, or none."""
        node = self.tree
        for step in steps:
            if isinstance(node, dict) and isinstance(step, str):
                node = node.get(step)
            elif isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
                node = node[step]
            else:
                return None
        return node

    def mark(self, steps: Steps, *, key: bool = False) -> Mark:
        """Where that key or value is written, or else what would hold it."""
        if key and steps in self.keys:
            return self.keys[steps]
        while steps and steps not in self.values:
            steps = steps[:-1]
        return self.values.get(steps, Mark(self.file, 1, 1))

    def letter(self, steps: Steps, number: int) -> Mark:
        """Where a letter of a text stands, counted from 0; or else where the text begins."""
        first = self.texts.get(steps)
        return replace(first, column=first.column + number) if first else self.mark(steps)

    def size(self, steps: Steps) -> int:
        """How many items the list there has; 0 when it is no list."""
        node = self.at(steps)
        return len(node) if isinstance(node, list) else 0


def path_of(steps: Steps) -> str:
    """The steps as a person writes them: `links[0].transport`; of `key：value` the key alone."""
    names = (key_in(step) or step if isinstance(step, str) else step for step in steps)
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in names)
    return words.removeprefix(".")


def parse(text: str, file: str) -> Document:
    """Read one YAML 1.2 document; what is wrong with it is in its problems, never raised."""
    document = _HELD.get((text, file))
    if document is None:
        document = _HELD[text, file] = _parsed(text, file)
    return document


_HELD: Final[WeakValueDictionary[tuple[str, str], Document]] = WeakValueDictionary()
"""Documents that somebody still has: several parts of a start read the same text."""


def _parsed(text: str, file: str) -> Document:
    root = compose_fast(text)
    document = None if root is None else _built(root, file)
    return document if document and not document.problems else parse_nodes(text, file)[0]


def parse_nodes(text: str, file: str) -> tuple[Document, Node | None]:
    """As `parse`, with the node at the top, for whoever has to know where each one ends."""
    reader = YAML(typ="safe", pure=True)
    reader.composer.warn_double_anchors = False  # the later one counts, as YAML 1.2 has it
    try:
        root = reader.compose(text)
    except MarkedYAMLError as error:
        return _broken(_syntax(error, text, file), file), None
    except ReaderError as error:
        return _broken(_character(error, text, file), file), None
    except (YAMLError, RecursionError, ValueError, OverflowError) as error:
        what, remedy = hint("nested" if isinstance(error, RecursionError) else "", "")
        return _broken(Problem(file=file, line=1, column=1, what=what, remedy=remedy), file), None
    if root is None:
        what, remedy = hint("empty", "")
        return _broken(Problem(file=file, line=1, column=1, what=what, remedy=remedy), file), None
    return _built(root, file), root


def _built(root: _Node, file: str) -> Document:
    builder = _Builder(file)
    tree = builder.build(root, ())
    return Document(
        file=file,
        tree=tree,
        values=builder.values,
        keys=builder.keys,
        problems=tuple(builder.problems),
        texts=builder.texts,
    )


def _broken(problem: Problem, file: str) -> Document:
    return Document(file=file, tree=None, values={}, keys={}, problems=(problem,))


def _character(error: ReaderError, text: str, file: str) -> Problem:
    position = error.position if isinstance(error.position, int) else 0
    before = text[:position]
    what, remedy = hint("special characters", "")
    return Problem(
        file=file,
        line=before.count("\n") + 1,
        column=position - (before.rfind("\n") + 1) + 1,
        what=what,
        remedy=remedy,
    )


def _syntax(error: MarkedYAMLError, text: str, file: str) -> Problem:
    said = error.problem or ""
    mark = error.problem_mark
    if error.context_mark is not None and any(words in said for words in _BEGAN_BEFORE):
        if "',' or" in said and mark is not None and mark.line != error.context_mark.line:
            said = "stream end"
        if said != error.problem or "',' or" not in said:
            mark = error.context_mark
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    lines = text.splitlines()
    here = lines[line] if line < len(lines) else ""
    if here[: len(here) - len(here.lstrip())].count("\t"):
        said, column = "\\t", here.index("\t")
    elif "mapping values" in said:
        above = _line_above(lines, line)
        if above is not None and ":" not in lines[above] and column == here.find(":"):
            said, line, column = "missing colon", above, len(lines[above].rstrip())
    what, remedy = hint(said, here[column : column + 1])
    for near in (line, _line_above(lines, line)):
        if near is not None and near < len(lines) and (found := stray(lines[near])):
            line, (column, what, remedy) = near, found
            break
    return Problem(file=file, line=line + 1, column=column + 1, what=what, remedy=remedy)


def _line_above(lines: list[str], line: int) -> int | None:
    for number in range(min(line, len(lines)) - 1, -1, -1):
        bare = lines[number].strip()
        if bare and not bare.startswith("#"):
            return number
    return None


class _Builder:
    """Walks the composed nodes once; collects where each one is."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.values: dict[Steps, Mark] = {}
        self.keys: dict[Steps, Mark] = {}
        self.texts: dict[Steps, Mark] = {}
        self.problems: list[Problem] = []
        self._count = 0
        self._refused = False

    def build(self, node: _Node, steps: Steps) -> Tree:
        """Turn a node into plain values; note where it is."""
        self._count += 1
        self.values[steps] = self._mark(node)
        if self._count > MOST_NODES or len(steps) > MOST_DEPTH:
            if not self._refused:
                self._say(node, steps, "nested")
            self._refused = True
            return None
        if isinstance(node, _MAPPINGS):
            return dict(self._pairs(node, steps))
        if isinstance(node, _SEQUENCES):
            return [self.build(item, (*steps, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, steps)

    def _pairs(self, node: _Node, steps: Steps) -> Iterator[tuple[str, Tree]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            if not isinstance(key_node, _SCALARS):
                self._say(key_node, steps, "key")
                continue
            key = str(key_node.value)
            if str(key_node.tag) == _TAG + "merge":
                self._say(key_node, steps, "merge")
                continue
            inner = (*steps, key)
            if key in seen:
                self._say(key_node, inner, "duplicate", key)
                continue
            seen.add(key)
            self.keys[inner] = self._mark(key_node)
            yield key, self.build(value_node, inner)

    def _scalar(self, node: _Node, steps: Steps) -> Tree:
        text = str(node.value)
        value: Tree = None
        wrong = ""
        match str(node.tag).removeprefix(_TAG):
            case "null":
                pass
            case "bool":
                value = text.lower() == "true"
            case "int":
                value = whole(text)
                wrong = "number" if value is None else ""
            case "float":
                value = decimal(text)
                wrong = "number" if value is None else ""
            case "str" | "timestamp" if not any("\ud800" <= one <= "\udfff" for one in text):
                value = text
                self._note_text(node, steps, text)
            case "str" | "timestamp":
                wrong = "special characters"
            case _:
                wrong = "tag"
        if wrong:
            self._say(node, steps, wrong, str(node.tag))
        return value

    def _note_text(self, node: _Node, steps: Steps, text: str) -> None:
        """Note where the first letter is, when every letter stands as it is read."""
        begin, end = node.start_mark, node.end_mark
        quotes = 1 if isinstance(node, _SCALARS) and node.style in ("'", '"') else 0
        if begin.line == end.line and end.column - begin.column == len(text) + 2 * quotes:
            self.texts[steps] = Mark(self.file, begin.line + 1, begin.column + 1 + quotes)

    def _mark(self, node: _Node) -> Mark:
        return Mark(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _say(self, node: _Node, steps: Steps, said: str, detail: str = "") -> None:
        what, remedy = hint(said, detail)
        mark = self._mark(node)
        self.problems.append(
            Problem(
                file=self.file,
                line=mark.line,
                column=mark.column,
                where=path_of(steps),
                what=what,
                remedy=remedy,
            )
        )
