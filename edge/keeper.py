"""Keeps what can be lost open: connect, serve, back off, again; the only place that retries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Any, NoReturn, TypeAlias

import structlog

from edge.delays import LONGEST_DELAY_S, backoff
from edge.driver import Driver, Hurried, Legged, Link, Now, Report, Way
from edge.errors import LinkDown
from edge.logs import frames
from edge.model import Command, Event, LinkChanged
from edge.pace import Pace
from edge.signs import Signs
from edge.trace import Trace
from edge.watch import Watch

STEADY_S = 30.0
"""A session that lasted this long was a good one; after a shorter one the delay keeps growing."""

FIRST_PATIENCE_S = 30.0
"""A box that has to dial in, and has not done so by then, is told of."""

Opened: TypeAlias = Callable[[], Awaitable[None]]
Serve: TypeAlias = Callable[[Opened], Coroutine[Any, Any, None]]
"""Opens a session, awaits `opened` once it is up, serves until it is lost."""

Told: TypeAlias = Callable[[Way, str], Awaitable[None]]
"""Told once that it is up, once that it is down, with the reason."""

log = structlog.get_logger()


async def keep_open(
    name: str,
    serve: Serve,
    report: Told,
    longest: float = LONGEST_DELAY_S,
    signs: Signs | None = None,
) -> NoReturn:
    """Serve session after session until cancelled; report each change once.

    `longest` is the longest pause between two tries, in seconds. Who gives `signs` of life is
    watched: a session without any is ended and the next begun, as after a fault.
    """
    served = serve if signs is None else partial(Watch(name, signs).serve, serve)
    loop = asyncio.get_running_loop()
    delays = backoff(limit=longest)
    way: Way | None = None

    async def change(to: Way, reason: str) -> None:
        nonlocal way
        if way != to:
            way = to
            await report(to, reason)

    async def not_yet() -> None:
        await asyncio.sleep(FIRST_PATIENCE_S)
        if way is None:
            await change("down", "has not connected yet")

    waiting = asyncio.create_task(not_yet(), name=f"{name} not yet")
    try:
        while True:
            began, stuck = loop.time(), signs.stuck if signs else 0
            reason = await _session(name, served, lambda: change("up", "connected"))
            await change("down", reason)
            if loop.time() - began >= STEADY_S and (signs is None or signs.stuck == stuck):
                delays = backoff(limit=longest)
            await asyncio.sleep(next(delays))
    finally:
        waiting.cancel()


async def _session(name: str, serve: Serve, opened: Opened) -> str:
    """Serve one session; return why it ended."""
    try:
        await serve(opened)
    except (LinkDown, OSError, TimeoutError) as lost:
        return str(lost) or type(lost).__name__
    except Exception as fault:  # noqa: BLE001 - one driver's fault must not stop the others
        at = frames(fault)  # a traceback would read source files inside the loop
        log.error("link.fault", link=name, fault=repr(fault), at=at)  # noqa: TRY400 - see above
        return f"internal fault: {type(fault).__name__}: {fault}"
    return "closed by the other side"


class Keeper:
    """Owns the life of one link to devices, one `among` so many."""

    def __init__(
        self,
        link: Link,
        take: Callable[[Report], Awaitable[None]],
        tell: Callable[[Event], Awaitable[None]],
        now: Now,
        among: int = 1,
    ) -> None:
        self._link = link
        self._take = take
        self._tell = tell
        self._now = now
        self._driver: Driver | None = None
        self._session = 0
        self._standing: LinkChanged | None = None
        self._trace = Trace(now, among)
        self._pace = Pace()

    @property
    def id(self) -> str:
        """The link's name."""
        return self._link.id

    @property
    def link(self) -> Link:
        """The link that is kept."""
        return self._link

    @property
    def driver(self) -> Driver | None:
        """The open link; none while it is down."""
        return self._driver if self._session == self._trace.signs.session else None

    @property
    def trace(self) -> Trace:
        """What went over it lately, in this session and those before."""
        return self._trace

    @property
    def standing(self) -> LinkChanged | None:
        """How it stands, since when and why; none before the first time that is known."""
        return self._standing

    async def run(self) -> NoReturn:
        """Keep the link open until cancelled."""
        link = self._link
        longest = link.longest_delay_s if isinstance(link, Hurried) else LONGEST_DELAY_S
        await keep_open(link.id, self._serve, self._report, longest, self._trace.signs)

    async def execute(self, command: Command) -> str | None:
        """Hand the command to the open driver; a link that is down never queues it."""
        driver = self.driver
        if driver is None:
            raise LinkDown(self._link.id)
        return await driver.execute(command)

    async def _serve(self, opened: Opened) -> None:
        signs, time = self._trace.signs, asyncio.get_running_loop().time
        session = signs.session
        async with self._link.open(self._now, self._trace) as driver:
            if signs.session != session:
                return  # it was given up while it hung
            self._driver, self._session = driver, session
            try:
                signs.hold()
                await opened()
                signs.go_on()
                async with self._legs(driver), aclosing(driver.reports()) as reports:
                    async for report in reports:
                        if signs.session != session:
                            return
                        signs.hold()
                        await self._take(report)
                        if wait := self._pace.wait(report, time()):
                            await asyncio.sleep(wait)
                        signs.go_on()
            finally:
                if self._session == session:
                    self._driver = None

    @asynccontextmanager
    async def _legs(self, driver: Driver) -> AsyncIterator[None]:
        """Keep the driver's further legs open, if it has any."""
        legs = driver.legs if isinstance(driver, Legged) else ()
        names = [f"{self._link.id}.{leg.name}" for leg in legs]
        kept = [
            asyncio.create_task(keep_open(name, leg.serve, leg.changed), name=f"leg {name}")
            for name, leg in zip(names, legs, strict=True)
        ]
        try:
            yield
        finally:
            for task in kept:
                task.cancel()
            await asyncio.gather(*kept, return_exceptions=True)

    async def _report(self, way: Way, reason: str) -> None:
        log.info("link.changed", link=self._link.id, way=way, reason=reason)
        changed = LinkChanged(link=self._link.id, up=way == "up", reason=reason, at=self._now())
        self._standing = changed
        await self._tell(changed)
