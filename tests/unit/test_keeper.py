"""The keeper: connects again, says each change once, is stopped by nothing a driver does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from edge.driver import Now, Report
from edge.errors import CommandRejected, LinkDown
from edge.keeper import LONGEST_DELAY_S, Keeper, backoff
from edge.model import Command, Event, LinkChanged, Reading
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

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.opened: list[float] = []

    @asynccontextmanager
    async def open(self, now: Now) -> AsyncIterator[FakeDriver]:
        """Open, or fail."""
        del now
        self.opened.append(asyncio.get_running_loop().time())
        if self.fault is not None:
            raise self.fault
        yield FakeDriver(self)


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


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (ConnectionResetError("cable cut"), "cable cut"),
        (LinkDown("no answer"), "no answer"),
        (TimeoutError(), "TimeoutError"),
        (KeyError("bug"), "internal fault: KeyError: 'bug'"),
    ],
)
def test_each_change_is_said_once(fault: Exception, reason: str) -> None:
    """Whatever ends a session, a driver's own mistake too: one down, one up, with the reason."""

    async def main() -> None:
        link = FakeLink()
        story = await kept_for(400, link, (10.5, fault), (200, None))
        assert story.changes == [(True, "connected"), (False, reason), (True, "connected")]
        assert len(story.reports) > 150

    virtual.run(main())


def test_a_link_that_never_opens_is_said_once_and_tried_with_growing_pauses() -> None:
    """The pauses grow to their limit; a crowd of gateways does not knock at once."""

    async def main() -> None:
        link = FakeLink()
        link.fault = ConnectionRefusedError("refused")
        story = await kept_for(600, link)
        assert story.changes == [(False, "refused")]
        pauses = [b - a for a, b in zip(link.opened, link.opened[1:], strict=False)]
        assert max(pauses) <= LONGEST_DELAY_S
        assert min(pauses[-5:]) >= LONGEST_DELAY_S / 2

    virtual.run(main())


def test_a_link_that_flaps_is_not_hammered() -> None:
    """A session that opens and dies at once does not reset the back-off."""

    async def main() -> None:
        link = FakeLink()

        class Dying(FakeDriver):
            async def reports(self) -> AsyncGenerator[Report, None]:
                raise LinkDown("at once")
                yield

        @asynccontextmanager
        async def open_dying(now: Now) -> AsyncIterator[FakeDriver]:
            del now
            link.opened.append(0.0)
            yield Dying(link)

        link.open = open_dying  # type: ignore[method-assign]
        await kept_for(300, link)
        assert len(link.opened) < 25

    virtual.run(main())


def test_commands_need_an_open_link() -> None:
    """A link that is down takes no command; an open one hands over the device's answer."""

    async def main() -> None:
        link = FakeLink()

        async def nothing(_: object) -> None: ...

        keeper = Keeper(link, nothing, nothing, virtual.now)
        command = Command(
            id="c",
            device="d",
            action="open",
            issued_by="t",
            expires_at=EPOCH + timedelta(seconds=9),
        )
        with pytest.raises(LinkDown):
            await keeper.execute(command)
        running = asyncio.create_task(keeper.run(), name="keeper")
        await asyncio.sleep(2)
        with pytest.raises(CommandRejected):
            await keeper.execute(command)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    virtual.run(main())


def test_backoff_spreads() -> None:
    """Delays double up to the limit, each shortened by at most half."""
    delays = backoff(1, 8)
    for ceiling in (1, 2, 4, 8, 8):
        assert ceiling / 2 <= next(delays) <= ceiling


def test_what_has_not_connected_for_a_while_is_said_to_be_down() -> None:
    """A box that has to dial in and does not: its link waits, and a person hears of it."""

    async def main() -> None:
        link = FakeLink()

        @asynccontextmanager
        async def open_never(now: Now) -> AsyncIterator[FakeDriver]:
            del now
            await asyncio.Event().wait()
            yield FakeDriver(link)

        link.open = open_never  # type: ignore[method-assign]
        story = await kept_for(200, link)
        assert story.changes == [(False, "has not connected yet")]

    virtual.run(main())
