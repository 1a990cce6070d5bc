"""A link that is lost as often as a test says, and what its keeper tells of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

from edge.driver import Now, Report
from edge.errors import CommandRejected
from edge.keeper import Keeper
from edge.model import Command, Event, LinkChanged, Reading
from edge.trace import Frame, Part, Trace
from tests.fakes import time as virtual
from tests.fakes.time import EPOCH


class FakeDriver:
    """Speaks once a second until its link is cut."""

    def __init__(self, link: FakeLink) -> None:
        self._link = link

    async def reports(self) -> AsyncGenerator[Report, None]:
        """Yield a reading a second."""
        while True:
            await asyncio.sleep(1)
            if self._link.fault is not None:
                raise self._link.fault
            yield Report((Reading(point="d/x", value=1, at=EPOCH),))

    async def execute(self, command: Command) -> None:
        """Refuse."""
        raise CommandRejected(command.action)


class FakeLink:
    """A link that fails in the way it is told."""

    id = "l"
    kind = "fake"

    def __init__(self) -> None:
        self.driver: type[FakeDriver] = FakeDriver
        self.fault: Exception | None = None
        self.opened: list[float] = []
        self.traces: list[Trace] = []

    @asynccontextmanager
    async def open(self, now: Now, trace: Trace) -> AsyncIterator[FakeDriver]:
        """Open, or fail."""
        del now
        self.traces.append(trace)
        self.opened.append(asyncio.get_running_loop().time())
        if self.fault is not None:
            raise self.fault
        yield self.driver(self)

    def describe(self, frame: Frame, before: Sequence[Frame]) -> tuple[Part, ...]:
        """Say nothing."""
        del frame, before
        return ()


async def kept_for(seconds: float, link: FakeLink, *cuts: tuple[float, Exception | None]) -> Story:
    """Keep the link open for so long; at the given times the fault changes."""
    story = Story()

    async def take(report: Report) -> None:
        story.reports.append(report)

    async def tell(event: Event) -> None:
        assert isinstance(event, LinkChanged)
        story.changes.append((event.up, event.reason))

    keeper = Keeper(link, take, tell, virtual.now)
    running = asyncio.create_task(keeper.run(), name="keeper")
    for at, fault in cuts:
        await asyncio.sleep(at - asyncio.get_running_loop().time())
        link.fault = fault
    await asyncio.sleep(seconds - asyncio.get_running_loop().time())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return story


class Story:
    """What came out."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.changes: list[tuple[bool, str]] = []
