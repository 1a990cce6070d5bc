"""The simulated community's gateway, a lift and its platform, of real parts, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

from cloud_bridge.bridge import Bridge
from cloud_bridge.journal import Journal
from cloud_bridge.mqtt import MqttUplink
from cloud_bridge.wire import (
    Narrator,
    Status,
    commands_topic,
    encode_status,
    issues_topic,
    receipts_topic,
    status_topic,
)
from cloud_bridge.wire.topics import EVERY_EVENT, EVERY_STATUS
from edge.alarms import Alarms
from edge.clock import Clock
from edge.config import Configuration, load
from edge.config.rules_of import rules_of
from edge.driver import Driver, Now, Way
from edge.keeper import Keeper, Opened, keep_open
from edge.model import Kept
from edge.mqtt import Session, Will
from edge.pipeline import Pipeline
from edge.rules.engine import Engine
from edge.trace import Frame, Part, Trace
from simulators.demo.stage import SITES
from simulators.lift import LiftSimulator, LiftSpec
from simulators.platform.consumer import Consumer
from simulators.platform.desk import Desk
from simulators.platform.person import Person
from simulators.platform.readings import Readings
from simulators.platform.shelf import Shelf
from tests.fakes import modbus
from tests.fakes.memory_broker import MemoryBroker
from tests.fakes.time import EPOCH, VirtualLoop

LIFT, UNIT = "lift-3", 4
DOWN = (receipts_topic, issues_topic, commands_topic)


@cache
def riverside() -> Configuration:
    """The shipped site; read before any loop runs."""
    return load(Path(str(SITES / "riverside" / "site.yaml")))


class LiftBus:
    """The lift's bus as a link: the real driver over slaves in memory."""

    id = "lifts-b1"
    kind = "modbus"

    def __init__(self) -> None:
        self.profile = modbus.profile("lifts/ba_box")
        spec = LiftSpec(device=LIFT, unit=UNIT, profile=self.profile)
        self.simulator = LiftSimulator(self.id, [spec])

    @asynccontextmanager
    async def open(self, now: Now, trace: Trace) -> AsyncIterator[Driver]:
        """Connect."""
        del now
        bus = modbus.FakeBus({UNIT: self.simulator._lifts[LIFT].slave})
        yield modbus.opened(bus, {UNIT: self.profile}, names={UNIT: LIFT}, trace=trace)

    def describe(self, frame: Frame, before: Sequence[Frame]) -> tuple[Part, ...]:
        """Say nothing."""
        del frame, before
        return ()

    async def live(self) -> None:
        """Let the car live."""
        await self.simulator._live()


class Memory:
    """What outlives the gateway, and a note of all that was put into it; opened off the loop."""

    def __init__(self, folder: Path, kept: list[Kept]) -> None:
        narrator = Narrator(riverside().site, "1")

        def narrate(event: Kept) -> bytes:
            kept.append(event)
            return narrator.encode(event)

        self.journal = Journal(folder / "journal.db", ["platform"], narrate, now=lambda: EPOCH)


class Life:
    """One life of the gateway, from its start to its end by SIGKILL."""

    def __init__(self, link: LiftBus, broker: MemoryBroker, memory: Memory) -> None:
        configuration = riverside()
        self._site = site = configuration.site
        self._broker = broker
        loop = asyncio.get_running_loop()
        clock = Clock(lambda: EPOCH.timestamp() + loop.time(), loop.time)
        self.journal = memory.journal
        self.pipeline = Pipeline(
            partial(_engine, configuration),
            Alarms(site),
            self.journal,
            lambda _: None,
            clock,
            next_number=self.journal.next_number,
            trusted=lambda: True,
        )
        self.pipeline.restore(self.journal.states)
        self._keeper = Keeper(link, self.pipeline.take, self.pipeline.tell, clock.now)
        self._status = Status(
            site=site.id, gateway=site.gateway, online=True, started_at=clock.now()
        )
        self._bridge = Bridge(
            name="platform",
            gateway=site.gateway,
            journal=self.journal,
            take=self.pipeline.take,
            key=self._key,
            obey=_unheard,
            status=self._tell_status,
            now=clock.now,
        )

    async def run(self) -> None:
        """Live until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for name, work in (
                    ("journal", self.journal.run()),
                    ("pipeline", self.pipeline.run()),
                    ("link", self._keeper.run()),
                    ("uplink", keep_open("platform", self._serve, _unreported)),
                ):
                    tasks.create_task(work, name=name)
        finally:
            await self.journal.close()

    def _key(self, number: int) -> str:
        alarm = self.pipeline.alarms.all.get(number)
        return alarm.key if alarm else ""

    async def _tell_status(self) -> Status:
        return self._status

    async def _serve(self, opened: Opened) -> None:
        await self._bridge.serve(self._session(), opened)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[MqttUplink]:
        site, gateway = self._site.id, self._site.gateway
        gone = encode_status(Status(site=site, gateway=gateway, online=False))
        will = Will(status_topic(site, gateway), gone, retain=True)
        topics = [topic(site, gateway) for topic in DOWN]
        async with self._broker.connect(topics, will) as session:
            yield MqttUplink(cast("Session", session), site, gateway)


class Town:
    """Lift, gateway, broker and platform; each but the lift can be taken away for a while."""

    def __init__(self, folder: Path) -> None:
        self.broker = MemoryBroker()
        self.bus = LiftBus()
        self.desk = Desk(folder / "platform.db", self._now)
        self.kept: list[Kept] = []
        self.life: Life | None = None
        self._folder = folder
        self._readings = Readings(folder / "readings.db")
        shelf = Shelf(folder / "pictures")
        self._consumer = Consumer(self._connect, self.desk, shelf, self._readings)
        self.person = Person(self.desk, self._consumer.tell_issues)
        self._gateway: asyncio.Task[None] | None = None
        self._loop: VirtualLoop | None = None

    async def live(self, story: Callable[[], Any]) -> None:
        """Run everything while the story is told."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self._loop = loop
        await self.desk.open()
        await self._readings.open()
        others = [
            asyncio.create_task(self.bus.live(), name="lift"),
            asyncio.create_task(self._consumer.run(), name="platform"),
        ]
        await self.start()
        try:
            await story()
        finally:
            await self.kill()
            for task in others:
                task.cancel()
            ends = await asyncio.gather(*others, return_exceptions=True)
            await self._readings.close()
            await self.desk.close()
            assert [end for end in ends if not isinstance(end, asyncio.CancelledError)] == []

    async def start(self) -> None:
        """The gateway begins a life."""
        memory = await asyncio.to_thread(Memory, self._folder, self.kept)
        self.life = Life(self.bus, self.broker, memory)
        self._gateway = asyncio.create_task(self.life.run(), name="gateway")

    async def kill(self) -> None:
        """It ends, at once."""
        if self._gateway is not None:
            self._gateway.cancel()
            [end] = await asyncio.gather(self._gateway, return_exceptions=True)
            assert isinstance(end, asyncio.CancelledError), end
            self._gateway = None

    def _now(self) -> datetime:
        """The instant, on whatever thread it is asked."""
        assert self._loop is not None
        return self._loop.now()

    def _connect(self) -> AbstractAsyncContextManager[Any]:
        return self.broker.connect((EVERY_EVENT, EVERY_STATUS))


def _engine(configuration: Configuration, through: Any) -> Engine:
    rules, templates = rules_of(configuration)
    return Engine(rules, templates, through)


async def _unheard(body: bytes, retained: bool) -> None:  # noqa: FBT001 - as the bridge calls it
    del body, retained


async def _unreported(way: Way, reason: str) -> None:
    del way, reason
