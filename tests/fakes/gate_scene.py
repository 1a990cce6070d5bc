"""Two simulated gates, a real broker and the driver, ready for a story."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from edge.driver import Report
from edge.drivers.mqtt_gate.link import GateDriver, GateLink, GateSection
from edge.model import Access, DeviceChanged, Record
from edge.mqtt import Broker
from edge.trace import Trace
from simulators.broker import Mosquitto, broker
from simulators.gate import FaceGates
from simulators.ports import free_port
from tests.fakes import mqtt
from tests.fakes.records import apart

GATES = {"gate-1": "1026700", "gate-2": "1026701"}


def now() -> datetime:
    """The real instant."""
    return datetime.now(UTC)


@dataclass
class Scene:
    """A broker with gates, and what the driver reported so far."""

    broker: Mosquitto
    gates: FaceGates
    link: GateLink
    driver: GateDriver
    reports: list[Report] = field(default_factory=list)
    confirming: bool = True

    @property
    def records(self) -> list[Record]:
        """Everything reported, oldest first."""
        return [record for report in self.reports for record in apart(report.records)]

    def seen(self) -> set[str]:
        """The gates that came."""
        return {each.device for each in self.records if isinstance(each, DeviceChanged)}

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait until it is so."""
        async with asyncio.timeout(8):
            while not wanted():  # noqa: ASYNC110 - also asks ledgers, which have no event
                await asyncio.sleep(0.01)

    def access(self, device: str = "gate-1") -> list[Access]:
        """The access events of one gate."""
        return [each for each in self.records if isinstance(each, Access) if each.device == device]

    async def follow(self) -> None:
        """Do what keeper and pipeline do, with a journal that is always quick."""
        async with aclosing(self.driver.reports()) as reports:
            async for report in reports:
                self.reports.append(report)
                if self.confirming and report.kept is not None:
                    report.kept()


def at(port: int) -> Broker:
    """How the broker is reached."""
    return Broker(host="127.0.0.1", port=port)


@asynccontextmanager
async def serving(
    running: Mosquitto, gates: FaceGates, link: GateLink, *, confirming: bool
) -> AsyncIterator[Scene]:
    """The driver's session with the broker."""
    async with link.open(now, Trace(now)) as driver:
        scene = Scene(running, gates, link, driver, confirming=confirming)
        following = asyncio.create_task(scene.follow(), name="follow")
        try:
            yield scene
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


def play(
    story: Callable[[Scene], Awaitable[None]],
    *,
    confirming: bool = True,
    settings: Sequence[str] = (),
    **changes: Any,
) -> None:
    """Run a story with broker, two gates and the driver, all of them ready."""
    port = free_port()
    gates = FaceGates(
        "gates", at(port), GATES, beat_seconds=0.2, resend_seconds=0.4, open_seconds=0.1
    )
    link = GateSection(id="gates", driver="mqtt_gate", broker=at(port)).bind(
        [mqtt.gate(device, number, **changes) for device, number in GATES.items()]
    )

    async def bounded() -> None:
        async with asyncio.timeout(20), broker(port, settings=settings) as running:
            assert isinstance(running, Mosquitto)
            living = asyncio.create_task(gates.run(), name="gates")
            try:
                async with serving(running, gates, link, confirming=confirming) as scene:
                    await scene.until(lambda: scene.seen() >= set(GATES))
                    await story(scene)
            finally:
                living.cancel()
                await asyncio.gather(living, return_exceptions=True)

    asyncio.run(bounded())
