"""A port, a gateway cut to size and a simulated panel, for tests over loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from edge.driver import Report
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.link import GbDriver, GbLink
from edge.model import Command, DeviceChanged, DeviceReported, Reading, Record, Value
from edge.trace import Trace
from simulators.fire_device import Identity
from simulators.fire_line import Centre, Pace
from simulators.fire_panel import FirePanel
from simulators.ports import free_port
from tests.fakes.gb26875 import ADDRESS, PROFILE, placed, settings
from tests.fakes.records import apart

PACE = Pace(reply=0.3, resends=3, heartbeat=0.5, reconnect=0.05)
PATIENCE_S = 10


def now() -> datetime:
    """Return the real instant."""
    return datetime.now(UTC)


class Site:
    """A gateway's part, cut to size: takes reports, keeps them or not, confirms what it kept."""

    def __init__(self, dialect: str = "std") -> None:
        """Set up a port and a panel that knows it."""
        self.port = free_port()
        self.link = GbLink("fire-port", settings(dialect, port=self.port), (placed(),))
        self.records: list[Record] = []
        self.keeps = True
        self.unkept: list[Report] = []
        self._driver: GbDriver | None = None
        centre = Centre(host="127.0.0.1", port=self.port, dialect=DIALECTS[dialect], pace=PACE)
        identity = Identity(link="fire-port", device="fire-1", address=ADDRESS, centre=centre)
        self.panel = FirePanel(identity, PROFILE, now)

    @asynccontextmanager
    async def gateway(self) -> AsyncIterator[GbDriver]:
        """Listen and take what comes."""
        async with self.link.open(now, Trace(now)) as driver:
            self._driver = driver
            taking = asyncio.create_task(self._take(driver), name="takes reports")
            try:
                yield driver
            finally:
                await ended(taking)

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Switch the panel on."""
        running = asyncio.create_task(self.panel.run(), name="panel")
        try:
            yield
        finally:
            await ended(running)

    async def tell(self, command: Command) -> None:
        """Let the driver carry out a command."""
        assert self._driver is not None
        await self._driver.execute(command)

    async def act(self, verb: str, **args: Value) -> None:
        """Let something happen at the panel."""
        await self.panel.act("fire-1", verb, args)

    def values(self, point: str) -> list[object]:
        """Return what a point has been."""
        return [
            each.value
            for each in self.records
            if isinstance(each, Reading) and each.point == f"fire-1/{point}"
        ]

    def origins(self) -> list[str]:
        """Return the origins of the reports that came, as often as they came."""
        return [each.origin for each in self.records if isinstance(each, DeviceReported)]

    def all_confirmed(self) -> bool:
        """Whether the panel's ledger has no open line."""
        return bool(self.panel.told) and all(told.confirmed for told in self.panel.told)

    async def _take(self, driver: GbDriver) -> None:
        async with aclosing(driver.reports()) as reports:
            async for report in reports:
                self.records += apart(report.records)
                if report.kept and self.keeps:
                    report.kept()
                elif report.kept:
                    self.unkept.append(report)


async def ended(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], object]) -> None:
    """Wait until it holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110  what is waited for is a device's, with no event to set
            await asyncio.sleep(0.01)


def command(action: str, **args: Value) -> Command:
    """Return a command to the device."""
    expires = now() + timedelta(minutes=1)
    return Command(
        id="c-1", device="fire-1", action=action, issued_by="test", expires_at=expires, args=args
    )


def with_panel(test: Callable[[Site], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a test with an open port and a panel that is connected to it."""

    async def main() -> None:
        site = Site()
        async with site.gateway(), site.alive():
            await until(lambda: any(isinstance(each, DeviceChanged) for each in site.records))
            await test(site)

    def run() -> None:
        asyncio.run(main())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run
