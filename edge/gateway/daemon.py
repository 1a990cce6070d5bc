"""The process of one site: its gateway, and the page that is there even when that cannot run."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog

from edge.access.audit import Audit
from edge.api.restoring import Prepare, Restoring
from edge.api.running import Running
from edge.clock import Clock
from edge.config import Configuration, PageSection
from edge.driver import Way
from edge.errors import ConfigError, LinkDown
from edge.files.problems import Language
from edge.gateway.clock_set import follow
from edge.gateway.collector import collect_seldom
from edge.gateway.finding import find
from edge.gateway.gateway import Gateway
from edge.gateway.office import Office
from edge.gateway.pulse import Pulse, status_of, write_through
from edge.gateway.serving import amiss_after
from edge.gateway.tasks import end
from edge.keeper import Opened, keep_open
from edge.local_socket import NAME, listen
from edge.logs import Tail
from edge.notify import supervisor
from edge.versions import Applying

if TYPE_CHECKING:
    from edge.access.accounts import Accounts
    from edge.gateway.doors import Doors

log = structlog.get_logger()

TECHNICIANS: Final = 16
"""Connections at the socket that may wait to be taken: technicians, not a public."""

ENROLMENT: Final = """
  ┌────────────────────────────────────────────────────────────┐
  │  首次使用：在页面输入此注册码，24 小时内有效，只能用一次   │
  │  First start: type this code on the page; once, within 24 h │
  └────────────────────────────────────────────────────────────┘
        {url}
        {code}
"""


class Daemon:
    """Runs until told to stop; a site file that is wrong leaves a page that says what is wrong."""

    def __init__(self, site_file: Path, language: Language, tail: Tail, prepare: Prepare) -> None:
        self._clock = Clock()
        found = find(site_file, language, self._clock.now)
        self._store = found.store
        self._first = found.configuration
        self.problems = found.problems
        self._page = found.page
        self._tail = tail
        self._language = language
        self._pulse = Pulse(
            supervisor(os.environ),
            self._status,
            self._answers,
            partial(asyncio.to_thread, write_through, found.store),
        )
        self._told = asyncio.Event()
        self._stop = asyncio.Event()
        self.begins_anew = False
        self._restoring = Restoring(prepare=prepare, begin_anew=self._begin_anew)
        self._accounts: Accounts | None = None
        self._audit = Audit(found.store, self._clock.now)
        self._gateway: Gateway | None = None
        self._gateway_stop = asyncio.Event()
        self._gateway_task: asyncio.Task[None] | None = None
        self._doors: Doors | None = None
        self._shut: asyncio.Task[None] | None = None
        self._tasks = asyncio.TaskGroup()
        self._versions = found.versions
        self._applying = Applying(
            found.versions,
            running=self._configuration,
            reconfigure=self._reconfigure,
            amiss=lambda configuration, watch: amiss_after(self._seen, configuration, watch),
            start=self._start,
            now=self._clock.now,
        )
        self._office = Office(found.versions, self._applying, self._audit)

    async def run(self) -> None:
        """Run until a signal says stop; then stop in the order in which nothing is lost.

        `begins_anew` says afterwards that a backup waits to be gone on from.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        try:
            async with self._tasks:
                pulse = self._start(self._pulse.run(), "pulse")
                if self._first is not None:
                    await self._begin(self._first)
                    gc.freeze()  # what was built stays: nobody need look again whether it is in use
                doors = self._start(keep_open("doors", self._open_doors, self._tell), "doors")
                ready = self._start(self._come_up(), "ready")
                clock = self._start(follow(self._clock, self._leapt), "doors.clock")
                collector = self._start(collect_seldom(), "collector")
                await self._stop.wait()
                self._pulse.turn("reloading" if self.begins_anew else "stopping")
                await end([doors, ready, clock, collector])
                if self._doors is not None:
                    await self._doors.close_page()
                if self._shut is not None:
                    await end([self._shut])
                await self._end_gateway()
                await end([pulse])
        finally:
            await self._audit.close()
            if self._accounts is not None:
                await self._accounts.close()

    def _end(self) -> None:
        self.begins_anew = False
        self._stop.set()

    def _begin_anew(self) -> None:
        self.begins_anew = True
        self._stop.set()

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        return self._tasks.create_task(work, name=name)

    def _seen(self) -> Running | None:
        return self._gateway.running if self._gateway else None

    def _configuration(self) -> Configuration | None:
        return self._gateway.running.configuration if self._gateway else None

    async def _come_up(self) -> None:
        """Be ready once the links are being kept, and the doors are open or it is known why not."""
        if self._gateway is not None:
            await self._gateway.begun.wait()
        await self._told.wait()
        self._pulse.turn("ready")

    async def _leapt(self) -> None:
        """Open the page anew: its certificate, or the code that was given out, may be over."""
        if self._doors is not None:
            await self._doors.serve_page(self._page)

    async def _answers(self) -> None:
        if self._gateway is not None:
            await self._gateway.answers()

    def _status(self) -> str:
        enrolled = self._accounts is None or self._accounts.enrolled
        said = status_of(self._seen(), wrong=bool(self.problems), enrolled=enrolled)
        return said.zh if self._language == "zh" else said.en

    async def _begin(self, configuration: Configuration) -> None:
        gateway = await asyncio.to_thread(Gateway, configuration, self._office)
        self._gateway_stop = asyncio.Event()
        self._gateway = gateway
        self._gateway_task = self._start(gateway.run(self._gateway_stop), "gateway")

    async def _end_gateway(self) -> None:
        self._gateway_stop.set()
        if self._gateway_task is not None:
            await self._gateway_task
        self._gateway = self._gateway_task = None

    async def _reconfigure(self, configuration: Configuration | None) -> None:
        """Run this from now on; none ends the gateway and leaves the page."""
        self._pulse.turn("reloading")
        try:
            await self._change_to(configuration)
        finally:
            self._pulse.turn("ready")

    async def _change_to(self, configuration: Configuration | None) -> None:
        if configuration is None:
            await self._end_gateway()
            return
        if self._gateway is None:
            await self._begin(configuration)
        else:
            await self._gateway.reconfigure(configuration)
        self.problems = ()
        if configuration.page != self._page:
            self._page = configuration.page
            if self._doors is not None:
                await self._doors.serve_page(self._page)

    async def _open_doors(self, opened: Opened) -> None:
        """Answer technicians; the web framework is loaded when the devices are being read.

        Whatever goes wrong here is tried again, and stops nothing that watches a fire: a file of
        accounts that is damaged keeps the doors shut until somebody has looked at it, no more.
        """
        if self._doors is None:
            if self._accounts is None:
                self._accounts = await self._open_accounts()
            self._doors = await asyncio.to_thread(self._load, self._accounts)
            await self._doors.serve_page(self._page)
        doors = self._doors
        listening = await asyncio.to_thread(listen, self._store / NAME, TECHNICIANS)
        listening.setblocking(False)  # noqa: FBT003 - the standard library's signature
        await opened()
        await doors.serve_socket(listening)

    async def _open_accounts(self) -> Accounts:
        """Who may come in; while that cannot be read, the page says so, and nothing else."""
        try:
            accounts = await asyncio.to_thread(self._read_accounts)
        except ConfigError as error:
            if self._shut is None and self._page.serve == "on":
                shut = await asyncio.to_thread(_shut_page)
                self._shut = self._start(shut(self._page, self._store, self._clock), "page.shut")
            raise LinkDown(str(error)) from error
        if self._shut is not None:
            await end([self._shut])
            self._shut = None
        return accounts

    def _read_accounts(self) -> Accounts:
        from edge.access.accounts import Accounts  # noqa: PLC0415 - as the doors are

        return Accounts(self._store, self._clock.now)

    def _load(self, accounts: Accounts) -> Doors:
        from edge.api.house import House  # noqa: PLC0415 - see above
        from edge.gateway.doors import Doors  # noqa: PLC0415 - see above

        house = House(
            version=version("whistle"),
            started_at=self._clock.now(),
            now=self._clock.now,
            accounts=accounts,
            audit=self._audit,
            versions=self._versions,
            applying=self._applying,
            log=self._tail,
            current=self._seen,
            problems=lambda: self.problems,
            restoring=self._restoring,
        )
        return Doors(house, self._store, self._start, self._invite)

    async def _invite(self, url: str) -> None:
        """Print the code with which the first account is made; nothing else opens the page.

        Where the disk takes none, `whistle enrol` prints one later.
        """
        accounts = self._accounts
        if accounts is None or accounts.enrolled:
            return
        try:
            code = await accounts.enrolment_code()
            sys.stdout.write(ENROLMENT.format(url=url, code=code))
            sys.stdout.flush()
        except OSError as refusal:
            log.warning("enrolment.no_code", reason=str(refusal))

    async def _tell(self, way: Way, reason: str) -> None:
        log.info("doors.changed", way=way, reason=reason)
        self._told.set()


def _shut_page() -> Callable[[PageSection, Path, Clock], Coroutine[Any, Any, None]]:
    from edge.gateway.shut import serve_shut  # noqa: PLC0415 - loaded as the doors are

    return serve_shut
