"""The one contract a driver fulfils."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

import msgspec
from pydantic import BaseModel

from edge.model import Block, Command, Device, Location, Record, Text
from edge.schema import Profile
from edge.strangers import Fit, Heard
from edge.trace import Frame, Part, Trace

Way: TypeAlias = Literal["up", "down"]

Now: TypeAlias = Callable[[], datetime]
"""The instant, in UTC; what production code gets as its clock."""

NO_STATES: Final[Mapping[str, bytes | None]] = MappingProxyType({})

P = TypeVar("P", bound=Profile)
A = TypeVar("A", bound=BaseModel)


class Report(msgspec.Struct, frozen=True):
    """What a device said in one go.

    `kept` is the acknowledgement the device waits for: it is called once, from the event
    loop, when everything that follows from `records` is on disk; never before. It must
    not block and must not raise: a device that has gone meanwhile will ask again.
    A poll makes one report, and one block of readings. `states` is what has to be on disk with
    these records or not at all, by its key in the journal; none removes it. `weight` is how many
    things it tells, where more events may follow than stand in it.
    """

    records: tuple[Record | Block, ...]
    kept: Callable[[], None] | None = None
    states: Mapping[str, bytes | None] = NO_STATES
    weight: int = 0


class Driver(Protocol):
    """One open link: yields what the devices say, does what they are told.

    Either method raises `LinkDown` (or `OSError`) when the link is lost. A driver never
    reopens its link, never logs an outage and never outlives its `async with` block. Before it
    waits it gives a sign of life, `trace.signs.give`, with the longest that it may take: one that
    is half a minute late is stuck, and its session is ended. While it has yielded none is missed.
    """

    def reports(self) -> AsyncGenerator[Report, None]:
        """Yield until the link is lost; a slow consumer slows the devices, nothing is dropped."""
        ...

    async def execute(self, command: Command) -> str | None:
        """Return when the device confirmed, with what it said; `CommandRejected`: it refused."""
        ...


class Leg(Protocol):
    """A second way to the devices of an open link; losing it costs part of what is known of them.

    The keeper opens it when the link is up, again when it is lost, and ends it with the session.
    """

    @property
    def name(self) -> str:
        """What it is called, within its link."""
        ...

    async def serve(self, opened: Callable[[], Awaitable[None]]) -> None:
        """Open it, await `opened`, serve until it is lost; raises what a driver raises."""
        ...

    async def changed(self, way: Way, reason: str) -> None:
        """It is up, or down with a reason; said once each time."""
        ...


@runtime_checkable
class Legged(Protocol):
    """A driver that has further legs to be kept open."""

    @property
    def legs(self) -> Sequence[Leg]:
        """Those legs; the same for as long as the link is open."""
        ...


@runtime_checkable
class Hurried(Protocol):
    """A link that must not be left alone for as long as others."""

    @property
    def longest_delay_s(self) -> float:
        """The longest pause between two tries to open it."""
        ...


class Link(Protocol):
    """One way to reach devices, ready to be opened as often as it takes."""

    @property
    def id(self) -> str:
        """The link's name in the site file."""
        ...

    @property
    def kind(self) -> str:
        """The driver's name, as in the registry of drivers."""
        ...

    def open(self, now: Now, trace: Trace) -> AbstractAsyncContextManager[Driver]:
        """Connect (or listen); raise `LinkDown` or `OSError` when that fails.

        The driver notes in `trace` what goes over the wire, how well each device answers, and
        who speaks that is no device of the site. A secret, a picture, a name never goes there.
        """
        ...

    def describe(self, frame: Frame, before: Sequence[Frame]) -> tuple[Part, ...]:
        """Tell a technician what a frame of this link means; never raises, whatever the bytes.

        `before` are the frames ahead of it in the trace, oldest first: an answer may need
        what was asked.
        """
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
    address names; it raises `ConfigError`. `parts` names what the device itself consists of, such
    as the zones of a camera's picture, which stand where it does. `tables` are the keys of an
    address that name such files. `fits` says how well a profile of this driver suits who has
    spoken and is no device of the site; none when it does not.
    """

    name: str
    section: type[Any]
    address: type[BaseModel]
    profile: type[Profile]
    components: Callable[[Any, Path], Mapping[str, Location]] | None = None
    parts: Callable[[Any], Mapping[str, Text]] | None = None
    tables: tuple[str, ...] = ()
    fits: Callable[[Any, Heard], Fit | None] | None = None


Kinds: TypeAlias = Mapping[str, DriverKind]
"""Drivers by their names."""


class LinkSection(Protocol):
    """A link as written in the site file."""

    @property
    def id(self) -> str:
        """The link's name."""
        ...

    def bind(self, devices: Sequence[Placed[Any, Any]]) -> Link:
        """Return the link with the devices that the site file puts on it; no I/O."""
        ...
