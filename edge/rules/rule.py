"""A rule: a pure step from a state and a record to a state and what follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeGuard, TypeVar, runtime_checkable

from pydantic import BaseModel

from edge.model import Command, Event, Record
from edge.rules.quiet import Quiet
from edge.site import Site

S = TypeVar("S")
S_contra = TypeVar("S_contra", contravariant=True)

Options = TypeVar("Options", bound=BaseModel)


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


@runtime_checkable
class Quieting(Protocol[S_contra]):
    """A rule that can say beforehand which readings are nothing new: most of them are not."""

    def quiet(self, state: S_contra) -> Quiet | None:
        """Return what tells whether `step` would leave this state, its wake and silence as it is.

        It is asked again when the state is another, and told readings of the rule's points only.
        None: every reading matters.
        """
        ...


def is_quieting(rule: Rule[S]) -> TypeGuard[Quieting[S]]:
    """Whether it is one; its class is asked: rules are made by the thousand."""
    return hasattr(type(rule), "quiet")


@dataclass(frozen=True, slots=True)
class BuiltIn(Generic[Options]):
    """A rule in code that every site has: its options in the site file, and what it makes of them.

    `section` is a `Strict` whose defaults suit a community; it stands under `watch:` by `name`.
    """

    name: str
    section: type[Options]
    build: Callable[[Site, Options], Iterable[Rule[Any]]]
