"""Transmission devices without a socket: frames, a placed device, and a connection in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, wraps
from typing import Any, ParamSpec

import pytest

from edge.driver import Placed, Report
from edge.drivers.gb26875 import KIND, frames, objects
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.frames import Damaged, Frame, Framer
from edge.drivers.gb26875.link import GbDriver, GbPlaced, Settings
from edge.drivers.gb26875.objects import Item
from edge.drivers.gb26875.profile import GbAddress, GbProfile
from edge.model import Command, Device, DeviceChanged, Location, Text, Value
from edge.profiles import Profiles, shipped
from edge.trace import Trace
from tests.fakes import time

P = ParamSpec("P")

ADDRESS = 123
CENTRE = 1
LABEL = bytes((30, 20, 10, 1, 7, 19))
"""2019-07-01 10:20:30."""
AT = datetime(2019, 7, 1, 2, 20, 30, tzinfo=UTC)
"""The same instant as `LABEL` at UTC+8."""


@cache
def profile(name: str = "panels/gb26875") -> GbProfile:
    """Return a shipped profile."""
    return Profiles(shipped(), kinds={KIND.name: KIND}).of(name, GbProfile)


PROFILE = profile()
"""Read before any event loop runs: reading a file blocks."""


def placed(address: int = ADDRESS, device: str = "fire-1") -> GbPlaced:
    """Return a transmission device as its driver sees it."""
    return Placed(
        device=Device(
            id=device,
            kind="fire_panel",
            name=Text("一号装置", "Device 1"),
            link="fire-port",
            profile="panels/gb26875",
            make="any",
            model="any",
            location=Location(),
            points={},
        ),
        profile=PROFILE,
        address=GbAddress(address=address),
    )


def settings(dialect: str = "std", port: int = 1, connections: int = 4) -> Settings:
    """Return the settings of a port."""
    return Settings(
        host="127.0.0.1",
        port=port,
        dialect=DIALECTS[dialect],
        utc_offset=timedelta(hours=8),
        silence=timedelta(minutes=3),
        connections=connections,
    )


def component(status: int, description: str = "一层大厅", zone: int = 10, point: int = 2) -> bytes:
    """Return app data that tell the status of an optical smoke detector."""
    item = Item(
        system_type=1,
        system_address=1,
        component_type=42,
        zone=zone,
        point=point,
        status=status,
        description=description,
        time=LABEL,
    )
    return objects.encode(2, (item,))


def frame(
    app: bytes = b"", command: int = 2, serial: int = 5, source: int = ADDRESS, label: bytes = LABEL
) -> Frame:
    """Return a frame from a device to the centre."""
    return Frame(
        serial=serial, label=label, source=source, destination=CENTRE, command=command, app=app
    )


class Wire(asyncio.Transport):
    """What the driver writes to, and how a test sees it; nothing leaves the process."""

    def __init__(self, protocol: asyncio.StreamReaderProtocol) -> None:
        """Begin open and empty."""
        super().__init__({"peername": ("test", 0)})
        self.written = b""
        self.unsent = 0
        self._protocol = protocol
        self._closing = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep what was written."""
        self.written += bytes(data)

    def get_write_buffer_size(self) -> int:
        """Return how much the other end has not read."""
        return self.unsent

    def is_closing(self) -> bool:
        """Whether either side has ended it."""
        return self._closing

    def close(self) -> None:
        """End it."""
        if not self._closing:
            self._closing = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    abort = close


class Peer:
    """The device's end of a connection to a driver."""

    def __init__(self, driver: GbDriver) -> None:
        """Connect."""
        self.reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(self.reader)
        self.wire = Wire(protocol)
        protocol.connection_made(self.wire)
        loop = asyncio.get_running_loop()
        writer = asyncio.StreamWriter(self.wire, protocol, self.reader, loop)
        driver.accept(self.reader, writer)
        self._framer = Framer()

    async def say(self, *said: Frame | bytes) -> None:
        """Send frames or bytes, and let the driver read them."""
        for each in said:
            self.reader.feed_data(frames.encode(each) if isinstance(each, Frame) else each)
        await settle()

    async def hang_up(self) -> None:
        """End the connection."""
        self.reader.feed_eof()
        await settle()

    def heard(self) -> list[Frame]:
        """Return the frames that came since the last call."""
        written, self.wire.written = self.wire.written, b""
        found = self._framer.feed(written)
        assert not any(isinstance(each, Damaged) for each in found)
        return [each for each in found if isinstance(each, Frame)]


async def settle() -> None:
    """Let every task go on until it waits."""
    for _ in range(20):
        await asyncio.sleep(0)


async def next_report(driver: GbDriver) -> Report:
    """Return the next report; fail after a while without one."""
    async with asyncio.timeout(1), aclosing(driver.reports()) as reports:
        return await anext(reports)


def virtual(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test in virtual time."""

    @wraps(test)
    def run(*args: P.args, **fixtures: P.kwargs) -> None:
        time.run(test(*args, **fixtures))

    return run


@asynccontextmanager
async def port(dialect: str = "std", connections: int = 4) -> AsyncIterator[GbDriver]:
    """Open a port with two devices, without a socket."""
    devices = {ADDRESS: placed(), 124: placed(124, "fire-2")}
    driver = GbDriver(
        "fire-port", settings(dialect, connections=connections), devices, time.now, Trace(time.now)
    )
    try:
        yield driver
    finally:
        await driver.end()


def commands(peer: Peer) -> list[int]:
    """Return the command bytes of what the driver said."""
    return [each.command for each in peer.heard()]


async def changed(driver: GbDriver) -> tuple[str, str, str]:
    """Return the next report, which tells of a device's coming or going."""
    (record,) = (await next_report(driver)).records
    assert isinstance(record, DeviceChanged)
    return record.device, record.state, record.reason


async def nothing(driver: GbDriver) -> None:
    """Fail when there is another report."""
    with pytest.raises(TimeoutError):
        await next_report(driver)


def told_to(action: str, **args: Value) -> Command:
    """Return a command to the device."""
    return Command(
        id="c-1",
        device="fire-1",
        action=action,
        issued_by="test",
        expires_at=time.EPOCH + timedelta(hours=1),
        args=args,
    )
