"""A way in which a device can be connected, and the section of the site file it becomes; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from edge.model import Text

Form: TypeAlias = Literal["text", "number", "choice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkField:
    """One thing to fill in; `name` is its path in the section.

    One that is not `needed` may be empty; a choice of `whole` numbers is written as a number.
    """

    name: str
    label: Text
    help: Text
    usual: str = ""
    form: Form = "text"
    options: Sequence[tuple[str, Text]] = ()
    needed: bool = True
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkKind:
    """One way; `fixed` is what stands in the section besides the fields."""

    name: str
    driver: str
    title: Text
    about: Text
    stem: str
    fixed: Mapping[str, Any]
    fields: Sequence[LinkField]
    before: Text


def section_of(kind: LinkKind, link: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """The section as the site file will have it; whether it is right its driver says."""
    section: dict[str, Any] = {"id": link, "driver": kind.driver, **_deep(kind.fixed)}
    for field in kind.fields:
        text = typed.get(field.name, "").strip()
        if not text:
            continue
        *way, last = field.name.split(".")
        holder = section
        for step in way:
            holder = holder.setdefault(step, {})
        number = (field.form == "number" or field.whole) and text.lstrip("-").isdecimal()
        holder[last] = int(text) if number else text
    return section


def typed_of(kind: LinkKind, section: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, from the section that was made of it."""
    return {field.name: text for field in kind.fields if (text := _at(section, field.name))}


def kind_of(kinds: Iterable[LinkKind], section: Mapping[str, Any]) -> LinkKind | None:
    """Which way a section is."""
    way = _way(section)
    return next(
        (
            each
            for each in kinds
            if each.driver == section.get("driver") and _way(each.fixed) == way
        ),
        None,
    )


def _way(section: Mapping[str, Any]) -> str:
    """How the devices are reached, where its driver knows several ways."""
    inner = section.get("transport") or section.get("source")
    return str(inner.get("type", "")) if isinstance(inner, Mapping) else ""


def _at(section: Mapping[str, Any], path: str) -> str:
    node: Any = section
    for step in path.split("."):
        node = node.get(step) if isinstance(node, dict) else None
    return "" if node is None else str(node)


def _deep(fixed: Mapping[str, Any]) -> dict[str, Any]:
    return {key: dict(each) if isinstance(each, dict) else each for key, each in fixed.items()}
