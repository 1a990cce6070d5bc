"""The instants and the volatile fields of a rule's state, however deep they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import TypeVar, cast

D = TypeVar("D")


def each_instant(state: D, change: Callable[[datetime], datetime]) -> D:
    """Return the state with every instant in it changed, however deep."""
    changed = _changed(state, change)
    return state if changed is state else cast("D", changed)


def _changed(part: object, change: Callable[[datetime], datetime]) -> object:
    if isinstance(part, datetime):
        return change(part)
    if isinstance(part, tuple):
        parts = tuple(_changed(each, change) for each in part)
        return part if _same(part, parts) else parts
    if isinstance(part, dict):
        named = {key: _changed(each, change) for key, each in part.items()}
        return part if _same(part.values(), named.values()) else named
    if not is_dataclass(part) or isinstance(part, type):
        return part
    changed = {
        f.name: new
        for f in fields(part)
        if (new := _changed(old := getattr(part, f.name), change)) is not old
    }
    return replace(part, **changed) if changed else part


def _same(before: Iterable[object], after: Iterable[object]) -> bool:
    """Whether nothing was changed: by identity, for fields that do not compare move too."""
    return all(old is new for old, new in zip(before, after, strict=True))


def volatile_anew(kept: D, start: D) -> D:
    """Return the kept state with its volatile fields as a rule begins with them."""
    if not is_dataclass(kept) or isinstance(kept, type):
        return kept
    return replace(kept, **{f.name: getattr(start, f.name) for f in fields(kept) if not f.compare})
