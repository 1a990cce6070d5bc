"""Waits on a link for those who speak by themselves, as long as somebody watches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final

from edge.api.house import House
from edge.api.ui.add.heard import Row, rows
from edge.api.ui.add.lines import NotOpen, Why, keeper_of, opened, profiles
from edge.api.ui.add.parts import Parts
from edge.api.ui.add.wish import Wish
from edge.discovery import strangers
from edge.discovery.try_link import link_of
from edge.driver import Driver
from edge.drivers.mqtt_json.link import SensorDriver
from edge.errors import ConfigError, LinkDown
from edge.keeper import Keeper
from edge.model import Text
from edge.schema import Profile

LOOK_S: Final = 1.0

LISTENS: Final = timedelta(minutes=1)
"""How long all of a broker is heard: a sensor that speaks every few minutes may need more."""


class Listening:
    """Tells one browser who has spoken on one link."""

    def __init__(self, house: House, parts: Parts, wish: Wish) -> None:
        self._house = house
        self._parts = parts
        self._wish = wish

    async def heard(self, *, widely: bool) -> AsyncGenerator[bytes, None]:
        """Tell who is there, and again whenever somebody speaks.

        `widely`: hear all of a broker for a minute, not only where its sensors speak.
        """
        known = await profiles(self._house)
        try:
            async with self._link() as (keeper, driver):
                until = self._house.now() + LISTENS if widely else None
                work = [_pumped(driver)] if self._wish.section is not None and driver else []
                if widely and isinstance(driver, SensorDriver):
                    work.append(_widely(driver))
                tasks = [asyncio.create_task(each, name="listening") for each in work]
                try:
                    async with aclosing(self._told(keeper, known, until)) as told:
                        async for frame in told:
                            yield frame
                finally:
                    for task in tasks:
                        task.cancel()
        except NotOpen as refused:
            yield self._parts.frame("end", "listened", why=refused.why)

    async def _told(
        self, keeper: Keeper, known: Mapping[str, Profile], until: datetime | None
    ) -> AsyncGenerator[bytes, None]:
        before: tuple[Row, ...] | None = None
        while True:
            found = await asyncio.to_thread(self._rows, keeper, known)
            if found != before:
                before = found
                yield self._parts.frame("strangers", "strangers", rows=found)
            left = until - self._house.now() if until else None
            if left is not None:
                yield self._parts.frame("progress", "listening", left=max(left, timedelta(0)))
                if left <= timedelta(0):
                    yield self._parts.frame("end", "listened", why=None)
                    return
            await asyncio.sleep(LOOK_S)

    def _rows(self, keeper: Keeper, known: Mapping[str, Profile]) -> tuple[Row, ...]:
        files = self._house.versions.read() if self._wish.section is None else None
        return rows(strangers([keeper], known), self._wish, known, files, [keeper])

    @asynccontextmanager
    async def _link(self) -> AsyncIterator[tuple[Keeper, Driver | None]]:
        """The link of the site with whatever was heard on it, or the new one while it is open."""
        section = self._wish.section
        if section is None:
            keeper = keeper_of(self._house, self._wish)
            if keeper is None:
                name = self._wish.link
                raise NotOpen(Why(Text(f"没有链路 {name}", f"there is no link {name}")))
            yield keeper, keeper.driver
            return
        running = self._house.current()
        links = running.configuration.links if running else ()
        try:
            link = await asyncio.to_thread(
                link_of, section, self._house.versions.folder, running=links
            )
        except ConfigError as error:
            raise NotOpen(Why(Text(str(error), str(error)))) from None
        keeper = Keeper(link, _nobody, _nobody, self._house.now)
        async with opened(self._house, self._wish, self._parts.language, keeper.trace) as driver:
            yield keeper, driver


async def _nobody(_: object) -> None:
    """Whoever is only tried is told to nobody."""


async def _pumped(driver: Driver) -> None:
    """Let a link that is only tried hear what comes; nothing of it goes further."""
    with suppress(LinkDown, OSError):
        async with aclosing(driver.reports()) as reports:
            async for _ in reports:
                pass


async def _widely(driver: SensorDriver) -> None:
    with suppress(LinkDown, OSError):
        await driver.listen_for(LISTENS.total_seconds())
