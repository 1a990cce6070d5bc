"""Keeps what can be lost open: connect, serve, back off, again; the only place that retries."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from typing import Literal, NoReturn, TypeAlias

import structlog

from edge.driver import Driver, Link, Now, Report
from edge.errors import LinkDown
from edge.logs import frames
from edge.model import Command, Event, LinkChanged

FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0

STEADY_S = 30.0
"""A session that lasted this long was a good one; after a shorter one the delay keeps growing."""

FIRST_PATIENCE_S = 30.0
"""A box that has to dial in, and has not done so by then, is told of."""

Opened: TypeAlias = Callable[[], Awaitable[None]]
Serve: TypeAlias = Callable[[Opened], Awaitable[None]]
"""Opens a session, awaits `opened` once it is up, serves until it is lost."""

Way: TypeAlias = Literal["up", "down"]
Told: TypeAlias = Callable[[Way, str], Awaitable[None]]
"""Told once that it is up, once that it is down, with the reason."""

log = structlog.get_logger()


def backoff(first: float = FIRST_DELAY_S, limit: float = LONGEST_DELAY_S) -> Iterator[float]:
    """Yield exponential delays in seconds, each shortened by chance so that a crowd spreads."""
    ceiling = first
    while True:
        yield random.uniform(ceiling / 2, ceiling)  # noqa: S311 - spreads load, hides nothing
        ceiling = min(limit, ceiling * 2)


async def keep_open(name: str, serve: Serve, report: Told) -> NoReturn:
    """Serve session after session until cancelled; report each change once."""
    loop = asyncio.get_running_loop()
    delays = backoff()
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
            began = loop.time()
            reason = await _session(name, serve, lambda: change("up", "connected"))
            await change("down", reason)
            if loop.time() - began >= STEADY_S:
                delays = backoff()
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
    """Owns the life of one link to devices."""

    def __init__(
        self,
        link: Link,
        take: Callable[[Report], Awaitable[None]],
        tell: Callable[[Event], Awaitable[None]],
        now: Now,
    ) -> None:
        self._link = link
        self._take = take
        self._tell = tell
        self._now = now
        self._driver: Driver | None = None

    @property
    def id(self) -> str:
        """The link's name."""
        return self._link.id

    async def run(self) -> NoReturn:
        """Keep the link open until cancelled."""
        await keep_open(self._link.id, self._serve, self._report)

    async def execute(self, command: Command) -> str | None:
        """Hand the command to the open driver; a link that is down never queues it."""
        if self._driver is None:
            raise LinkDown(self._link.id)
        return await self._driver.execute(command)

    async def _serve(self, opened: Opened) -> None:
        async with self._link.open(self._now) as driver:
            self._driver = driver
            try:
                await opened()
                async with aclosing(driver.reports()) as reports:
                    async for report in reports:
                        await self._take(report)
            finally:
                self._driver = None

    async def _report(self, way: Way, reason: str) -> None:
        log.info("link.changed", link=self._link.id, way=way, reason=reason)
        await self._tell(
            LinkChanged(link=self._link.id, up=way == "up", reason=reason, at=self._now())
        )
