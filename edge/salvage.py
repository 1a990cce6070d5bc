"""What can be read of a state that another release has kept in another shape, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Final, TypeVar, get_type_hints

import msgspec

from edge.instants import reckonable
from edge.model import RecordsDropped

T = TypeVar("T")

NAMED: Final = 10
"""Of what was misread, in one event."""


def plain(body: bytes) -> object:
    """Return what JSON says, none where it is none."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def salvaged(raw: object, kind: type[T]) -> T | None:
    """Return a dataclass with all that can be read, none where what it cannot do without is not."""
    if not is_dataclass(kind):
        return None
    try:
        return kind(**readable(raw, kind))
    except (TypeError, ValueError):
        return None


def readable(raw: object, kind: type[Any]) -> Mapping[str, Any]:
    """Return the fields of a dataclass that stand there and can be read; others are left out."""
    if not isinstance(raw, dict) or not is_dataclass(kind):
        return {}
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    for field in fields(kind):
        if field.name not in raw:
            continue
        hint, value = hints[field.name], raw[field.name]
        try:
            read = msgspec.convert(value, hint)
        except msgspec.ValidationError:
            read = salvaged(value, hint) if isinstance(hint, type) else None
            if read is None:
                continue
        if reckonable(read):
            found[field.name] = read
    return found


def told_of(misread: Sequence[str], now: datetime) -> tuple[RecordsDropped, ...]:
    """Return what is to be told of states that were read in part, or not at all."""
    if not misread:
        return ()
    why = f"kept by another release, read in part at most: {', '.join(misread[:NAMED])}"
    return (RecordsDropped(what="states", count=len(misread), reason=why, at=now),)
