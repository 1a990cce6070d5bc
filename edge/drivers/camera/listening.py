"""Hearing what a camera finds by itself: a leg of its link, which the keeper keeps open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Final, Protocol

from edge.driver import Now, Way
from edge.drivers.camera import dahua, hikvision, notifications
from edge.drivers.camera.codec import Garbled, Said
from edge.drivers.camera.http import Answer, Request, Web, asked
from edge.drivers.camera.onvif import Onvif, Subscription, subscribed
from edge.drivers.camera.passwords import password_in
from edge.errors import LinkDown
from edge.vision.http_login import Login

if TYPE_CHECKING:
    from edge.drivers.camera.section import EventsSection

SILENT_S: Final = 60.0
"""Cameras give a sign of life every five to thirty seconds; when two are missing it is lost."""
REST_S: Final = 0.5
"""An event whose end is not marked is over when nothing more has come for so long."""
RENEWS_S: Final = 25.0
"""Twice within the minute that a subscription lives."""
LEAVES_S: Final = 1.0
"""What it may take to give a subscription back; the camera drops it by itself a minute later."""


class Ear(Protocol):
    """Who is told of what a camera says."""

    async def hear(self, said: Said) -> None:
        """Take one word."""
        ...

    async def garbled(self, what: str) -> None:
        """Take that a message could not be read."""
        ...

    async def changed(self, way: Way, reason: str) -> None:
        """Take that the camera can be heard, or cannot any more."""
        ...


class NativeLeg:
    """A camera's own events."""

    def __init__(self, section: EventsSection, ear: Ear, now: Now) -> None:
        self._section = section
        self._ear = ear
        self._now = now

    @property
    def name(self) -> str:
        """What it is called within its link."""
        return "events"

    async def serve(self, opened: Callable[[], Awaitable[None]]) -> None:
        """Hear the camera until it cannot be heard any more; `LinkDown` says why."""
        section = self._section
        login = None
        if section.username:
            password = await password_in(section.password_file)
            login = Login(username=section.username, password=password)
        web = Web(url=section.url, login=login, ca_file=section.ca_file)
        match section.type:
            case "hikvision":
                await self._alerts(web, section.channel, opened)
            case "dahua":
                await self._events(web, section.channel, opened)
            case "onvif":
                await self._notifications(web, opened)

    async def changed(self, way: Way, reason: str) -> None:
        """Pass on whether the camera can be heard."""
        await self._ear.changed(way, reason)

    async def _alerts(self, web: Web, channel: int, opened: Callable[[], Awaitable[None]]) -> None:
        async with asked(web, Request(url=web.at(hikvision.PATH))) as answer:
            parts = hikvision.parts_of(answer.header("content-type"))
            await opened()
            async with aclosing(_pieces(answer, lambda: False)) as pieces:
                async for some in pieces:
                    for part in parts.feed(some):
                        try:
                            said = hikvision.decode(part.body)
                        except Garbled as wrong:
                            await self._ear.garbled(str(wrong))
                        else:
                            await self._tell(said, channel)

    async def _events(self, web: Web, channel: int, opened: Callable[[], Awaitable[None]]) -> None:
        async with asked(web, Request(url=web.at(dahua.PATH))) as answer:
            scanner = dahua.Scanner()
            await opened()
            async with aclosing(_pieces(answer, lambda: scanner.pending)) as pieces:
                async for some in pieces:
                    said = tuple(scanner.feed(some) if some else scanner.rest())
                    await self._tell(said, channel)

    async def _notifications(self, web: Web, opened: Callable[[], Awaitable[None]]) -> None:
        onvif = Onvif(web, self._now)
        await onvif.meet()
        subscription = await subscribed(onvif)
        try:
            await opened()
            await self._pull(subscription)
        finally:
            with suppress(LinkDown, OSError, TimeoutError):
                async with asyncio.timeout(LEAVES_S):
                    await subscription.end()

    async def _pull(self, subscription: Subscription) -> None:
        """Ask again and again; a camera that knows no renewal is asked for none."""
        loop = asyncio.get_running_loop()
        renewed, renews = loop.time(), True
        while True:
            await self._tell(notifications.said_in(await subscription.pull()), None)
            if renews and loop.time() - renewed >= RENEWS_S:
                renewed = loop.time()
                try:
                    await subscription.renew()
                except LinkDown:
                    renews = False

    async def _tell(self, said: tuple[Said, ...], channel: int | None) -> None:
        for each in said:
            if channel is None or each.channel in {None, channel}:
                await self._ear.hear(each)


async def _pieces(answer: Answer, pending: Callable[[], bool]) -> AsyncGenerator[bytes, None]:
    """Yield bytes as they come, and none when nothing has come for a moment while some wait.

    `LinkDown` when nothing has come for long, or when the answer ends.
    """
    while True:
        short = pending()
        timeout = asyncio.timeout(REST_S if short else SILENT_S)
        some = b""
        try:
            async with timeout:
                some = await answer.some()
                if not some:
                    raise LinkDown("the camera has ended its events")
        except TimeoutError:
            if not short:
                raise LinkDown(f"no sign of life for {SILENT_S:.0f} s") from None
        yield some
