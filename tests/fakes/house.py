"""A house for tests: riverside's configuration in a real pipeline, with nothing on its links."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from shutil import copytree
from typing import Any, Final, cast

from fastapi import FastAPI

from cloud_bridge.wire import Narrator
from edge.access.accounts import Accounts, Opened
from edge.access.audit import Audit
from edge.access.roles import Role
from edge.alarms import Alarms
from edge.api.app import ended
from edge.api.house import House
from edge.api.restoring import Prepare, Prepared, Restoring, Wish
from edge.api.running import Running, Standing, UplinkStanding
from edge.clock import Clock
from edge.commands import Commands, RemoteSwitch
from edge.config import Configuration, load
from edge.config.rules_of import rules_of
from edge.driver import Report
from edge.drivers.camera.link import CameraLink
from edge.errors import Problem
from edge.evidence.store import EvidenceStore
from edge.history import History
from edge.keeper import Keeper
from edge.logs import Tail
from edge.model import Command, CommandResult, Lane, LinkChanged, Quality, Reading, Value
from edge.pipeline import Pipeline
from edge.rules.account import account_of
from edge.rules.engine import Engine
from edge.rules.rule import Rule
from edge.rules.template import Template
from edge.versions import Applying, Versions
from edge.vision.studio import Studio
from simulators.demo.stage import SITES
from tests.fakes.access import CHEAP, HOME, PASSWORD
from tests.fakes.camera_link import FakeStudio
from tests.fakes.house_parts import START, Disk, FakeHistory, FakeWay, LoopClock
from tests.fakes.routes_once import routes_once

RIVERSIDE: Final = Path(str(SITES / "riverside"))


@cache
def riverside() -> Configuration:
    """The shipped site; read before any loop runs."""
    return load(RIVERSIDE / "site.yaml")


@cache
def _rules() -> tuple[tuple[Rule[Any], ...], tuple[Template, ...]]:
    """The rules of the shipped site, for every house: what they remember is in its engine."""
    return rules_of(riverside())


class FakeHouse:
    """A gateway as the API knows it; made off the loop, in a folder of its own.

    `disk` is what was kept, `way` what devices were told, `history` what was read. `current` is
    what runs; none is a site file that cannot be run. `more` are rules beside those of the site,
    `site` makes another file of the shipped one.
    """

    def __init__(
        self, folder: Path, *more: Rule[Any], site: Callable[[str], str] | None = None
    ) -> None:
        copytree(RIVERSIDE, folder, dirs_exist_ok=True)
        store = folder / "var"
        store.mkdir(exist_ok=True)
        self.clock = LoopClock()
        self.configuration = configuration = replace(_loaded(folder, site), store=store)
        self.disk = Disk(Narrator(configuration.site, "1"))
        self.history, self.way = FakeHistory(), FakeWay()
        self.accounts = Accounts(store, self.clock, CHEAP)
        self.audit = Audit(store, self.clock)
        self.versions = Versions(folder / "site.yaml", store, self.clock)
        self.versions.begin(valid=True)
        self.problems: tuple[Problem, ...] = ()
        self.pipeline = self._pipeline(more)
        self.switch = RemoteSwitch("on")
        self.commands = Commands(
            configuration.site,
            dict.fromkeys(configuration.site.devices, self.way),
            state=self.pipeline.state,
            journal=self.disk,
            take=self.pipeline.take,
            now=self.clock,
            fires=frozenset,
            switch=self.switch,
        )
        self.evidence = EvidenceStore(
            store / "evidence", keep=timedelta(days=7), budget=10**9, now=self.clock
        )
        self.keepers = {
            link.id: Keeper(link, self.pipeline.take, self.pipeline.tell, self.clock)
            for link in configuration.links
        }
        self.standing = _standing()
        self.studio = FakeStudio()
        self.current: Running | None = self._running(configuration)
        self._tasks: set[asyncio.Task[Any]] = set()
        self.house = self._house()
        self.app: FastAPI = routes_once.application(self.house)

    @asynccontextmanager
    async def lives(self) -> AsyncIterator[FakeHouse]:
        """Let the pipeline run until the block ends."""
        self.clock.begin()
        self.start(self.pipeline.run(), "pipeline")
        try:
            yield self
        finally:
            ended(self.app)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self.accounts.close()
            await self.audit.close()
            await self.evidence.close()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Let something run until the house ends."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        return task

    async def read(self, point: str, value: Value, quality: Quality = Quality.GOOD) -> None:
        """Let a point take a value; return when what follows is kept."""
        kept = asyncio.Event()
        reading = Reading(point=point, value=value, at=self.clock(), quality=quality)
        await self.pipeline.take(Report((reading,), kept.set))
        await kept.wait()

    async def link(self, name: str, *, up: bool, reason: str = "connected") -> None:
        """Let a link come or go; return when that is kept."""
        kept = asyncio.Event()
        changed = LinkChanged(link=name, up=up, reason=reason, at=self.clock())
        self.keepers[name]._standing = changed
        await self.pipeline.take(Report((changed,), kept.set))
        await kept.wait()

    async def enrol(self, name: str = "chief") -> Opened:
        """Make the first admin."""
        code = await self.accounts.enrolment_code()
        return await self.accounts.enrol(code, name, PASSWORD, HOME)

    async def join(self, name: str, role: Role, buildings: frozenset[str] = frozenset()) -> Opened:
        """Make a further account, and log it in."""
        await self.accounts.users.add(name, PASSWORD, role, buildings)
        return await self.accounts.login(name, PASSWORD, HOME)

    @asynccontextmanager
    async def lend(self, link: CameraLink) -> AsyncIterator[None]:
        """Let a camera's link be opened, with what `studio` plays."""
        link.studio = cast("Studio", self.studio)
        yield

    async def _run(self, command: Command) -> CommandResult:
        return await asyncio.shield(self.start(self.commands.run(command), "command"))

    async def _stands(self) -> Standing:
        return self.standing

    async def _reconfigure(self, configuration: Configuration | None) -> None:
        self.current = self._running(configuration) if configuration else None

    def _pipeline(self, more: tuple[Rule[Any], ...]) -> Pipeline:
        rules, templates = _rules()
        return Pipeline(
            partial(Engine, (*rules, *more), templates),
            Alarms(self.configuration.site),
            self.disk,
            lambda _: None,
            Clock(lambda: START.timestamp() + self.clock.seconds(), self.clock.seconds),
            next_number=1,
            trusted=lambda: True,
            note=self.history.add,
        )

    def _running(self, configuration: Configuration) -> Running:
        pipeline = self.pipeline
        return Running(
            configuration=configuration,
            state=pipeline.state,
            alarms=pipeline.alarms,
            engine=pipeline.engine,
            keepers=self.keepers,
            events=self.disk,
            history=cast("History", self.history),
            evidence=self.evidence,
            lend=self.lend,
            take=pipeline.take,
            run=self._run,
            explain=lambda key: account_of(
                pipeline.engine,
                pipeline.alarms.active,
                key,
                self.clock(),
                pipeline.state.readings,
            ),
            standing=self._stands,
            uplinks=lambda: {"platform": (True, "connected")},
            remote=lambda: self.switch.position,
            set_remote=self.commands.switch_remote,
            requeue=self.disk.requeue,
        )

    def _brought(self, wish: Wish) -> Prepared:
        return self.prepare(wish)

    def _house(self) -> House:
        self.prepare: Prepare = _nothing_brought
        self.begun_anew = asyncio.Event()
        return House(
            version="0.1.0",
            started_at=START,
            now=self.clock,
            accounts=self.accounts,
            audit=self.audit,
            versions=self.versions,
            applying=Applying(
                self.versions,
                running=lambda: self.current.configuration if self.current else None,
                reconfigure=self._reconfigure,
                amiss=lambda _, __: tuple,
                start=self.start,
                now=self.clock,
            ),
            log=Tail(),
            current=lambda: self.current,
            problems=lambda: self.problems,
            restoring=Restoring(prepare=self._brought, begin_anew=self.begun_anew.set),
        )


def _nothing_brought(wish: Wish) -> Prepared:
    raise AssertionError(wish)


def _loaded(folder: Path, site: Callable[[str], str] | None) -> Configuration:
    if site is None:
        return riverside()
    file = folder / "site.yaml"
    file.write_text(site(file.read_text(encoding="utf-8")), encoding="utf-8")
    return load(file)


def _standing() -> Standing:
    """A gateway that is well."""
    return Standing(
        uplinks=(
            UplinkStanding(
                id="platform",
                up=True,
                reason="connected",
                waiting=dict.fromkeys(Lane, 0),
                readings=40,
            ),
        ),
        oldest=None,
        refused=0,
        readings=12,
        events=3,
        clock="trusted",
        disk_free=8_000_000_000,
        store_size=2_000_000,
        buffer=None,
    )
