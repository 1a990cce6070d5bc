"""A web server inside the event loop that ends when its task is cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from asyncio import sslproto
from collections.abc import Callable, Generator
from typing import Any, Final

import uvicorn
from fastapi import FastAPI

from edge.api.entrance import Entry, at_door
from edge.api.patience import Patient

GRACE_SECONDS: Final = 1

MOST_HEAD: Final = 16 * 1024
"""Bytes before the body."""

sslproto.SSLProtocol.max_size = 16 * 1024
"""Bytes of a TLS record; asyncio holds 256 KiB for each connection, of fifty viewers 12 MB."""


class _Server(uvicorn.Server):
    """Leaves signals to whoever owns the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def serve(  # noqa: PLR0913 - a server's parts
    app: FastAPI,
    listening: socket.socket,
    name: str,
    ending: Callable[[], None] = lambda: None,
    *,
    tls: ssl.SSLContext | None = None,
    door: Entry = "network",
) -> None:
    """Answer requests until cancelled; `ending` makes endless answers come to their end."""

    def given(_: uvicorn.Config, __: Any) -> ssl.SSLContext:
        assert tls is not None  # noqa: S101 - asked only where there is one
        return tls

    config = uvicorn.Config(
        at_door(app, door),
        http=Patient,
        log_config=None,
        log_level="error",
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=MOST_HEAD,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ssl_context_factory=given if tls else None,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]), name=name)
    try:
        await asyncio.shield(serving)
    finally:
        ending()
        server.should_exit = True
        await serving
