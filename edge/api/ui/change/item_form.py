"""An item of the site file as a form: its fields under their headings, and the way back; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from edge.api.ui.change.items import written
from edge.api.ui.change.mistakes import Mistake
from edge.config.json_schema import site_schema
from edge.files.yaml_file import parse
from edge.model import Text
from edge.versions import Files
from edge.versions.edits import put_item
from edge.versions.form import Field, Form, form_of, item_of
from edge.versions.items import BY_NAME, keys_in
from edge.versions.writing import Styles, block


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Fields under one heading; without words for those that stand for themselves."""

    heading: Text
    fields: Sequence[Field]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemForm:
    """What the form holds; `wrong` is what is wrong with a field, by its name."""

    path: str
    base: str
    parts: Sequence[Part]
    mistakes: Sequence[Mistake] = ()
    fine: bool = False

    @property
    def wrong(self) -> Mapping[str, Mistake]:
        """The first mistake of each field."""
        return {each.where: each for each in reversed(self.mistakes) if each.where}


def form(files: Files, section: str, key: str, answers: Mapping[str, str] | None = None) -> Form:
    """The fields of an item with what is there, or with what somebody has filled in so far.

    `Unfit` where it can only be changed as a text.
    """
    document = parse(files.text(), files.site)
    return form_of(_schema(), document, section, key, answers=answers)


def parts(of: Form) -> tuple[Part, ...]:
    """Its fields under their headings, in their order."""
    return tuple(
        Part(heading=heading, fields=tuple(several))
        for heading, several in groupby(of.fields, key=lambda each: each.group)
    )


def text_of(files: Files, of: Form, answers: Mapping[str, str], name: str, *, one: bool) -> str:
    """What was filled in as the text of the item, its comments kept where it was there before.

    `one` is a section that is one thing; `name` is the key of a new item that has none in it.
    """
    item = item_of(of, answers)
    if one:
        return "\n".join(block(item, 0, Styles())) + "\n" if item else "{}\n"
    key = of.key or (name if of.section in BY_NAME else "")
    text = put_item(files.text(), of.section, key, item)
    after = files.put(files.site, text)
    keys = keys_in(parse(text, files.site), of.section)
    before = keys_in(parse(files.text(), files.site), of.section)
    if of.section not in BY_NAME:
        key = keys[before.index(key) if key in before else len(keys) - 1]
    own = written(after, of.section, key)
    return own.text if own else "\n".join(block(item, 0, Styles())) + "\n"


def filled(said: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The answers of a form; of what may be ticked more than once, each on a line."""
    return {name: "\n".join(each for each in several if each) for name, several in said.items()}


@cache
def _schema() -> Mapping[str, Any]:
    return site_schema()
