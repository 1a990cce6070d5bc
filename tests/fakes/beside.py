"""A journal, a bridge, and a platform that is reached two ways, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from cloud_bridge.beside import Beside, NoReceipt
from cloud_bridge.wire import Receipt
from edge.driver import Way
from edge.model import Lane
from tests.fakes import time as virtual
from tests.fakes.bridge import House

Answer: TypeAlias = Receipt | NoReceipt
Script: TypeAlias = Callable[[Sequence[str]], Answer | None]
"""What the second way answers to these ids; none for the receipt that names them all."""

Sent: TypeAlias = tuple[float, tuple[str, ...]]


class TwoWays(House):
    """`sent` is what came over the second way, and when; each question takes 20 ms."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sent: list[Sent] = []
        self.looks: list[float] = []
        self.told_ways: list[tuple[Way, str]] = []
        self.script: Script = lambda _: None
        self.hung_up = 0
        self.beside = Beside(
            name="up",
            journal=self.journal,
            bridge=self.bridge,
            line=lambda: _Line(self),
            report=self._tell,
            now=virtual.now,
        )

    async def _tell(self, way: Way, reason: str) -> None:
        self.told_ways.append((way, reason))

    async def live(self, story: Callable[[], Awaitable[None]]) -> None:
        """Run both ways while the story is told."""

        async def both() -> None:
            beside = asyncio.create_task(self.beside.run(), name="beside")
            try:
                await story()
            finally:
                beside.cancel()
                await asyncio.gather(beside, return_exceptions=True)

        await super().live(both)

    async def settled(self, seconds: float = 60.0) -> None:
        """Return when everything has its receipt; fail when that takes longer."""
        async with asyncio.timeout(seconds):
            await self.journal.delivered()

    def over_second(self) -> list[str]:
        """The ids that came over the second way, in order."""
        return [event for _, batch in self.sent for event in batch]

    async def one(self, lane: Lane) -> str:
        """Keep one event; its id."""
        [event] = await self.add(1, lane)
        return event


class _Line:
    """A connection that answers as scripted."""

    def __init__(self, house: TwoWays) -> None:
        self._house = house

    async def send(self, bodies: Sequence[bytes]) -> Answer:
        """Note it, and answer."""
        ids = tuple(body.decode() for body in bodies)
        now = asyncio.get_running_loop().time()
        if ids:
            self._house.sent.append((now, ids))
        else:
            self._house.looks.append(now)
        scripted = self._house.script(ids)
        await asyncio.sleep(0.02)
        return Receipt(stored=ids) if scripted is None else scripted

    def hang_up(self) -> None:
        """Note it."""
        self._house.hung_up += 1
