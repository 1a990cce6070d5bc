"""Everything that runs for one site, from its devices to its platforms."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine
from functools import partial
from importlib.metadata import version
from typing import Any, Literal, NoReturn, TypeVar

import structlog

from cloud_bridge.configuring import Office
from cloud_bridge.journal import GONE
from cloud_bridge.requeueing import RequeueingJournal
from cloud_bridge.wire import Narrator, Status
from edge.alarms import Alarms
from edge.api.running import Running, Standing
from edge.beats import Beats
from edge.clock import Clock
from edge.commands import Commands, RemoteSwitch
from edge.config import Configuration
from edge.config.rules_of import rules_of
from edge.gateway.cameras import Cameras
from edge.gateway.care import Care
from edge.gateway.links import Links
from edge.gateway.office import NoOffice
from edge.gateway.remote import Afar, allowed
from edge.gateway.tasks import briefly, end
from edge.gateway.uplinks import Uplinks
from edge.history import History
from edge.journal import JOURNAL_FILE
from edge.model import Command, CommandResult, GatewayChanged, Kept, RecordsDropped
from edge.pipeline import Pipeline
from edge.rules.account import account_of
from edge.rules.engine import Engine
from edge.rules.explain import Explained
from edge.rules.interlock import burning
from edge.versions import changes

T = TypeVar("T")

log = structlog.get_logger()


class Gateway:
    """Everything that runs for one site; `running` is what the page may see of it.

    `office` tries the configurations that the platform sends.
    """

    def __init__(self, configuration: Configuration, office: Office | None = None) -> None:
        self._configuration = configuration
        self._clock = Clock()
        self._office = office or NoOffice()
        self._version = version("whistle")
        self._narrator = Narrator(configuration.site, self._version)
        path, uplinks = configuration.store / JOURNAL_FILE, [u.id for u in configuration.uplinks]
        self._journal = RequeueingJournal(path, uplinks, self._narrate, now=self._clock.now)
        self.answers = self._journal.answers
        self._history = History(configuration.store, self._clock.now)
        self._history.serve(configuration.site, configuration.history.plain())
        now = self._clock.now
        self._cameras = Cameras(configuration, self._journal.states, now, self._open_alarms)
        self._pipeline = Pipeline(
            partial(Engine, *rules_of(configuration)),
            Alarms(configuration.site),
            self._journal,
            self._act,
            self._clock,
            next_number=self._journal.next_number,
            trusted=lambda: self._care.trusted,
            note=self._history.add,
            heard=self._cameras.heard,
        )
        self._pipeline.restore(self._journal.states)
        self._care = self._care_of(configuration)
        self._links = Links(self._pipeline.take, self._pipeline.tell, self._clock.now)
        self._cameras.equip(configuration.links)
        self._links.add(configuration.links)
        self._switch = RemoteSwitch(allowed(configuration))
        self._commands = self._commands_of(configuration)
        self._afar = self._afar_of(configuration)
        told = (configuration.site, self._journal, self._pipeline, self._afar, self._status)
        self._uplinks = Uplinks(*told, self._cameras.evidence, self._history, now)
        self._acting: set[asyncio.Task[object]] = set()
        self._tasks = asyncio.TaskGroup()
        self.begun = asyncio.Event()
        self.running = self._seen()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until told to stop; then stop in the order in which nothing is lost."""
        try:
            async with self._tasks:
                beats = Beats.of(asyncio.get_running_loop())
                beats.give_way_to(lambda: self._journal.is_writing)
                journal = self._start(self._journal.run(), "journal")
                history = self._start(self._history.run(), "history")
                clock = self._start(self._care.watch_clock(), "clock")
                pipeline = self._start(self._pipeline.run(), "pipeline")
                orders = self._start(self._afar.orders.watch(), "orders")
                await self._tell("started", self._version)
                updates = self._start(self._afar.releases.run(self._pipeline.tell), "updates")
                await self._commands.resume()
                await self._afar.configuring.resume()
                losses = self._start(self._tell_losses(), "losses")
                await self._uplinks.replace(self._configuration, self._start)
                self._cameras.begin(self._start, self._pipeline.tell)
                self._links.begin(self._start)
                self.begun.set()
                care = self._start(self._care.watch(self._uplinks, self._pipeline.take), "care")
                site = self._configuration.site
                log.info("gateway.started", site=site.id, gateway=site.gateway)
                await stop.wait()
                await briefly(self._tell("stopping", "told to stop"))
                telling = [updates, care, orders, losses]
                await end([*self._acting, *self._links.tasks, *telling, pipeline])
                await end(self._cameras.tasks)
                await briefly(self._pipeline.drain())
                await end([*self._acting])
                await briefly(self._journal.delivered())
                await end([*self._uplinks.tasks, clock, history, journal])
        finally:
            await self._cameras.evidence.close()
            await self._history.close()
            await self._journal.close()
        log.info("gateway.stopped", waiting=sum(self._journal.depths.values()))

    async def reconfigure(self, configuration: Configuration) -> None:
        """Go on with another configuration; what is the same in both is not touched.

        No event is dropped: what devices have said is stepped by the rules that were, the rules
        that are take up where those stood, and between the two no report is half-way.
        """
        changed = changes(self._configuration, configuration)
        rules = await asyncio.to_thread(rules_of, configuration)
        closed = {*changed.links_changed, *changed.links_removed}
        dropped = await self._links.drop(closed)
        now, take = self._clock.now, self._pipeline.take
        await self._cameras.reconfigure(configuration, dropped, now, take)
        opened = {*changed.links_changed, *changed.links_added}
        added = [link for link in configuration.links if link.id in opened]
        self._cameras.equip(added)
        self._links.add(added)
        devices = self._configuration.site.devices.values()
        gone = closed | {device.id for device in devices if device.link in closed}
        site = configuration.site
        await self._pipeline.reconfigure(
            partial(Engine, *rules), site, gone, partial(self._serve, configuration)
        )
        given_up = await self._journal.set_uplinks([each.id for each in configuration.uplinks])
        await self._tell_given_up(given_up)
        await self._uplinks.replace(configuration, self._start)
        self._cameras.begin(self._start, self._pipeline.tell)
        self._links.begin(self._start)
        log.info("gateway.reconfigured", opened=sorted(opened), closed=sorted(closed))

    def _serve(self, configuration: Configuration) -> None:
        """What changes in the instant in which the rules do."""
        self._configuration = configuration
        site = configuration.site
        self._narrator = Narrator(site, self._version)
        self._commands.serve(site, self._links.ways(site))
        self._switch.allow(allowed(configuration))
        self._afar.serve(configuration)
        self._history.serve(site, configuration.history.plain())
        self._care.serve(configuration)
        self.running = self._seen()

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

    async def _carry_out(self, command: Command) -> CommandResult:
        """Who asked may leave: the gate opens all the same."""
        return await asyncio.shield(
            self._acts(self._commands.run(command), f"command.{command.id}")
        )

    def _commands_of(self, configuration: Configuration) -> Commands:
        """The way down, and what became of the commands before."""
        commands = Commands(
            configuration.site,
            self._links.ways(configuration.site),
            state=self._pipeline.state,
            journal=self._journal,
            take=self._pipeline.take,
            now=self._clock.now,
            fires=self._fires,
            switch=self._switch,
        )
        commands.restore(self._journal.states)
        return commands

    def _care_of(self, configuration: Configuration) -> Care:
        """What looks at the gateway itself."""
        return Care(
            configuration,
            self._journal,
            self._pipeline.state,
            version=self._version,
            running=self._office.which,
            revision=lambda: self._afar.configuring.revision,
            now=self._clock.now,
        )

    def _afar_of(self, configuration: Configuration) -> Afar:
        """Who may command and configure from afar, and what came from them before."""
        return Afar(
            configuration,
            self._office,
            commands=self._commands,
            switch=self._switch,
            active=lambda: self._pipeline.alarms.active.values(),  # noqa: PLW0108 - those of then
            take=self._pipeline.take,
            start=self._acts,
            journal=self._journal,
            now=self._clock.now,
        )

    def _seen(self) -> Running:
        """What a technician can see and do."""
        pipeline = self._pipeline
        return Running(
            configuration=self._configuration,
            state=pipeline.state,
            alarms=pipeline.alarms,
            engine=pipeline.engine,
            keepers=self._links.keepers,
            events=self._journal,
            history=self._history,
            evidence=self._cameras.evidence,
            lend=self._cameras.lend,
            take=pipeline.take,
            run=self._carry_out,
            explain=self._explain,
            standing=self._standing,
            uplinks=lambda: self._uplinks.standing,
            remote=lambda: self._switch.position,
            set_remote=self._commands.switch_remote,
            requeue=partial(self._uplinks.requeue, self._start),
            keeping=lambda: self._journal.is_keeping,
        )

    def _explain(self, key: str) -> Explained | None:
        pipeline = self._pipeline
        return account_of(
            pipeline.engine,
            pipeline.alarms.active,
            key,
            self._clock.now(),
            pipeline.state.readings,
        )

    def _narrate(self, kept: Kept) -> bytes:
        """What the platform is told of an event, with the words of the site as it is then."""
        return self._narrator.encode(kept)

    def _open_alarms(self) -> Collection[str]:
        """The keys of the alarms that are open."""
        return self._pipeline.alarms.active

    def _fires(self) -> frozenset[str]:
        """The buildings in which a fire alarm is on."""
        alarms = self._pipeline.alarms.active.values()
        return burning(alarms, lambda alarm: self._configuration.site.location_of(alarm.raised))

    async def _tell(self, state: Literal["started", "stopping"], reason: str) -> None:
        at = self._clock.now()
        await self._pipeline.tell(GatewayChanged(state=state, reason=reason, at=at))

    async def _tell_losses(self) -> NoReturn:
        """Tell what the journal had to drop, once it can keep that."""
        while True:
            for lost in await self._journal.losses():
                await self._pipeline.tell(lost)

    async def _tell_given_up(self, count: int) -> None:
        if count:
            at = self._clock.now()
            await self._pipeline.tell(
                RecordsDropped(what="deliveries", count=count, reason=GONE, at=at)
            )

    async def _standing(self) -> Standing:
        return await self._care.standing(self._uplinks)

    async def _status(self) -> Status:
        return await self._care.status(self._uplinks, len(self._pipeline.alarms.active))
