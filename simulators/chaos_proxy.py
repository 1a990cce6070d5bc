"""A bad network between two ends: resets, silence, one-way silence, a thin and a slow line."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Final, Literal, TypeAlias

from simulators.ports import LOOPBACK

Direction: TypeAlias = Literal["up", "down"]

CHUNK: Final = 16 * 1024
RESET: Final = struct.pack("ii", 1, 0)
"""Linger for no time: the other side gets a RST in place of a goodbye."""


class ChaosProxy:
    """Forwards what connects to one port to another; `up` goes from who connected to the target.

    `rate` bounds each direction of a connection, in bytes a second, 0 for no bound; `delay` is
    what each piece takes on its way, in seconds.
    """

    def __init__(self, port: int, target: int) -> None:
        self.rate = 0.0
        self.delay = 0.0
        self._port = port
        self._target = target
        self._open: dict[Direction, asyncio.Event] = {
            "up": asyncio.Event(),
            "down": asyncio.Event(),
        }
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen."""
        self.let("up", "down")
        self._server = await asyncio.start_server(self._accept, LOOPBACK, self._port)

    async def close(self) -> None:
        """Reset everything, and listen no more."""
        if self._server is not None:
            self._server.close()
        self.reset()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def reset(self) -> None:
        """End every connection on both sides with a RST."""
        for end in tuple(self._ends):
            _abort(end)
        for task in self._tasks:
            task.cancel()

    def hold(self, *directions: Direction) -> None:
        """Let nothing through in these; nobody is told, and who connects gets no answer."""
        for each in directions:
            self._open[each].clear()

    def let(self, *directions: Direction) -> None:
        """Let through again what was held."""
        for each in directions:
            self._open[each].set()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._join(reader, writer), name="proxy")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        far: asyncio.StreamWriter | None = None
        try:
            far_reader, far = await asyncio.open_connection(LOOPBACK, self._target)
            self._ends.add(far)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pump("up", reader, far), name="proxy up")
                tasks.create_task(self._pump("down", far_reader, writer), name="proxy down")
        except* OSError:
            pass  # one side is gone: below, so is the other
        finally:
            for end in (writer, far):
                if end is not None:
                    self._ends.discard(end)
                    end.close()

    async def _pump(
        self, direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while True:
            await self._open[direction].wait()
            piece = await reader.read(CHUNK)
            await self._open[direction].wait()
            if not piece:
                raise ConnectionResetError
            if self.delay:
                await asyncio.sleep(self.delay)
            if self.rate:
                await asyncio.sleep(len(piece) / self.rate)
            writer.write(piece)
            await writer.drain()


def _abort(end: asyncio.StreamWriter) -> None:
    if end.transport.is_closing():
        return
    end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    end.transport.abort()
