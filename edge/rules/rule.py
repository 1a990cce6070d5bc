"""A rule: a pure step from a state and a record to a state and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from edge.model import Command, Event, Record

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """The outcome of one step: the next state, what to say or do, when to wake."""

    state: S
    out: tuple[Event | Command, ...] = ()
    wake: datetime | None = None


class Rule(Protocol[S]):
    """Decides; never reads a clock, a socket or another rule's state.

    A state is a frozen dataclass. Fields declared with `compare=False` are volatile:
    a change in them alone is not written to disk.
    """

    @property
    def id(self) -> str:
        """Unique on the site; the state is kept under this name."""
        ...

    @property
    def points(self) -> tuple[str, ...]:
        """The points whose readings this rule wants."""
        ...

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of events this rule wants."""
        ...

    def start(self) -> S:
        """The state before anything has happened."""
        ...

    def step(self, state: S, record: Record | None, now: datetime) -> Step[S]:
        """Take one record, or none when the asked-for wake time has come."""
        ...
