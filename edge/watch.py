"""Ends what is stuck, so that it can be begun anew; the rest goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeAlias

import structlog

from edge.errors import LinkDown
from edge.logs import frames
from edge.signs import Signs

LATE_S: Final = 30.0
"""So much later than was said a sign is missed: a busy machine is late with everything. Nor are
signs looked for more often than this."""

BELIEVED_S: Final = 60.0
"""What was stuck is called up again when it has gone on for so long: else one that is stuck every
minute would be up most of the time, and nobody would be told that it is of no use."""

ENDS_S: Final = 10.0
"""What is cancelled gets so long to end; then it is left behind."""

MOST_LEFT: Final = 3
"""Left behind of one link, each with what it holds: then nothing is begun before one has ended."""

_Opened: TypeAlias = Callable[[], Awaitable[None]]
_Serve: TypeAlias = Callable[[_Opened], Coroutine[Any, Any, None]]

log = structlog.get_logger()


class Watch:
    """Serves sessions, each in a task of its own and for as long as it gives signs of life."""

    def __init__(self, name: str, signs: Signs) -> None:
        self._name = name
        self._signs = signs
        self._doubted = False
        self._left: set[asyncio.Task[None]] = set()

    async def serve(self, serve: _Serve, opened: _Opened) -> None:
        """Serve one session; raises what it raises, and `LinkDown` when it is stuck."""
        if len(self._left) >= MOST_LEFT:
            await asyncio.wait(self._left, return_when=asyncio.FIRST_COMPLETED)
        self._signs.begin()
        up = asyncio.Event()

        async def come_up() -> None:
            up.set()
            if not self._doubted:
                await opened()

        work = asyncio.create_task(serve(come_up), name=f"{self._name} session")
        try:
            silent = await self._watch(work, up, opened)
        finally:
            self._signs.begin()
            await self._end(work)
        if silent:
            self._signs.stuck += 1
            self._doubted = True
            log.error("link.stuck", link=self._name, silent=silent, at=_where(work))
            raise LinkDown(f"stuck for {silent:.0f} s")
        work.result()

    async def _watch(self, work: asyncio.Task[None], up: asyncio.Event, opened: _Opened) -> float:
        """Return 0 when the work is over, else for how long it has been silent."""
        signs, time = self._signs, asyncio.get_running_loop().time
        believed = time() + BELIEVED_S
        missed = False
        while True:
            since, count, within = time(), signs.count, max(signs.within, LATE_S)
            over, _ = await asyncio.wait({work}, timeout=LATE_S if missed else within)
            if over:
                return 0.0
            goes_on = signs.held or signs.count != count
            if missed and not goes_on:
                return within + LATE_S
            missed = not goes_on
            if self._doubted and goes_on and up.is_set() and since >= believed:
                self._doubted = False
                await opened()

    async def _end(self, work: asyncio.Task[None]) -> None:
        """Cancel what still runs; leave it behind when it does not end."""
        if work.done():
            return
        work.cancel()
        work.add_done_callback(self._ended)
        _, left = await asyncio.wait({work}, timeout=ENDS_S)
        if left:
            self._left.add(work)
            log.error("link.left_behind", link=self._name, so_far=len(self._left))

    def _ended(self, work: asyncio.Task[None]) -> None:
        """What was cancelled has ended, soon or after all; nobody else asks how."""
        self._left.discard(work)
        if not work.cancelled():
            work.exception()


def _where(work: asyncio.Task[None]) -> list[str]:
    """Where it was when it was cancelled; nothing for one that did not end by that."""
    if not work.done():
        return []
    try:
        other = work.exception()
    except asyncio.CancelledError as cancelled:
        return frames(cancelled)
    return [] if other is None else frames(other)
