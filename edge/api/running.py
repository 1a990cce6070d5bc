"""What runs, as the API sees it, from one applied configuration to the next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from edge.alarms import Alarms
from edge.commands import Position
from edge.config import Configuration
from edge.driver import Report
from edge.evidence.store import EvidenceStore
from edge.history import History
from edge.keeper import Keeper
from edge.model import Command, CommandResult, EventLine, EventQuery, Lane, OfferPhase, Text
from edge.rules.engine import Engine
from edge.rules.explain import Explained
from edge.state import State

if TYPE_CHECKING:  # loaded where there are cameras
    from edge.drivers.camera.link import CameraLink


class Events(Protocol):
    """The journal as a person looks at it; see `cloud_bridge.journal`."""

    async def find(self, query: EventQuery) -> Sequence[EventLine]:
        """Return what was kept, newest first."""
        ...

    async def of_alarm(self, key: str, number: int) -> Sequence[EventLine]:
        """Return everything that was kept of one occurrence of an alarm, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WayStanding:
    """How one way to a platform is; `used` says whether events go over it now."""

    over: Literal["mqtt", "https"]
    up: bool
    reason: str
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkStanding:
    """How an uplink is: `waiting` counts the events without a receipt in each lane.

    It is up when one of its `ways` is, of which the broker's comes first. `readings` counts those
    without a receipt; none where none are sent.
    """

    id: str
    up: bool
    reason: str
    waiting: Mapping[Lane, int]
    ways: tuple[WayStanding, ...] = ()
    readings: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesStanding:
    """How the way to the database of readings is.

    `waiting` readings are kept and not written, the `oldest` of that instant; `written` and
    `refused` are since the gateway began; `dropped` were given up as the disk's share was full.
    """

    up: bool
    reason: str
    waiting: int
    oldest: datetime | None
    written: int
    refused: int
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferStanding:
    """How a release is that the platform has offered: `had` of its `size` bytes are here.

    `reason` says why it waits, what keeps it from being fetched, or why it was not taken. The
    `window` is in the site's time; without one it may be installed at any.
    """

    offer: int
    release: str
    state: OfferPhase
    had: int
    size: int
    reason: Text
    window: tuple[str, str] | None
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the gateway itself is.

    `buffer` is how long the disk lasts at the pace of the last hours, none where that is not known
    yet; `oldest` is when the oldest event happened that waits for a receipt. `series` is none
    where the site file names no database. `update` is the last release that the platform has
    offered. `refusal` is why the disk takes no event, empty where it does.
    """

    uplinks: tuple[UplinkStanding, ...]
    series: SeriesStanding | None = None
    update: OfferStanding | None = None
    oldest: datetime | None
    refused: int
    readings: int
    events: int
    clock: Literal["trusted", "untrusted"]
    disk_free: int
    store_size: int
    buffer: timedelta | None
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What runs, from one applied configuration to the next; looked up at the moment of asking.

    `lend` lets the link of a camera that is not on the site be opened while the block lasts.
    `run` carries out a command to its end, be whoever asked gone by then. `explain` says why an
    alarm is or is not active, by its key; none when no rule watches it. `uplinks` says of each way
    to a platform that was tried whether it is up, and why. `requeue` sends what an uplink refused,
    or every event from a number on, to it again: how many; `ValueError` for an unknown one.
    `keeping` says whether an event is on its way to the disk.
    """

    configuration: Configuration
    state: State
    alarms: Alarms
    engine: Engine
    keepers: Mapping[str, Keeper]
    events: Events
    history: History
    evidence: EvidenceStore
    lend: Callable[[CameraLink], AbstractAsyncContextManager[None]]
    take: Callable[[Report], Awaitable[None]]
    run: Callable[[Command], Awaitable[CommandResult]]
    explain: Callable[[str], Explained | None]
    standing: Callable[[], Awaitable[Standing]]
    uplinks: Callable[[], Mapping[str, tuple[bool, str]]]
    remote: Callable[[], Position]
    set_remote: Callable[[Position], Awaitable[None]]
    requeue: Callable[[str, int | None], Awaitable[int]]
    keeping: Callable[[], bool] = lambda: False
