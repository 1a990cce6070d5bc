"""The items of a site file's sections, as they are written there; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edge.api.ui.change.mistakes import Mistake, mistakes
from edge.errors import ConfigError, Problem
from edge.files.yaml_file import Document, Steps, parse
from edge.model import Text
from edge.versions import Files, Unfit
from edge.versions.edits import ITEM_FILE, item_text, shift_problems
from edge.versions.items import BY_NAME, keys_in, steps_of
from edge.versions.writing import Styles, block


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a section: its key there, its name for people, and the line where it begins."""

    key: str
    name: Text | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The text of an item, and the line of the site file that its first one is."""

    text: str
    line: int


def items(files: Files, section: str) -> tuple[Item, ...]:
    """Every item of a section, in the order of the file; none where it cannot be read."""
    return tuple(_items(parse(files.text(), files.site), section))


def written(files: Files, section: str, key: str) -> Written | None:
    """How an item is written; none where there is no such item, or it cannot be cut out."""
    found = next((each for each in items(files, section) if each.key == key), None)
    if found is None:
        return None
    try:
        text = item_text(files.text(), section, key)
    except (Unfit, ConfigError):
        return None
    return Written(text=text, line=found.line)


def section_text(files: Files, section: str) -> str:
    """What a section says that is one thing; its comments stay in the file."""
    tree = parse(files.text(), files.site).at(steps_of(section))
    return "\n".join(block(tree, 0, Styles())) + "\n" if tree else ""


def local(  # noqa: PLR0913, PLR0917 - what an item is, and where it was put
    problems: Sequence[Problem], before: Files, after: Files, section: str, key: str, text: str
) -> tuple[Mistake, ...]:
    """What is wrong, with lines of the item's own text where it lies in that (no file is named)."""
    own = [each for each in problems if each.file == ITEM_FILE]
    others = [each for each in problems if each.file != ITEM_FILE]
    if not own and (there := _key_after(before, after, section, key)):
        try:
            inner, outer = shift_problems(others, after.text(), section, there)
        except (Unfit, ConfigError):
            inner, outer = (), tuple(others)
        own, others = list(inner), list(outer)
    item = Files(site=ITEM_FILE, contents={ITEM_FILE: text.encode()})
    return (*mistakes(own, item, local=ITEM_FILE), *mistakes(others, after))


def _key_after(before: Files, after: Files, section: str, key: str) -> str:
    """What an item is called after the change; it may have got another id."""
    old = [each.key for each in items(before, section)]
    new = [each.key for each in items(after, section)]
    if section in BY_NAME or key in new:
        return key if key in new else ""
    at = old.index(key) if key in old else len(old)
    return new[at] if at < len(new) else ""


def _items(document: Document, section: str) -> Iterator[Item]:
    steps = steps_of(section)
    held = document.at(steps)
    for number, key in enumerate(keys_in(document, section)):
        own: Steps = (*steps, key) if isinstance(held, dict) else (*steps, number)
        zh, en = document.at((*own, "name", "zh")), document.at((*own, "name", "en"))
        name = Text(zh, en) if isinstance(zh, str) and isinstance(en, str) else None
        yield Item(key=key, name=name, line=document.mark(own).line)
