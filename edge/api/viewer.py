"""One who watches: what is sent waits for it, and it is waited for only so long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final, TypeAlias

MOST_WAITING: Final = 40
"""Frames that may lie there untaken, ten seconds of a busy site; then the viewer is dropped."""

TURNS: Final = 50
TURN_S: Final = 0.004
"""Viewers take their turns: fifty who wrote at once would keep an alarm waiting for 40 ms."""

GiveWay: TypeAlias = Callable[[], Awaitable[None]]

KEPT_ALIVE_S: Final = 15.0
"""A connection on which nothing is said is taken for dead by what lies in between."""


def encode(event: str, body: str) -> bytes:
    """One server-sent event, but for its id."""
    lines = "".join(f"data: {line}\n" for line in body.splitlines() or ("",))
    return f"event: {event}\n{lines}\n".encode()


class Viewer:
    """One connection; `boot` begins the ids of its events, which another start does not know.

    `turn` says how many others write before it; it writes when it need not `give_way`.
    """

    def __init__(self, account: str, boot: str, give_way: GiveWay, turn: int = 0) -> None:
        self.account = account
        self.boot = boot
        self._give_way = give_way
        self._wait = turn % TURNS * TURN_S
        self._over = False
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue(MOST_WAITING)

    def give(self, number: int, frame: bytes) -> bool:
        """Lay a frame down; false when too much lies there already, or it is over."""
        if self._over or self._waiting.full():
            self.end()
            return False
        self._waiting.put_nowait(b"id: %s-%d\n%s" % (self.boot.encode(), number, frame))
        return True

    def end(self) -> None:
        """Let the connection come to its end; it may come again, and is told what it missed."""
        if self._over:
            return
        self._over = True
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)

    async def frames(self) -> AsyncGenerator[bytes, None]:
        """Yield what is to be sent, and a comment where that is nothing, until the end.

        What lies there when its turn has come is sent in one piece.
        """
        while True:
            try:
                async with asyncio.timeout(KEPT_ALIVE_S):
                    frames = [await self._waiting.get()]
            except TimeoutError:
                yield b": nothing new\n\n"
                continue
            await asyncio.sleep(self._wait)
            await self._give_way()
            while not self._waiting.empty():
                frames.append(self._waiting.get_nowait())
            if together := b"".join(frame for frame in frames if frame is not None):
                yield together
            if None in frames:
                return
