"""A tail of readings in memory, and a server that says what a test has it say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from cloud_bridge.series import Series
from cloud_bridge.series_server import Refused
from edge.errors import LinkDown
from edge.history.tail import Batch
from edge.model import Reading
from edge.site import Site
from tests.fakes import time as virtual


class MemoryTail:
    """Keeps every batch, and what is done of them."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.finished = 0
        self.dropped = 0
        self._came = asyncio.Event()

    def keep(self, readings: Sequence[Reading]) -> None:
        """A batch more is kept."""
        self.batches.append(Batch(number=len(self.batches) + 1, told=readings))
        self._came.set()

    @property
    def waiting(self) -> int:
        """How many readings are not done."""
        return sum(len(each.readings) for each in self.batches[self.finished :])

    async def after(self, number: int, limit: int) -> Sequence[Batch]:
        """The next batches; numbers are places in the list."""
        begin = number or self.finished
        while len(self.batches) <= begin:
            self._came.clear()
            await self._came.wait()
        found: list[Batch] = []
        room = limit
        for batch in self.batches[begin:]:
            if found and len(batch.readings) > room:
                break
            found.append(batch)
            room -= len(batch.readings)
        return found

    def done(self, number: int) -> None:
        """All up to this one need not come again."""
        self.finished = max(self.finished, number)


class ScriptedServer:
    """Takes lines, unless `says` raises; `requests` are those that it was sent, taken or not."""

    def __init__(self, says: Callable[[Sequence[str]], int] = lambda _: 0) -> None:
        self.says = says
        self.requests: list[list[str]] = []
        self.lines: list[str] = []
        self.connections = 0
        self.keeps_open = True

    async def write(self, lines: Sequence[str]) -> int:
        """Take them, or not."""
        if not self.connections or not self.keeps_open:
            self.connections += 1
        self.requests.append(list(lines))
        left_out = self.says(lines)
        self.lines += [line for line in lines if not line.startswith("gateway,")]
        return left_out

    def crash(self, lost: int) -> None:
        """Restart: the last lines were not on disk, and the connection is another one."""
        del self.lines[len(self.lines) - lost :]
        self.connections += 1


def refusing(*bad: str) -> Callable[[Sequence[str]], int]:
    """A server that takes no request in which a line has one of these words."""

    def says(lines: Sequence[str]) -> int:
        for line in lines:
            if any(word in line for word in bad):
                raise Refused(f"400: unable to parse '{line}'")
        return 0

    return says


class Following:
    """A sink at work on a tail and a server, session after session as a test asks for them."""

    def __init__(self, site: Site, server: ScriptedServer) -> None:
        self.tail, self.server = MemoryTail(), server
        self.series = Series(site, self.tail, self._server, virtual.now)
        self.opened = 0

    async def session(self, seconds: float) -> str:
        """Serve for so long; why it ended, nothing when it did not."""
        try:
            async with asyncio.timeout(seconds):
                await self.series.serve(self._open)
        except TimeoutError:
            return ""
        except LinkDown as lost:
            return str(lost)

    async def _server(self) -> ScriptedServer:
        return self.server

    async def _open(self) -> None:
        self.opened += 1
