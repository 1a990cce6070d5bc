"""A listening port that can be shut and opened again, as a camera that is unplugged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from simulators.cameras.requests import MOST_HEAD

Talk: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

MOST_UNSENT: Final = 256 * 1024
"""Bytes that wait for a slow client before the camera waits for it."""


class Door:
    """Runs `talk` for each connection; `accepted` counts them."""

    def __init__(self, host: str, port: int, talk: Talk) -> None:
        self.accepted = 0
        self.listening = asyncio.Event()
        self._host, self._port = host, port
        self._talk = talk
        self._open = asyncio.Event()
        self._open.set()
        self._shut = asyncio.Event()
        self._talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def run(self) -> None:
        """Listen until cancelled, whenever it is open."""
        while True:
            await self._open.wait()
            self._shut.clear()
            server = await asyncio.start_server(
                self._admit, self._host, self._port, limit=MOST_HEAD
            )
            self.listening.set()
            try:
                await self._shut.wait()
            finally:
                self.listening.clear()
                server.close()
                await self._hang_up()

    def shut(self) -> None:
        """Refuse whoever comes, and hang up on who is there."""
        self._open.clear()
        self._shut.set()

    def open(self) -> None:
        """Let in again."""
        self._open.set()

    def drop(self) -> None:
        """Cut every connection, without a goodbye."""
        for writer in self._talks.values():
            writer.transport.abort()

    def _admit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        writer.transport.set_write_buffer_limits(high=MOST_UNSENT)
        talk = asyncio.create_task(self._converse(reader, writer), name=f"camera {self._port}")
        self._talks[talk] = writer
        talk.add_done_callback(lambda done: self._talks.pop(done, None))

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except ConnectionError:
            writer.transport.abort()
        finally:
            writer.close()

    async def _hang_up(self) -> None:
        talks = list(self._talks)
        self.drop()
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
