"""The composition root: builds everything and runs it in one task group until told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import Any, Literal, NoReturn, TypeVar

import structlog

from cloud_bridge.bridge import Bridge
from cloud_bridge.journal import Journal
from cloud_bridge.mqtt import open_uplink
from cloud_bridge.order_keys import VerifyingKey
from cloud_bridge.orders import Orders, PlatformKey
from cloud_bridge.status import status_of
from cloud_bridge.wire import Narrator, Status
from edge.alarms import Alarms
from edge.api.house import House
from edge.clock import Clock, synchronised
from edge.commands import Commands, RemoteSwitch
from edge.config import Configuration, UplinkSection
from edge.config.rules_of import rules_of
from edge.keeper import Keeper, Opened, Way, keep_open
from edge.local_socket import listen
from edge.model import Command, CommandResult, GatewayChanged, RecordsDropped
from edge.pipeline import Pipeline
from edge.rules.account import account_of
from edge.rules.engine import Engine, Through
from edge.rules.interlock import burning

JOURNAL_FILE = "journal.db"

CLOCK_EVERY_S = 10.0
"""How often the kernel is asked whether something disciplines the wall clock."""

LAST_S = 3.0
"""How long a stopping gateway waits for one thing: receipts, or a pipeline that the disk holds up.
What was not done then was confirmed to nobody, or is sent at its next start."""

T = TypeVar("T")

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
            partial(_engine, configuration),
            Alarms(configuration.site),
            self._journal,
            self._act,
            self._clock,
            next_number=self._journal.next_number,
            trusted=lambda: self._trusted,
        )
        self._pipeline.restore(self._journal.states)
        self._keepers = [
            Keeper(link, self._pipeline.take, self._pipeline.tell, self._clock.now)
            for link in configuration.links
        ]
        switch = RemoteSwitch("on" if configuration.commands.allowed else "off")
        self._commands = self._commands_of(switch)
        self._orders = self._orders_of(configuration, switch)
        self._acting: set[asyncio.Task[object]] = set()
        self._tasks = asyncio.TaskGroup()
        self._switch = switch
        self._socket = listen(configuration.store)

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
                orders = self._start(self._orders.watch(), "orders")
                await self._tell("started", self._version)
                await self._commands.resume()
                await self._tell_given_up()
                uplinks = [self._start(self._uplink(s), f"uplink.{s.id}") for s in self._sections]
                links = [self._start(k.run(), f"link.{k.id}") for k in self._keepers]
                api = self._start(self._serve_api(), "api")
                log.info("gateway.started", site=self._site.id, gateway=self._site.gateway)
                await stop.wait()
                await _briefly(self._tell("stopping", "told to stop"))
                await _end([api, *self._acting, *links, orders, pipeline])
                await _briefly(self._pipeline.drain())
                await _end([*self._acting])
                await _briefly(self._journal.delivered())
                await _end([*uplinks, clock, journal])
        finally:
            await self._journal.close()
        log.info("gateway.stopped", waiting=sum(self._journal.depths.values()))

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        return self._tasks.create_task(work, name=name)

    def _act(self, command: Command) -> None:
        self._acts(self._commands.run(command), f"command.{command.id}")

    def _acts(self, work: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Start what tells a device something; it belongs to the gateway, not to who asked."""
        task = self._tasks.create_task(work, name=name)
        self._acting.add(task)
        task.add_done_callback(self._acting.discard)
        return task

    def _commands_of(self, switch: RemoteSwitch) -> Commands:
        """The way down, and what became of the commands before."""
        by_link = {keeper.id: keeper for keeper in self._keepers}
        commands = Commands(
            self._site,
            {device.id: by_link[device.link] for device in self._site.devices.values()},
            state=self._pipeline.state,
            journal=self._journal,
            take=self._pipeline.take,
            now=self._clock.now,
            fires=self._fires,
            switch=switch,
        )
        commands.restore(self._journal.states)
        return commands

    async def _serve_api(self) -> None:
        """Answer technicians; the web framework is loaded when the devices are being read."""

        def load() -> Callable[[], Coroutine[Any, Any, None]]:
            from edge.api.app import application  # noqa: PLC0415 - a third of a second
            from edge.api.server import serve  # noqa: PLC0415 - see above

            return partial(serve, application(self._house()), self._socket, "api.http")

        serving = await asyncio.to_thread(load)
        await serving()

    def _house(self) -> House:
        """What a technician can see and do."""
        pipeline = self._pipeline

        async def run(command: Command) -> CommandResult:
            task = self._acts(self._commands.run(command), f"command.{command.id}")
            return await asyncio.shield(task)  # who asked may leave, the gate opens all the same

        return House(
            site=self._site,
            alarms=pipeline.alarms,
            take=pipeline.take,
            run=run,
            explain=lambda key: account_of(
                pipeline.engine,
                pipeline.alarms.active,
                key,
                self._clock.now(),
                pipeline.state.readings,
            ),
            remote=lambda: self._switch.position,
            set_remote=self._commands.switch_remote,
            now=self._clock.now,
        )

    def _orders_of(self, configuration: Configuration, switch: RemoteSwitch) -> Orders:
        """Who may command from afar, and what came from them before."""
        orders = Orders(
            self._site.id,
            self._site.gateway,
            {
                grant.key: PlatformKey(VerifyingKey(public), grant)
                for public, grant in configuration.commands.keys.items()
            },
            run=self._commands.run,
            take=self._pipeline.take,
            start=self._acts,
            journal=self._journal,
            now=self._clock.now,
        )
        orders.restore(self._journal.states)
        switch.on_turned(orders.trust_clock)
        return orders

    def _fires(self) -> frozenset[str]:
        """The buildings in which a fire alarm is on."""
        alarms = self._pipeline.alarms.active.values()
        return burning(alarms, lambda alarm: self._site.location_of(alarm.raised))

    async def _obey(self, body: bytes, retained: bool) -> None:  # noqa: FBT001 - as it is on the wire
        await self._orders.take(body, "retained" if retained else "live")

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
            take=self._pipeline.take,
            key=self._alarm_key,
            obey=self._obey,
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
            open_alarms=len(self._pipeline.alarms.active),
            trusted_clock=self._trusted,
            started_at=self._started_at,
            at=self._clock.now(),
            oldest=await self._journal.oldest(),
        )

    def _alarm_key(self, number: int) -> str:
        alarm = self._pipeline.alarms.all.get(number)
        return alarm.key if alarm else ""


async def _end(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _briefly(work: Coroutine[Any, Any, None]) -> None:
    """Let it end, if that does not take too long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_S):
            await work


def _engine(configuration: Configuration, through: Through) -> Engine:
    rules, templates = rules_of(configuration)
    return Engine(rules, templates, through)
