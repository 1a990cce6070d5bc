"""What the API may see of the gateway, and the few things that it may ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from edge.alarms import Alarms
from edge.commands import Position
from edge.driver import Report
from edge.model import Command, CommandResult, Event
from edge.rules.explain import Explained
from edge.site import Site

KEPT_WITHIN_S = 5.0
"""How long a person waits for the disk; a full one answers 503, and nothing is promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The gateway as the API knows it; everything is looked up at the moment of asking.

    `explain` says why an alarm is or is not active, by its key; none when no rule watches it.
    `remote` is the local switch for commands from afar.
    """

    site: Site
    alarms: Alarms
    take: Callable[[Report], Awaitable[None]]
    run: Callable[[Command], Awaitable[CommandResult]]
    explain: Callable[[str], Explained | None]
    remote: Callable[[], Position]
    set_remote: Callable[[Position], Awaitable[None]]
    now: Callable[[], datetime]

    async def tell(self, event: Event) -> None:
        """Return when the event, and what follows from it, is on disk; `TimeoutError` otherwise."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def confirm() -> None:
            if not kept.done():
                kept.set_result(None)

        async with asyncio.timeout(KEPT_WITHIN_S):
            await self.take(Report((event,), confirm))
            await kept
