"""The port that transmission devices connect to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias

import structlog

from edge.driver import Now, Placed, Report
from edge.drivers.gb26875 import codec, frames, objects, requests, tables
from edge.drivers.gb26875.asks import Asks
from edge.drivers.gb26875.codec import Received
from edge.drivers.gb26875.dialect import Dialect
from edge.drivers.gb26875.explain import explain
from edge.drivers.gb26875.frames import Frame
from edge.drivers.gb26875.profile import GbAddress, GbProfile
from edge.drivers.gb26875.replays import Replays
from edge.drivers.gb26875.scribe import Scribe
from edge.drivers.gb26875.session import Ending, Session
from edge.errors import CommandRejected
from edge.model import Command, DeviceChanged, RecordsDropped
from edge.trace import Frame as Traced
from edge.trace import Part, Trace

INBOX: Final = 16
"""Reports that may wait; when it is full connections are read no further, so devices wait."""
STILL_S: Final = 60.0
"""Between two signs of life on a port on which nobody speaks."""
STRANGERS: Final = 32
"""Unknown addresses told of one by one; a scan of all of them must not fill the journal."""

GbPlaced: TypeAlias = Placed[GbProfile, GbAddress]

_log = structlog.get_logger("gb26875")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the port behaves."""

    host: str
    port: int
    dialect: Dialect
    utc_offset: timedelta
    silence: timedelta
    connections: int


class GbDriver:
    """The open port: what the devices say, and what they are told."""

    def __init__(
        self, link: str, settings: Settings, placed: Mapping[int, GbPlaced], now: Now, trace: Trace
    ) -> None:
        """Begin with no connection; `placed` are the devices by address."""
        self._link = link
        self._settings = settings
        self._placed = placed
        self._now = now
        names = {address: each.device.id for address, each in placed.items()}
        self._scribe = Scribe(trace, names, settings.dialect)
        self._signs = trace.signs
        self._asks = Asks(self._scribe)
        self._inbox: asyncio.Queue[Report] = asyncio.Queue(INBOX)
        self._tasks: dict[asyncio.Task[None], Session] = {}
        self._sessions: dict[int, list[Session]] = {}
        self._strangers: set[int] = set()
        self._replays = Replays()
        self._full = False

    async def reports(self) -> AsyncGenerator[Report, None]:
        """Yield what the devices say, in the order in which it came."""
        while True:
            self._signs.give(STILL_S)
            try:
                async with asyncio.timeout(STILL_S):
                    report = await self._inbox.get()
            except TimeoutError:
                continue  # nobody has said anything, which is as it should be
            yield report

    async def execute(self, command: Command) -> None:
        """Return when the device confirmed, answered, or a person answered the duty check."""
        placed = next((p for p in self._placed.values() if p.device.id == command.device), None)
        action = placed.profile.actions.get(command.action) if placed else None
        if placed is None or action is None:
            raise CommandRejected(f"{command.device} cannot {command.action}")
        address = placed.address.address
        request = requests.build(
            action.ask, command.args, self._local(self._now()), self.dialect, until=action.until
        )
        await self._asks.ask(address, partial(self._send, address, request), request.person)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a new connection in a task of its own, up to the number allowed.

        When all are taken, the oldest on which no device of the site has spoken gives way:
        who only connects and is silent keeps no fire from being told.
        """
        if len(self._tasks) >= self._settings.connections and not self._made_room():
            if not self._full:
                _log.warning("connections_full", link=self._link, most=len(self._tasks))
            self._full = True
            writer.transport.abort()
            return
        peer = writer.get_extra_info("peername")
        name = f"gb26875 {self._link} {peer}"
        session = Session(reader, writer, self, self._scribe)
        task = asyncio.create_task(session.run(), name=name)
        self._tasks[task] = session
        task.add_done_callback(self._ended)

    async def miss(self) -> None:
        """Tell of each device that has not connected since the port was opened."""
        await asyncio.sleep(self.silence_s)
        for address in self._placed.keys() - self._sessions.keys():
            await self._changed(address, "offline", "has not connected")

    async def end(self) -> None:
        """End all connections."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def dialect(self) -> Dialect:
        """How devices on this link speak."""
        return self._settings.dialect

    @property
    def silence_s(self) -> float:
        """After how many seconds of silence a device is lost."""
        return self._settings.silence.total_seconds()

    def label(self) -> bytes:
        """Return this instant on the site's clock as six time bytes."""
        return self.dialect.write_time(self._local(self._now()))

    def serial(self) -> int:
        """Take the next serial number."""
        return self._asks.serial()

    def knows(self, address: int) -> bool:
        """Whether a device of the site has this address."""
        return address in self._placed

    async def joined(self, address: int, session: Session) -> None:
        """Note a connection's device; the newest connection is the one that is asked."""
        sessions = self._sessions.setdefault(address, [])
        sessions.append(session)
        if len(sessions) == 1:
            await self._changed(address, "online", "connected")

    async def left(self, address: int, session: Session, reason: Ending) -> None:
        """Note that a connection has lost its device; it is offline when none is left."""
        sessions = self._sessions[address]
        sessions.remove(session)
        if not sessions:
            await self._changed(address, "offline", reason)

    async def told(self, frame: Frame, session: Session) -> None:
        """Pass on what a device says; its acknowledgement waits until it is kept."""
        placed = self._placed[frame.source]
        at = self._now()
        received = Received(device=placed.device.id, frame=frame, at=at, local=self._local(at))
        records = codec.records(received, self.dialect, placed.profile)
        await self._watch(received, session)
        asked = frame.command == tables.RESPONSE
        kept = None if asked else partial(self._kept, received, session)
        await self._inbox.put(Report(records, kept, weight=sum(frame.app[1:2])))  # its objects
        if _answers_duty(frame):
            self._asks.answered(frame.source)

    async def _watch(self, received: Received, session: Session) -> None:
        """Tell of a frame that looks recorded; it is taken all the same, for it may be a fire."""
        raw = frames.encode(received.frame)
        replay = self._replays.look(received.device, raw, session.peer, received.at)
        if replay is not None:
            what = f"{received.device}: {raw.hex()}"
            dropped = RecordsDropped(
                what=what, count=replay.count, reason=replay.reason, at=received.at
            )
            await self._inbox.put(Report((dropped,)))

    def _kept(self, received: Received, session: Session) -> None:
        session.confirm(received.frame)
        if codec.clock_lives(received, self.dialect):
            self._replays.confirmed(frames.encode(received.frame), session.peer, self._now())

    def settle(self, frame: Frame) -> None:
        """Take a reply to a question."""
        self._asks.settle(frame)

    async def stranger(self, frame: Frame) -> None:
        """Remember an unknown address; tell of it once."""
        self._scribe.stranger(frame)
        if frame.source in self._strangers or len(self._strangers) >= STRANGERS:
            return
        self._strangers.add(frame.source)
        dropped = RecordsDropped(
            what=f"{self._link}: {frames.encode(frame).hex()}",
            count=1,
            reason=f"no device on {self._link} has the address {frame.source}",
            at=self._now(),
        )
        await self._inbox.put(Report((dropped,)))

    async def _changed(self, address: int, state: str, reason: str) -> None:
        changed = DeviceChanged(
            device=self._placed[address].device.id,
            state="online" if state == "online" else "offline",
            reason=reason,
            at=self._now(),
        )
        await self._inbox.put(Report((changed,)))

    def _send(self, address: int, request: requests.Request, serial: int) -> None:
        sessions = self._sessions.get(address)
        if not sessions:
            raise CommandRejected("offline: the device is not connected")
        sessions[-1].ask(address, request.command, request.app, serial)

    def _local(self, at: datetime) -> datetime:
        return (at + self._settings.utc_offset).replace(tzinfo=None)

    def _made_room(self) -> bool:
        return any(session.gives_way() for session in self._tasks.values())

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        self._full = False
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("connection_failed", link=self._link, task=task.get_name(), exc_info=error)


@dataclass(frozen=True, slots=True)
class GbLink:
    """A listening port with the devices that may speak on it."""

    id: str
    settings: Settings
    devices: Sequence[GbPlaced]

    @property
    def kind(self) -> str:
        """The driver's name."""
        return "gb26875"

    @asynccontextmanager
    async def open(self, now: Now, trace: Trace) -> AsyncGenerator[GbDriver, None]:
        """Listen; `OSError` when the port is taken."""
        placed = {device.address.address: device for device in self.devices}
        driver = GbDriver(self.id, self.settings, placed, now, trace)
        server = await asyncio.start_server(driver.accept, self.settings.host, self.settings.port)
        missing = asyncio.create_task(driver.miss(), name=f"gb26875 {self.id} missing")
        try:
            yield driver
        finally:
            missing.cancel()
            server.close()
            await driver.end()
            await server.wait_closed()

    def describe(self, frame: Traced, before: Sequence[Traced]) -> tuple[Part, ...]:
        """Tell what a frame means, field by field, with the maker's own types."""
        del before
        names = {each.address.address: each.device.name for each in self.devices}
        own = (each.profile for each in self.devices if each.device.id == frame.device)
        return explain(frame.body, self.settings.dialect, names, next(own, None))


def _answers_duty(frame: Frame) -> bool:
    if frame.app[0] != tables.DEVICE_OPERATION:
        return False
    names = (
        tables.flags(item.operation or 0, tables.DEVICE_OPERATION_BITS)
        for item in objects.decode(frame.app).items
    )
    return any("duty_answer" in done for done in names)
