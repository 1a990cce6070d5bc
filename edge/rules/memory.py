"""What a condition remembers: what is kept on disk, and what may be lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeAlias

from edge.model import Value
from edge.rules.windows import Bucket, Open


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What one condition must not forget.

    `truth` is what it was last found to be, before `for`; `since` is since when it has held.
    `at` is when its window began, or its event last came. `values` are those of an expression
    that are not numbers: numbers change with each reading, and are not written for that. That a
    part of a window ends is not written for itself either, but only with a new `turn`.
    """

    truth: bool | None = None
    since: datetime | None = None
    at: datetime | None = None
    closed: tuple[Bucket, ...] = field(default=(), compare=False)
    turn: int = 0
    values: tuple[bool | str | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """What one condition knows since the gateway started; `heard` has a bit for each value."""

    value: Value | None = None
    at: datetime | None = None
    values: tuple[Value | None, ...] = ()
    heard: int = 0
    open: Open = field(default_factory=Open)


Past: TypeAlias = tuple[Memory, Fresh]


class Verdict(NamedTuple):
    """What a condition is at a moment, and when it wants to be asked again if nothing comes."""

    past: Past
    truth: bool | None
    wake: datetime | None = None
