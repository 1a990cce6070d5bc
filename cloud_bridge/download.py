"""A file over HTTPS, from some byte on, piece by piece: no more of it in memory than one piece."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import h11

from edge.errors import LinkDown

CONNECTS_S: Final = 15.0
"""Name, TCP and TLS together."""

SILENT_S: Final = 30.0
"""Without a byte for so long, nobody is there any more."""

CHUNK: Final = 16 * 1024

MOST_AHEAD: Final = 64 * 1024
"""Bytes that may have come and not been asked for; what is beyond waits at the server."""

HTTPS_PORT: Final = 443

_RANGE: Final = re.compile(rb"bytes (?:(\d{1,15})-\d{1,15}|\*)/(\d{1,15})")


@dataclass(frozen=True, slots=True)
class Coming:
    """What the server gives: from which byte on, of how many where it says that, and the bytes."""

    begins: int
    size: int | None
    parts: AsyncGenerator[bytes, None]


@asynccontextmanager
async def download(url: str, ca_file: str | None, begins: int) -> AsyncIterator[Coming]:
    """Ask for a file from a byte on; the server may give it from its beginning all the same.

    `LinkDown`, `OSError` or `TimeoutError` when it does not come; a redirect is not followed.
    """
    parts = urlsplit(url)
    context = await asyncio.to_thread(ssl.create_default_context, cafile=ca_file)
    try:
        async with asyncio.timeout(CONNECTS_S):
            reader, writer = await asyncio.open_connection(
                parts.hostname, parts.port or HTTPS_PORT, ssl=context, limit=MOST_AHEAD
            )
    except UnicodeError as error:
        raise LinkDown(f"{parts.hostname} is no name of a host") from error
    try:
        answer = _Answer(reader, writer)
        target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        yield await answer.asked(parts.netloc, target, begins)
    except h11.ProtocolError as error:
        raise LinkDown(f"an answer that is no HTTP, or ends too early: {error}") from error
    finally:
        writer.transport.abort()


class _Answer:
    """One question over a connection of its own, and its answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT)

    async def asked(self, authority: str, target: str, begins: int) -> Coming:
        """Ask; return what comes."""
        headers = [("Host", authority), ("User-Agent", "whistle"), ("Accept-Encoding", "identity")]
        if begins:
            headers.append(("Range", f"bytes={begins}-"))
        for event in (
            h11.Request(method="GET", target=target, headers=headers),
            h11.EndOfMessage(),
        ):
            self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()
        answer = await self._next()
        while isinstance(answer, h11.InformationalResponse):
            answer = await self._next()
        if not isinstance(answer, h11.Response):
            raise LinkDown("hung up without an answer")
        begins, size = told(answer)
        return Coming(begins, size, self._parts())

    async def _parts(self) -> AsyncGenerator[bytes, None]:
        while isinstance(part := await self._next(), h11.Data):
            yield bytes(part.data)

    async def _next(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            async with asyncio.timeout(SILENT_S):
                some = await self._reader.read(CHUNK)
            self._http.receive_data(some)
        return event


def told(answer: h11.Response) -> tuple[int, int | None]:
    """From which byte on it comes, of how many; `LinkDown` where it does not come."""
    headers = dict(answer.headers)
    said = _RANGE.fullmatch(headers.get(b"content-range", b""))
    match answer.status_code:
        case HTTPStatus.OK:
            length = headers.get(b"content-length")
            return 0, None if length is None else int(length)
        case HTTPStatus.PARTIAL_CONTENT if said and said[1]:
            return int(said[1]), int(said[2])
        case HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE if said and not said[1]:
            return int(said[2]), int(said[2])
        case status:
            raise LinkDown(f"the server answers {status}")
