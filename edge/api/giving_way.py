"""The page gives way: nothing is drawn for it while an event is on its way to the disk."""

from __future__ import annotations

import asyncio
from typing import Final

from edge.api.house import House

STEP_S: Final = 0.001
MOST_STEPS: Final = 20
"""A disk that hangs, or alarms without end, keep a page waiting for so long each time."""


class GivingWay:
    """Awaited between two pieces of work, each of which keeps an alarm waiting once at most."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def __call__(self) -> None:
        """Return when everybody else has had several turns, and nothing is being kept.

        Whoever was ready again at once would come between each two steps of an alarm.
        """
        await asyncio.sleep(STEP_S)
        await self.to_what_is_kept()

    async def to_what_is_kept(self) -> None:
        """Return when nothing is being kept, at once where that is so."""
        for _ in range(MOST_STEPS):
            running = self._house.current()
            if running is None or not running.keeping():
                return
            await asyncio.sleep(STEP_S)
