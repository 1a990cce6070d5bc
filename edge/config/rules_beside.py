"""Rules in a file of their own, to be tried: they count in place of a site's, or beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from edge.choices import choose
from edge.files.problems import Language, Problems
from edge.files.text_file import read_text
from edge.files.yaml_file import Document, Mark, Steps, Tree, parse
from edge.model import Text

NAMED: Final = ("schedules", "calendar")
"""What rules refer to by name; it is written as in a site file, as they are."""

KEYS: Final = ("rules", *NAMED)


def with_rules(document: Document, path: Path, language: Language) -> Document:
    """Return the site file with the rules of another; each mistake is told where it is written.

    A rule, schedule or list of days with a name that the site has replaces that one.
    """
    beside = parse(read_text(path, path.name, language), path.name)
    problems = Problems((*document.problems, *beside.problems))
    tree = beside.tree if isinstance(beside.tree, dict) else {}
    for key in tree.keys() - set(KEYS):
        what = Text(f"规则文件里没有 {key[:40]}", f"a file of rules has no {key[:40]}")
        problems.add(beside, (key,), what, choose(key, KEYS), at="key")
    if not beside.problems and not (beside.size(("rules",)) or tree.keys() & set(NAMED)):
        what, remedy = (
            Text("没有规则", "there are no rules"),
            Text("写 rules: 列表", "write a list rules:"),
        )
        problems.add(beside, ("rules",), what, remedy)
    document = replace(document, problems=tuple(problems.found))
    for steps, own in _parts(document, beside):
        document = _put(document, own, beside, steps)
    return document


def _parts(document: Document, beside: Document) -> list[tuple[Steps, Steps]]:
    """Each part of the other file, and where it comes to stand."""
    found: list[tuple[Steps, Steps]] = []
    for key in NAMED:
        named = beside.at((key,))
        found += [((key, name), (key, name)) for name in (named if isinstance(named, dict) else {})]
    places = {document.at(("rules", n, "id")): n for n in range(document.size(("rules",)))}
    last = len(places)
    for number in range(beside.size(("rules",))):
        place = places.pop(beside.at(("rules", number, "id")), None)
        if place is None:
            place, last = last, last + 1
        found.append((("rules", number), ("rules", place)))
    return found


def _put(document: Document, own: Steps, beside: Document, steps: Steps) -> Document:
    key, place = own
    part = document.at((str(key),))
    whole: Tree
    if isinstance(place, int):
        items = list(part) if isinstance(part, list) else []
        items[place : place + 1] = [beside.at(steps)]
        whole = items
    else:
        whole = {**(part if isinstance(part, dict) else {}), place: beside.at(steps)}
    top = document.tree if isinstance(document.tree, dict) else {}
    return replace(
        document,
        tree={**top, str(key): whole},
        values=_marks(document.values, own, beside.values, steps),
        keys=_marks(document.keys, own, beside.keys, steps),
        texts=_marks(document.texts, own, beside.texts, steps),
    )


def _marks(
    marks: Mapping[Steps, Mark], own: Steps, others: Mapping[Steps, Mark], steps: Steps
) -> dict[Steps, Mark]:
    """The places of the site's file, but for one part those of the other's."""
    size = len(own)
    kept = {each: mark for each, mark in marks.items() if each[:size] != own}
    moved = {(*own, *each[size:]): mark for each, mark in others.items() if each[:size] == steps}
    return kept | moved
