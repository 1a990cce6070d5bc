"""Answers that take their time, and end when the server does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from edge.api.event_stream import EventStream
from edge.api.problems import problem


class Watched(EventStream):
    """What is being read for a frame is given up when somebody has enough, or the server ends.

    The frames are made in a task of their own: what they open is closed where it was opened, and
    is let finish closing.
    """

    def __init__(self, frames: AsyncGenerator[bytes, None]) -> None:
        self._made = frames
        self._ready: asyncio.Queue[bytes | None] = asyncio.Queue(2)  # a frame, and the end
        super().__init__(self._taken())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until one side has enough, or the server ends."""
        self._making = making = asyncio.create_task(self._make(), name="stream")
        making.add_done_callback(lambda _: self._ready.put_nowait(None))
        streams = scope["app"].state.streams
        streams.add(making.cancel)
        try:
            await asyncio.sleep(0)  # once it has begun, it closes what it was given
            await super().__call__(scope, receive, send)
        finally:
            streams.discard(making.cancel)
            making.cancel()
            await asyncio.wait((making,))
        self._tell()

    async def _make(self) -> None:
        async with aclosing(self._made) as frames:
            async for frame in frames:
                self._ready.put_nowait(frame)
                await self._ready.join()

    async def _taken(self) -> AsyncGenerator[bytes, None]:
        while (frame := await self._ready.get()) is not None:
            yield frame
            self._ready.task_done()
        self._tell()

    def _tell(self) -> None:
        """Raise what went wrong with the frames, so that nobody takes the answer for whole."""
        if not self._making.cancelled():
            self._making.result()


@asynccontextmanager
async def while_served(app: FastAPI) -> AsyncIterator[None]:
    """What is waited for before there is an answer; a problem when the server ends meanwhile."""
    ending = asyncio.timeout(None)
    now = asyncio.get_running_loop().time

    def end() -> None:
        if not ending.expired():
            ending.reschedule(now())

    app.state.streams.add(end)
    try:
        async with ending:
            yield
    except TimeoutError:
        if not ending.expired():
            raise
        raise problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "网关正在停止，稍后再试",
            "the gateway is ending, try again in a moment",
            code="ending",
            retry=10,
        ) from None
    finally:
        app.state.streams.discard(end)
