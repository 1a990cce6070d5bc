"""Whether instants that were read from a disk can be reckoned with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

EARLIEST: Final = datetime(1200, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2900, 1, 1, tzinfo=UTC)
"""Beyond these something is damaged; within, all may be moved until the latest is 1970."""


def reckonable(thing: object) -> bool:
    """Whether each instant within has a zone, and bears to be moved when a clock is set."""
    return all(at.tzinfo is not None and EARLIEST <= at <= LATEST for at in _within(thing))


def _within(thing: Any) -> Iterator[datetime]:
    if isinstance(thing, datetime):
        yield thing
    elif isinstance(thing, tuple):
        for each in thing:
            yield from _within(each)
    elif isinstance(thing, dict):
        for each in thing.values():
            yield from _within(each)
    elif isinstance(thing, msgspec.Struct):
        for name in thing.__struct_fields__:
            yield from _within(getattr(thing, name))
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from _within(getattr(thing, field.name))
