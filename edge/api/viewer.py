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
        self._waiting: list[bytes] = []
        self._turn = asyncio.Event()

    def give(self, number: int, frame: bytes) -> bool:
        """Lay a frame down; false when too much lies there already, or it is over."""
        if self._over or len(self._waiting) >= MOST_WAITING:
            self.end()
            return False
        if not self._waiting:
            asyncio.get_running_loop().call_later(self._wait, self._turn.set)
        self._waiting.append(b"id: %s-%d\n%s" % (self.boot.encode(), number, frame))
        return True

    def end(self) -> None:
        """Let the connection come to its end; it may come again, and is told what it missed."""
        self._over = True
        self._waiting.clear()
        self._turn.set()

    async def frames(self) -> AsyncGenerator[bytes, None]:
        """Yield what is to be sent, and a comment where that is nothing, until the end.

        What lies there when its turn has come is sent in one piece.
        """
        while not self._over:
            try:
                async with asyncio.timeout(KEPT_ALIVE_S):
                    await self._turn.wait()
            except TimeoutError:
                yield b": nothing new\n\n"
                continue
            await self._give_way()
            self._turn.clear()
            together = b"".join(self._waiting)
            self._waiting.clear()
            if together:
                yield together
