"""Why an alarm is active, or why it is not: condition by condition, for a person to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeGuard, TypeVar, runtime_checkable

from edge.model import Reading, Text, Value
from edge.rules.rule import Rule

S_contra = TypeVar("S_contra", contravariant=True)

Latest: TypeAlias = Mapping[str, Reading]
"""The last reading of each point, as far as known; a rule itself remembers few values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One condition at a moment, and those that it consists of.

    `truth` is none where it cannot be told, because a value is missing. `since` is since when
    it has held, `until` when that changes if nothing else happens: the end of a delay.
    """

    words: Text
    truth: bool | None
    value: Value | None = None
    unit: str = ""
    since: datetime | None = None
    until: datetime | None = None
    parts: tuple[Explained, ...] = ()


@runtime_checkable
class Explaining(Protocol[S_contra]):
    """A rule that can say why."""

    def explain(self, state: S_contra, now: datetime, latest: Latest) -> Explained:
        """Say how the alarm stands and why; changes nothing."""
        ...


@runtime_checkable
class Raising(Protocol):
    """A rule whose alarms are not named like itself; of any other rule the id is its alarm."""

    @property
    def raises(self) -> tuple[str, ...]:
        """The keys of all alarms that it may raise."""
        ...


@runtime_checkable
class Accounting(Raising, Protocol[S_contra]):
    """A rule that raises several alarms and can say why of each."""

    def account(self, alarm: str, state: S_contra, now: datetime, latest: Latest) -> Explained:
        """Say how one of `raises` stands and why; changes nothing."""
        ...


def is_raising(rule: Rule[Any]) -> TypeGuard[Raising]:
    """Whether it is one; its class is asked, which costs a tenth of asking the protocol."""
    return hasattr(type(rule), "raises")


def keys_of(rule: Rule[Any]) -> tuple[str, ...]:
    """The keys of the alarms that a rule may raise."""
    return rule.raises if is_raising(rule) else (rule.id,)
