"""Starting and ending what runs for the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any, Final, TypeAlias

LAST_S: Final = 3.0
"""How long a stopping gateway waits for one thing: receipts, or a pipeline that the disk holds up.
What was not done then was confirmed to nobody, or is sent at its next start."""

Start: TypeAlias = Callable[[Coroutine[Any, Any, None], str], asyncio.Task[None]]
"""Runs something under a name until it is ended or the gateway is."""


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel, and return when all have come to their end."""
    ending = list(tasks)
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)


async def briefly(work: Coroutine[Any, Any, None]) -> None:
    """Let it end, if that does not take too long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_S):
            await work
