"""A camera's web server: MJPEG, snapshots, and its own smart events in three dialects."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from simulators.cameras.events import Events, Spoken
from simulators.cameras.feed import Feed
from simulators.cameras.guard import Guard
from simulators.cameras.line import Line
from simulators.cameras.onvif_services import OnvifServices
from simulators.cameras.requests import Request, read_request

BOUNDARY: Final = "myboundary"
HIKVISION: Final = "/ISAPI/Event/notification/alertStream"
DAHUA: Final = "/cgi-bin/eventManager.cgi"
ONVIF: Final = "/onvif/"

Serve: TypeAlias = Callable[[asyncio.StreamWriter, Request], Awaitable[bool]]
"""Answers a request; false when the connection is of no use any more."""


class Web:
    """What stands behind a camera's HTTP port; `paths` says where its pictures are."""

    def __init__(  # noqa: PLR0913 - what stands behind it
        self,
        feed: Feed,
        line: Line,
        guard: Guard,
        events: Events,
        *,
        streams: frozenset[str] = frozenset(),
        snapshots: frozenset[str] = frozenset(),
        onvif: OnvifServices | None = None,
    ) -> None:
        self._feed, self._line, self._guard, self._events = feed, line, guard, events
        self._onvif = onvif
        self._pages: Mapping[str, Serve] = {
            **dict.fromkeys(streams, self._stream),
            **dict.fromkeys(snapshots, self._snapshot),
            HIKVISION: self._alert_stream,
            DAHUA: self._event_manager,
        }

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests."""
        goes_on = True
        while goes_on:
            try:
                request = await read_request(reader)
            except ValueError as error:
                await self._answer(writer, "400 Bad Request", str(error).encode())
                return
            if request is None:
                return
            goes_on = await self._serve(writer, request)

    async def _serve(self, writer: asyncio.StreamWriter, request: Request) -> bool:
        if request.path.startswith(ONVIF) and self._onvif is not None:
            status, body = await self._onvif.answer(request.body, request.headers)
            await self._answer(writer, status, body, kind="application/soap+xml; charset=utf-8")
            return True
        page = self._pages.get(request.path)
        if page is None:
            await self._answer(writer, "404 Not Found", b"")
            return True
        if not self._guard.admits(request.method, request.headers.get("authorization", "")):
            challenge = f"WWW-Authenticate: {self._guard.challenge()}\r\n"
            await self._answer(writer, "401 Unauthorized", b"", more=challenge)
            return True
        return await page(writer, request)

    async def _answer(
        self,
        writer: asyncio.StreamWriter,
        status: str,
        body: bytes,
        *,
        kind: str = "text/plain",
        more: str = "",
    ) -> None:
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            f"{more}Connection: keep-alive\r\n\r\n"
        )
        await self._line.send(writer, head.encode() + body)

    async def _snapshot(self, writer: asyncio.StreamWriter, request: Request) -> bool:
        del request
        async with self._feed.viewing("jpeg") as viewer:
            picture = await viewer.next()
        body = picture.units[0]
        head = f"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {len(body)}\r\n\r\n"
        while self._line.faults.line == "stall":  # noqa: ASYNC110 - a fault has no end to wait for
            await asyncio.sleep(0.1)
        await self._line.send_picture(writer, head.encode() + body)
        return self._line.faults.line != "garbage"

    async def _stream(self, writer: asyncio.StreamWriter, request: Request) -> bool:
        del request
        await self._begin(writer, f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        async with self._feed.viewing("jpeg") as viewer:
            while True:
                picture = (await viewer.next()).units[0]
                part = (
                    f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\n"
                    f"Content-Length: {len(picture)}\r\n\r\n"
                )
                await self._line.send_picture(writer, part.encode() + picture + b"\r\n")

    async def _alert_stream(self, writer: asyncio.StreamWriter, request: Request) -> bool:
        del request
        return await self._tell(writer, "multipart/mixed; boundary=boundary", "hikvision")

    async def _event_manager(self, writer: asyncio.StreamWriter, request: Request) -> bool:
        if request.query.get("action") != "attach":
            await self._answer(writer, "400 Bad Request", b"Error\r\nBad Request!\r\n")
            return True
        return await self._tell(writer, f"multipart/x-mixed-replace; boundary={BOUNDARY}", "dahua")

    async def _tell(self, writer: asyncio.StreamWriter, kind: str, spoken: Spoken) -> bool:
        await self._begin(writer, kind)
        with self._events.heard(spoken) as words:
            while True:
                await self._line.send(writer, await words.get())

    async def _begin(self, writer: asyncio.StreamWriter, kind: str) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n"
        await self._line.send(writer, head.encode())
