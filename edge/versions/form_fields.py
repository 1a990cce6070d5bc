"""The fields of a form: what each is called, holds, and may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from edge.drivers import KINDS
from edge.files.yaml_file import Document, Tree
from edge.model import Text
from edge.versions.form_help import HELP
from edge.versions.form_shapes import FieldKind, Shape, Shapes
from edge.versions.form_words import CHOICES, LABELS
from edge.versions.references import choices_of
from edge.versions.writing import Styles, block, flow

DEEPEST: Final = 3
"""Sections in sections that are still fields; what lies deeper is a text."""

NOTHING: Final = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the values that a field may have."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. A `value` that is empty is not written in the file: `default` counts then.

    Several values (`list`, `many`) stand on a line each; of a text in both languages `value` is the
    Chinese, `english` the other, and its answers are `name.zh` and `name.en`. `group` is the
    heading that it stands under. With another answer a field that `decides` has others after it.
    `written` is what the file says now.
    """

    name: str
    kind: FieldKind
    label: Text
    help: Text = NOTHING
    group: Text = NOTHING
    value: str = ""
    english: str = ""
    default: str = ""
    required: bool = False
    decides: bool = False
    choices: tuple[Choice, ...] = ()
    least: float | None = None
    most: float | None = None
    whole: bool = False
    written: Tree = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where in a form a section stands."""

    prefix: str = ""
    group: Text = NOTHING
    depth: int = 0
    required: bool = True


class Filling:
    """Fills one form from a file, and from what somebody has answered so far."""

    def __init__(
        self, shapes: Shapes, document: Document, section: str, answers: Mapping[str, str]
    ) -> None:
        self._shapes = shapes
        self._document = document
        self._section = section
        self._answers = answers
        self._top: Tree = {}

    def fields(self, shape: Shape, tree: Tree) -> tuple[Field, ...]:
        """Every field, in the order of the models."""
        self._top = tree
        return tuple(self._walk(shape, tree, _Spot()))

    def _walk(self, shape: Shape, tree: Tree, spot: _Spot) -> Iterator[Field]:
        held = tree if isinstance(tree, dict) else {}
        by = shape.by
        if shape.kind == "variants":
            known = self._answers.get(spot.prefix + by) or held.get(by)
            chosen = known if known in shape.variants else next(iter(shape.variants))
            variants = tuple(shape.variants)
            shape = shape.variants[str(chosen)]
            fixed = replace(shape.fields[by], kind="choice", choices=variants)
            rest = {key: each for key, each in shape.fields.items() if key != by}
            shape = replace(shape, fields={by: fixed, **rest})
            held = {**held, by: held.get(by, chosen)} if spot.required or known else held
        for key, inner in shape.fields.items():
            address = (self._section, spot.prefix + key) == _ADDRESS
            own = self._address() if address else inner
            required = spot.required and (address or key in shape.required)
            label = LABELS.get(f"{shape.model}.{key}") or LABELS.get(key) or Text(key, key)
            if own.kind in {"section", "variants"} and not self._too_deep(own, spot):
                below = _Spot(
                    prefix=f"{spot.prefix}{key}.",
                    group=_under(spot.group, label),
                    depth=spot.depth + 1,
                    required=required,
                )
                yield from self._walk(own, held.get(key), below)
            else:
                made = self._field(own, f"{spot.prefix}{key}", label, held.get(key))
                yield replace(
                    made,
                    group=spot.group,
                    required=required,
                    decides=made.decides or key == by != "",
                )

    def _field(self, shape: Shape, name: str, label: Text, held: Tree) -> Field:
        kind: FieldKind = "yaml" if shape.kind in {"section", "variants"} else shape.kind  # type: ignore[assignment]
        references = choices_of(self._document, self._section, name, self._answers, self._top)
        if references and kind == "text":
            kind = "choice"
        if not _fits(kind, held):
            kind = "yaml"
        known = [Choice(value=v, label=w) for v, w in references.items()] or [
            Choice(value=each, label=CHOICES.get(each, Text(each, each))) for each in shape.choices
        ]
        value, english = shown(kind, held)
        if kind == "texts":
            value = self._answers.get(f"{name}.zh", value)
            english = self._answers.get(f"{name}.en", english)
        else:
            value = self._answers.get(name, value)
        if kind == "choice" and value and value not in {each.value for each in known}:
            known.append(Choice(value=value, label=Text(value, value)))
        return Field(
            name=name,
            kind=kind,
            label=label,
            help=Text(HELP.get(shape.help, shape.help), shape.help),
            value=value,
            english=english,
            default=shown(kind, shape.default)[0].replace("\n", ", "),
            decides=(self._section, name) in _DECIDING,
            choices=tuple(known),
            least=shape.least,
            most=shape.most,
            whole=shape.whole,
            written=held,
        )

    def _address(self) -> Shape:
        """What an address is on the link that is chosen."""
        own = self._top.get("link") if isinstance(self._top, dict) else None
        link = self._answers.get("link") or own
        for index in range(self._document.size(("links",))):
            if link and self._document.at(("links", index, "id")) == link:
                driver = self._document.at(("links", index, "driver"))
                if isinstance(driver, str) and (kind := KINDS.get(driver)):
                    return self._shapes.model(kind.address.__name__)
        return Shape(kind="yaml")

    def _too_deep(self, shape: Shape, spot: _Spot) -> bool:
        """Whether it is a text: too deep, or one whose being there says something by itself."""
        empty = shape.kind == "section" and shape.optional and not shape.required
        return empty or spot.depth >= DEEPEST


_ADDRESS: Final = ("devices", "address")
_DECIDING: Final = frozenset((("devices", "link"), ("devices", "location.building")))


def _under(outer: Text, inner: Text) -> Text:
    return Text(f"{outer.zh} · {inner.zh}", f"{outer.en} · {inner.en}") if outer.zh else inner


def _fits(kind: FieldKind, held: Tree) -> bool:
    """Whether what is written can be shown in a field of that kind."""
    if held is None or kind == "yaml":
        return True
    if kind == "texts":
        return isinstance(held, dict) and all(
            key in {"zh", "en"} and isinstance(value, str) for key, value in held.items()
        )
    if kind in {"list", "many"}:
        return isinstance(held, list) and not any(isinstance(v, list | dict) for v in held)
    return not isinstance(held, list | dict)


def shown(kind: FieldKind, held: Tree) -> tuple[str, str]:
    """A value as it stands in a field."""
    if held is None:
        return "", ""
    if kind == "texts" and isinstance(held, dict):
        return str(held.get("zh", "")), str(held.get("en", ""))
    if kind in {"list", "many"} and isinstance(held, list):
        return "\n".join(_word(each) for each in held), ""
    if kind == "yaml" and isinstance(held, dict | list):
        return "\n".join(block(held, 0, Styles())), ""
    return _word(held), ""


def _word(held: Tree) -> str:
    return held if isinstance(held, str) else flow(held)
