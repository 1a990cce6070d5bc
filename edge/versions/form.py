"""A section of the site file as a form, and the way back to what the file says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from edge.files.problems import config_error
from edge.files.yaml_file import Document, Tree, parse
from edge.versions.form_fields import Choice, Field, Filling, shown
from edge.versions.form_shapes import Shapes
from edge.versions.items import BY_NAME, place_of, steps_of
from edge.versions.tree_edit import with_value

__all__ = ["Choice", "Field", "Form", "form_of", "item_of"]

_WHOLE: Final = re.compile(r"^-?(0|[1-9][0-9]{0,17})$")
_DECIMAL: Final = re.compile(r"^-?[0-9]{1,15}(\.[0-9]{1,15})?$")
_APART: Final = re.compile(r"[\n,，、]+")
_BOOLS: Final = {"true": True, "on": True, "false": False, "off": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of an item, or of one that is not there yet."""

    section: str
    key: str
    fields: tuple[Field, ...]


def form_of(
    schema: Mapping[str, Any],
    document: Document,
    section: str,
    key: str = "",
    *,
    answers: Mapping[str, str] | None = None,
) -> Form:
    """The form of an item, from `site_schema()` and the file; without a key, of a new one.

    `site`, `gateway` and `page` are one item each. `answers` are what somebody has filled in so
    far. `Unfit`: there is no such item, or it can only be edited as a text.
    """
    shapes = Shapes(schema)
    shape = shapes.section(section, key)
    there = document.at(steps_of(section))
    tree: Tree = None
    if section not in BY_NAME and not shapes.listed(section):
        tree = there
    elif section in BY_NAME:
        tree = document.at((*steps_of(section), key))
    elif key:
        tree = document.at(place_of(document, section, key))
    filling = Filling(shapes, document, section, answers or {})
    return Form(section=section, key=key, fields=filling.fields(shape, tree))


def item_of(form: Form, answers: Mapping[str, str]) -> dict[str, Tree]:
    """What the answers make of the item; what nobody has touched is as it was.

    What makes no sense (letters for a number) is passed on as it is: `check` says so in its place.
    `ConfigError`: a part that is filled in as YAML is none.
    """
    out: Tree = {}
    for each in form.fields:
        value = _value(each, answers)
        if value is not None:
            out = with_value(out, tuple(each.name.split(".")), value)
    return out if isinstance(out, dict) else {}


def _value(each: Field, answers: Mapping[str, str]) -> Tree:
    """What is to be written; none for nothing."""
    if each.kind == "texts":
        return _texts(each, answers)
    answer = answers.get(each.name, each.value).replace("\r\n", "\n").strip()
    if each.kind == "fixed":
        answer = each.choices[0].value
    if answer == shown(each.kind, each.written)[0].strip():
        return each.written
    if not answer or (each.written is None and answer == each.default and not each.required):
        return None
    return _read(each, answer)


def _read(each: Field, answer: str) -> Tree:
    match each.kind:
        case "bool":
            return _BOOLS.get(answer, answer)
        case "number" | "text" | "choice":
            return _number(each, answer)
        case "list" | "many":
            words = (part.strip() for part in _APART.split(answer.strip("[]")))
            return [_number(each, word) for word in words if word]
        case "yaml":
            return _yaml(each, answer)
        case _:
            return answer


def _texts(each: Field, answers: Mapping[str, str]) -> Tree:
    both: Tree = {
        "zh": answers.get(f"{each.name}.zh", each.value).strip(),
        "en": answers.get(f"{each.name}.en", each.english).strip(),
    }
    if both == {"zh": "", "en": ""}:
        return None
    return each.written if both == each.written else both


def _number(each: Field, answer: str) -> Tree:
    """A number where the file wants one."""
    if each.whole and _WHOLE.match(answer):
        return int(answer)
    if each.kind == "number" and not each.whole and _DECIMAL.match(answer):
        return float(answer) if "." in answer else int(answer)
    return answer


def _yaml(each: Field, answer: str) -> Tree:
    document = parse(answer, each.name)
    if document.problems:
        raise config_error(document.problems, "zh")
    return document.tree
