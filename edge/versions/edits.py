"""Changes of a site file's text in which every comment, and every other byte, stays as it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal

from edge.errors import Problem
from edge.files.problems import config_error
from edge.files.yaml_file import Steps, Tree, parse_nodes, path_of
from edge.files.yaml_spans import Span, spans
from edge.model import Text
from edge.versions.files import Unfit
from edge.versions.items import BY_NAME, find, keys_in, place_of, steps_of, way_to
from edge.versions.layout import tangled
from edge.versions.splices import Splice
from edge.versions.tree_edit import TreeEdit, with_value
from edge.versions.writing import plain

__all__ = [
    "BY_NAME",
    "ITEM_FILE",
    "drop_item",
    "drop_value",
    "item_text",
    "keys_in",
    "put_item",
    "put_item_text",
    "put_value",
    "shift_problems",
]

ITEM_FILE: Final = "…"
"""What the text of one item is called in messages about it."""


def put_item(text: str, section: str, key: str, item: object, *, before: str = "") -> str:
    """Give the item of that key another content, or add one: at the end, or before another.

    Of an item that is there only what differs is written anew.
    """
    edit, steps, value = TreeEdit(text), steps_of(section), plain(item)
    there = edit.document.at(steps)
    if isinstance(there, dict) or section in BY_NAME:
        return edit.set((*steps, key), value)
    at = find(edit.document, section, key)
    if at is not None:
        return edit.set((*steps, at), value)
    if not isinstance(there, list) or not there:
        return edit.set(steps, [value])
    value = _in_order_of(there[-1], value)
    return edit.add(steps, value, find(edit.document, section, before))


def drop_item(text: str, section: str, key: str) -> str:
    """Take an item out, with the comments right over it."""
    edit = TreeEdit(text)
    return edit.drop(place_of(edit.document, section, key))


def put_value(text: str, path: Steps, value: object) -> str:
    """Give a value at a path; the sections that lead there are made."""
    return TreeEdit(text).set(path, plain(value))


def drop_value(text: str, path: Steps) -> str:
    """Take out what stands at a path; nothing happens where nothing stands."""
    edit = TreeEdit(text)
    return text if edit.root.at(path) is None else edit.drop(path)


def item_text(text: str, section: str, key: str) -> str:
    """An item as it is written, moved to the left; with its comments, without those over it."""
    edit = TreeEdit(text)
    return _read(edit, place_of(edit.document, section, key))


def put_item_text(text: str, section: str, key: str, item: str) -> str:
    """Put an item in place as a person has written it; where none has that key it is a new one.

    `ConfigError` tells what in it is no YAML, with lines of its own.
    """
    item = item.replace("\r\n", "\n").strip("\n") + "\n"
    document, root = parse_nodes(item, ITEM_FILE)
    if document.problems:
        raise config_error(document.problems, "zh")
    if section not in BY_NAME and not isinstance(document.tree, dict):
        raise Unfit(Text("这里要写一组键值", "write a section of keys here"))
    edit = TreeEdit(text)
    place = way_to(edit.document, section, key)
    if place is None:
        text = put_item(text, section, key, document.tree)
        edit = TreeEdit(text)
        last = edit.document.size(steps_of(section)) - 1
        place = (*steps_of(section), key if section in BY_NAME else last)
    elif item == _read(edit, place):
        return text
    if _in_brackets(edit.root, place):
        return edit.set(place, document.tree)
    written = spans(item, root)
    lines = not written.flow and written.kind != "scalar"
    return _written(edit, place, document.tree, item, "lines" if lines else "one")


def shift_problems(
    problems: Iterable[Problem], text: str, section: str, key: str
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Those of the site file's problems that lie in an item, with its own lines; and the others."""
    edit = TreeEdit(text)
    place = place_of(edit.document, section, key)
    start, end, column = _bounds(edit, place)
    first = text.count("\n", 0, start)
    last = text.count("\n", 0, end) + (not text[start:end].endswith("\n"))
    within = path_of(place)
    own: list[Problem] = []
    others: list[Problem] = []
    for each in problems:
        where = each.where
        if each.line and first < each.line <= last and f"{where}.".startswith(f"{within}."):
            where = where.removeprefix(within).removeprefix(".")
            at = max(1, each.column - column)
            line = each.line - first
            own.append(replace(each, file=ITEM_FILE, line=line, column=at, where=where))
        else:
            others.append(each)
    return tuple(own), tuple(others)


def _in_order_of(neighbour: Tree, value: Tree) -> Tree:
    """The keys in the order in which a neighbour has them; others behind what they follow."""
    if not isinstance(neighbour, dict) or not isinstance(value, dict):
        return value
    order = [key for key in neighbour if key in value]
    before = ""
    for key in value:
        if key not in order:
            order.insert(order.index(before) + 1 if before else 0, key)
        before = key
    return {key: value[key] for key in order}


def _read(edit: TreeEdit, place: Steps) -> str:
    """An item as it is written, moved to the left."""
    start, end, column = _bounds(edit, place)
    first, *rest = edit.text[start:end].replace("\r\n", "\n").rstrip("\n").split("\n")
    return "\n".join([first, *(_outward(line, column) for line in rest)]) + "\n"


def _written(
    edit: TreeEdit, place: Steps, tree: Tree, item: str, shape: Literal["lines", "one"]
) -> str:
    """An item as somebody has written it, moved in as far as it has to stand."""
    lines = item.rstrip("\n").split("\n")
    node = edit.there(place)
    if node.alias:
        raise tangled()
    lay = edit.cutter.layout
    start, end, column = _bounds(edit, place)
    before = ""
    on_its_line = isinstance(place[-1], str) and (node.flow or node.kind == "scalar")
    if on_its_line and shape == "lines":
        column = lay.column(edit.pair(place).start) + 2
        before = lay.line_end + " " * column
        start = edit.pair(place).colon
    rest = [" " * column + line if line else "" for line in lines[1:]]
    own = before + lay.line_end.join([lines[0], *rest])
    if edit.text[start:end].endswith("\n"):
        own += lay.line_end
    return edit.made([Splice(start, end, own)], with_value(edit.tree, place, tree))


def _bounds(edit: TreeEdit, place: Steps) -> tuple[int, int, int]:
    """Where an item begins and ends, and how far in it stands."""
    node, lay = edit.there(place), edit.cutter.layout
    column = lay.column(node.start)
    if node.flow or node.kind == "scalar":
        return node.start, node.end, column
    return node.start, lay.tail(node.end, column - 1), column


def _outward(line: str, column: int) -> str:
    return line[min(column, len(line) - len(line.lstrip(" "))) :]


def _in_brackets(root: Span, place: Steps) -> bool:
    """Whether what holds it is written in brackets, in which there are no lines."""
    holders = (root.at(place[:count]) for count in range(len(place)))
    return any(each is not None and each.flow for each in holders)
