"""A web server that says, connection by connection, just what a test has written for it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

Say = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def scripted(
    answers: Sequence[bytes | Say], context: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[int, list[str]]]:
    """Serve one answer for each request, the last again and again; yield port and requests."""
    asked: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
                answer = answers[min(len(asked), len(answers)) - 1]
                if isinstance(answer, bytes):
                    writer.write(answer)
                    await writer.drain()
                else:
                    await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1], asked
    finally:
        server.close()


def page(body: bytes, kind: str = "image/jpeg", status: str = "200 OK", more: str = "") -> bytes:
    """Return an answer with its length."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body
