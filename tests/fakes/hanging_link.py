"""Links whose drivers speak, hang, or cannot be cancelled, each as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from edge.driver import Now, Report
from edge.keeper import Keeper
from edge.model import Command, Event, LinkChanged, Reading
from edge.trace import Trace
from tests.fakes import time as virtual
from tests.fakes.kept_link import FakeLink
from tests.fakes.time import EPOCH

READING = Reading(point="d/x", value=1, at=EPOCH)

Life = Callable[[Trace], AsyncGenerator[Report, None]]


class Driver:
    """Lives as it is told."""

    def __init__(self, life: Life, trace: Trace) -> None:
        self._life = life
        self._trace = trace

    def reports(self) -> AsyncGenerator[Report, None]:
        """Yield what its life yields."""
        return self._life(self._trace)

    async def execute(self, command: Command) -> str | None:
        """Say who did it."""
        return command.id


class Line(FakeLink):
    """A link whose drivers live as they are told, one after the other; the last for good."""

    def __init__(self, *lives: Life) -> None:
        super().__init__()
        self._lives = list(lives)

    @asynccontextmanager
    async def open(self, now: Now, trace: Trace) -> AsyncIterator[Driver]:  # type: ignore[override]
        """Open at once."""
        del now
        self.opened.append(asyncio.get_running_loop().time())
        life = self._lives.pop(0) if len(self._lives) > 1 else self._lives[0]
        yield Driver(life, trace)


class Kept:
    """A link that is kept, and what was told of it."""

    def __init__(
        self, line: FakeLink, take: Callable[[Report], Awaitable[None]] | None = None
    ) -> None:
        self.line = line
        self.reports = 0
        self.changes: list[tuple[float, bool, str]] = []
        self.keeper = Keeper(line, take or self._take, self._tell, virtual.now)
        self.running = asyncio.create_task(self.keeper.run(), name="keeper")

    @property
    def stuck(self) -> int:
        """How often it was stuck."""
        return self.keeper.trace.signs.stuck

    async def end(self) -> None:
        """Close it."""
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)

    async def _take(self, report: Report) -> None:
        self.reports += len(report.records)

    async def _tell(self, event: Event) -> None:
        assert isinstance(event, LinkChanged)
        now = asyncio.get_running_loop().time()
        self.changes.append((now, event.up, event.reason))


async def speaking(_: Trace) -> AsyncGenerator[Report, None]:
    """Says something each second."""
    while True:
        await asyncio.sleep(1)
        yield Report((READING,))


async def hanging(_: Trace) -> AsyncGenerator[Report, None]:
    """Says one thing, then awaits what never comes."""
    yield Report((READING,))
    await asyncio.Event().wait()


async def stubborn(wake: asyncio.Event, _: Trace) -> AsyncGenerator[Report, None]:
    """Cannot be cancelled before it is woken, and would then say a lot."""
    while not wake.is_set():
        with suppress(asyncio.CancelledError):
            await wake.wait()
    yield Report((READING,) * 1000)
