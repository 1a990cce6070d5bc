"""The one contract a driver fulfils."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from pydantic import BaseModel

from edge.model import Command, Device, Location, Record
from edge.schema import Profile

Now: TypeAlias = Callable[[], datetime]
"""The instant, in UTC; what production code gets as its clock."""

P = TypeVar("P", bound=Profile)
A = TypeVar("A", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Report:
    """What a device said in one go.

    `kept` is the acknowledgement the device waits for: it is called once, from the event
    loop, when everything that follows from `records` is on disk; never before. It must
    not block and must not raise: a device that has gone meanwhile will ask again.
    A poll makes one report, not one for each point. `states` is what has to be on disk with
    these records or not at all, by its key in the journal; none removes it.
    """

    records: tuple[Record, ...]
    kept: Callable[[], None] | None = None
    states: Mapping[str, bytes | None] = field(default_factory=dict)


class Driver(Protocol):
    """One open link: yields what the devices say, does what they are told.

    Either method raises `LinkDown` (or `OSError`) when the link is lost. A driver never
    reopens its link, never logs an outage and never outlives its `async with` block.
    """

    def reports(self) -> AsyncGenerator[Report, None]:
        """Yield until the link is lost; a slow consumer slows the devices, nothing is dropped."""
        ...

    async def execute(self, command: Command) -> str | None:
        """Return when the device confirmed, with what it said; `CommandRejected`: it refused."""
        ...


class Link(Protocol):
    """One way to reach devices, ready to be opened as often as it takes."""

    @property
    def id(self) -> str:
        """The link's name in the site file."""
        ...

    def open(self, now: Now) -> AbstractAsyncContextManager[Driver]:
        """Connect (or listen); raise `LinkDown` or `OSError` when that fails."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed(Generic[P, A]):
    """A device as its driver sees it: who it is, what it exposes, how it is reached."""

    device: Device
    profile: P
    address: A


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverKind:
    """A line of the registry: the three sections a driver adds to the site file and profiles.

    `section` is a `LinkSection`; its `driver` field's literal is the driver's name. Two
    devices on one link must differ in the fields that `address` requires. `components`
    places what hangs behind a device, from files in the site file's folder that the
    address names; it raises `ConfigError`.
    """

    name: str
    section: type[Any]
    address: type[BaseModel]
    profile: type[Profile]
    components: Callable[[Any, Path], Mapping[str, Location]] | None = None


class LinkSection(Protocol):
    """A link as written in the site file."""

    @property
    def id(self) -> str:
        """The link's name."""
        ...

    def bind(self, devices: Sequence[Placed[Any, Any]]) -> Link:
        """Return the link with the devices that the site file puts on it; no I/O."""
        ...
