"""The composition root: builds everything and runs it in one task group until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import Any, Literal, NoReturn

import structlog

from cloud_bridge.bridge import Bridge
from cloud_bridge.journal import Journal
from cloud_bridge.mqtt import open_uplink
from cloud_bridge.status import status_of
from cloud_bridge.wire import Narrator, Status
from edge.clock import Clock, synchronised
from edge.commands import Commands
from edge.config import Configuration, UplinkSection
from edge.keeper import Keeper, Opened, Way, keep_open
from edge.model import Command, GatewayChanged, RecordsDropped
from edge.pipeline import Pipeline
from edge.rules.build import build
from edge.rules.door import DoorRule
from edge.rules.engine import Engine
from edge.rules.link import link_alarm
from edge.rules.template import Template

JOURNAL_FILE = "journal.db"

CLOCK_EVERY_S = 10.0
"""How often the kernel is asked whether something disciplines the wall clock."""

LAST_DELIVERY_S = 3.0
"""How long a stopping gateway waits for receipts; the rest is sent at its next start."""

log = structlog.get_logger()


class Gateway:
    """Everything that runs for one site."""

    def __init__(self, configuration: Configuration) -> None:
        self._site = configuration.site
        self._clock = Clock()
        self._version = version("whistle")
        self._started_at = self._clock.now()
        self._trusted = synchronised()
        self._uplink_states: dict[str, tuple[bool, str]] = {}
        self._sections = configuration.uplinks
        self._journal = Journal(
            configuration.store / JOURNAL_FILE,
            [section.id for section in configuration.uplinks],
            Narrator(configuration.site, self._version).encode,
        )
        self._pipeline = Pipeline(
            _engine(configuration),
            self._journal,
            self._act,
            self._clock,
            next_number=self._journal.next_number,
            trusted=lambda: self._trusted,
        )
        self._pipeline.restore(self._journal.states)
        now = self._clock.now
        self._keepers = [
            Keeper(link, self._pipeline.take, self._pipeline.tell, now)
            for link in configuration.links
        ]
        by_link = {keeper.id: keeper for keeper in self._keepers}
        devices = configuration.site.devices.values()
        self._commands = Commands(
            {device.id: by_link[device.link] for device in devices}, self._pipeline.tell, now
        )
        self._tasks = asyncio.TaskGroup()

    async def run(self) -> None:
        """Run until a signal says stop; then stop in the order in which nothing is lost."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        try:
            async with self._tasks:
                journal = self._start(self._journal.run(), "journal")
                clock = self._start(self._watch_clock(), "clock")
                pipeline = self._start(self._pipeline.run(), "pipeline")
                await self._tell("started", self._version)
                await self._tell_given_up()
                uplinks = [self._start(self._uplink(s), f"uplink.{s.id}") for s in self._sections]
                links = [self._start(k.run(), f"link.{k.id}") for k in self._keepers]
                log.info("gateway.started", site=self._site.id, gateway=self._site.gateway)
                await stop.wait()
                await self._tell("stopping", "told to stop")
                await _end([*links, pipeline])
                await self._pipeline.drain()
                await self._journal.flush()
                await self._last_deliveries()
                await _end([*uplinks, clock, journal])
        finally:
            await self._journal.close()
        log.info("gateway.stopped", waiting=sum(self._journal.depths.values()))

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        return self._tasks.create_task(work, name=name)

    def _act(self, command: Command) -> None:
        self._tasks.create_task(self._commands.run(command), name=f"command.{command.id}")

    async def _tell(self, state: Literal["started", "stopping"], reason: str) -> None:
        at = self._clock.now()
        await self._pipeline.tell(GatewayChanged(state=state, reason=reason, at=at))

    async def _tell_given_up(self) -> None:
        if count := self._journal.given_up:
            reason = "their uplink is no longer in the site file"
            at = self._clock.now()
            await self._pipeline.tell(
                RecordsDropped(what="deliveries", count=count, reason=reason, at=at)
            )

    async def _watch_clock(self) -> NoReturn:
        while True:
            self._trusted = await asyncio.to_thread(synchronised)
            await asyncio.sleep(CLOCK_EVERY_S)

    async def _uplink(self, section: UplinkSection) -> NoReturn:
        bridge = Bridge(
            name=section.id,
            gateway=self._site.gateway,
            journal=self._journal,
            tell=self._pipeline.tell,
            status=self._status,
            now=self._clock.now,
        )

        async def serve(opened: Opened) -> None:
            session = open_uplink(section.broker, self._site.id, self._site.gateway)
            await bridge.serve(session, opened)

        async def report(way: Way, reason: str) -> None:
            self._uplink_states[section.id] = (way == "up", reason)
            log.info("uplink.changed", uplink=section.id, way=way, reason=reason)

        await keep_open(section.id, serve, report)

    async def _status(self) -> Status:
        return status_of(
            self._site,
            self._pipeline.state,
            self._journal,
            self._uplink_states,
            version=self._version,
            open_alarms=len(self._pipeline.alarms.open),
            trusted_clock=self._trusted,
            started_at=self._started_at,
            at=self._clock.now(),
            oldest=await self._journal.oldest(),
        )

    async def _last_deliveries(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_DELIVERY_S):
                await self._journal.delivered()


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _engine(configuration: Configuration) -> Engine:
    built = [
        build(configuration.site.devices[placed.device], placed.name, placed.spec)
        for placed in configuration.alarms
    ]
    doors = [
        DoorRule(
            device=device,
            grant_window=door.grant_window,
            settle=door.settle,
            held_open_after=door.held_open_after,
        )
        for device, door in configuration.doors.items()
    ]
    return Engine(
        [
            *(link_alarm(link.id) for link in configuration.links),
            *doors,
            *(rule for rule in built if not isinstance(rule, Template)),
        ],
        [rule for rule in built if isinstance(rule, Template)],
    )
