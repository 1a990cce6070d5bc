"""What somebody has typed, as the forms carry it from step to step: nothing is kept here; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final, Literal, TypeAlias

import msgspec

from edge.api.problems import problem
from edge.api.ui.change.merge import merged
from edge.errors import ConfigError
from edge.files.yaml_file import Tree, parse
from edge.versions import Files
from edge.versions.edits import ITEM_FILE, drop_item, put_item_text, put_value
from edge.versions.items import steps_of

MOST_EDITS: Final = 50

What: TypeAlias = Literal["file", "removed", "item", "dropped", "section"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One thing that is to be different.

    A `file` of that name with this text, or one `removed`; an `item` of a section of the site
    file, such as a device, in place of `key`, which is empty for a new one; the item `key` of a
    section, `dropped`; a whole `section` that is no list, such as `page`.
    """

    what: What
    name: str
    key: str = ""
    text: str = ""

    def on(self, files: Files) -> Files:
        """The files with this; `Unfit` where it does not fit in, `ConfigError` for no YAML."""
        match self.what:
            case "file":
                return files.typed(self.name, self.text)
            case "removed":
                return files.without(self.name)
            case "item":
                text = put_item_text(files.text(), self.name, self.key, self.text)
            case "dropped":
                text = drop_item(files.text(), self.name, self.key)
            case "section":
                text = put_value(files.text(), steps_of(self.name), _tree(self.text))
        return files.put(files.site, text)


def _tree(text: str) -> Tree:
    document = parse(text, ITEM_FILE)
    if document.problems:
        raise ConfigError(text, document.problems)
    return document.tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Several edits that are applied together, or not at all.

    `back` is the page where it was typed, `device` whom to look at while it is on trial.
    """

    edits: tuple[Edit, ...]
    back: str = "/configuration"
    device: str = ""

    def on(self, files: Files) -> Files:
        """The files with all of it; `Unfit` or `ConfigError` where one does not fit in."""
        for edit in self.edits:
            files = edit.on(files)
        return files

    def onto(self, base: Files, present: Files) -> Change | None:
        """The same change for what is there by now; none where both have changed the same lines.

        An item goes into its place whatever else has changed; a whole file has to be merged.
        """
        edits: list[Edit] = []
        for edit in self.edits:
            if edit.what != "file" or edit.name not in base.contents:
                edits.append(edit)
                continue
            mine = edit.on(base).text(edit.name)
            text = merged(base.text(edit.name), mine, present.text(edit.name))
            if text is None:
                return None
            edits.append(replace(edit, text=text))
        return replace(self, edits=tuple(edits))

    def encode(self) -> str:
        """As a form carries it."""
        return msgspec.json.encode(self).decode()


def decode(text: str) -> Change:
    """What a form carried; a problem with status 422 for anything else."""
    try:
        change = msgspec.json.decode(text, type=Change)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        change = Change(edits=())
    if not 0 < len(change.edits) <= MOST_EDITS:
        raise problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "表单不完整；返回上一页再试",
            "the form is not complete; go back a page and try again",
        )
    return change
