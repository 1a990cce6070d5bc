"""A web server inside the event loop that ends when its task is cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Generator

import uvicorn
from fastapi import FastAPI

GRACE_SECONDS = 1


class _Server(uvicorn.Server):
    """Leaves signals to whoever owns the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def serve(
    app: FastAPI, listening: socket.socket, name: str, ending: Callable[[], None] = lambda: None
) -> None:
    """Answer requests until cancelled; `ending` makes endless answers come to their end."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]), name=name)
    try:
        await asyncio.shield(serving)
    finally:
        ending()
        server.should_exit = True
        await serving
