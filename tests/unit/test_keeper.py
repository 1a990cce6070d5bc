"""The keeper: connects again, says each change once, is stopped by nothing a driver does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from edge.delays import LONGEST_DELAY_S, backoff
from edge.driver import Now, Report
from edge.errors import CommandRejected, LinkDown
from edge.keeper import Keeper
from edge.model import Command, LinkChanged
from edge.trace import Trace
from tests.fakes import time as virtual
from tests.fakes.kept_link import FakeDriver, FakeLink, kept_for
from tests.fakes.time import EPOCH


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
        async def open_dying(now: Now, trace: Trace) -> AsyncIterator[FakeDriver]:
            del now, trace
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
        async def open_never(now: Now, trace: Trace) -> AsyncIterator[FakeDriver]:
            del now, trace
            await asyncio.Event().wait()
            yield FakeDriver(link)

        link.open = open_never  # type: ignore[method-assign]
        story = await kept_for(200, link)
        assert story.changes == [(False, "has not connected yet")]

    virtual.run(main())


def test_a_keeper_can_be_looked_at() -> None:
    """How its link stands and since when, the open driver, and one trace for all its sessions."""

    async def main() -> None:
        link = FakeLink()

        async def nothing(_: object) -> None: ...

        keeper = Keeper(link, nothing, nothing, virtual.now)
        assert (keeper.id, keeper.link, keeper.driver, keeper.standing) == ("l", link, None, None)
        running = asyncio.create_task(keeper.run(), name="keeper")
        await asyncio.sleep(5.5)
        standing, trace = keeper.standing, keeper.trace
        assert isinstance(keeper.driver, FakeDriver)
        assert standing == LinkChanged(link="l", up=True, reason="connected", at=EPOCH)
        link.fault = LinkDown("cable cut")
        await asyncio.sleep(1)
        assert keeper.driver is None
        cut = EPOCH + timedelta(seconds=6)
        assert keeper.standing == LinkChanged(link="l", up=False, reason="cable cut", at=cut)
        link.fault = None
        await asyncio.sleep(60)
        assert link.traces == [trace] * len(link.traces)
        assert len(link.traces) > 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    virtual.run(main())


def test_a_hurried_link_is_never_left_alone_for_long() -> None:
    """A link says how long a pause may be; others keep theirs."""

    async def main() -> None:
        link = FakeLink()
        link.fault = ConnectionRefusedError("refused")
        link.longest_delay_s = 4.0  # type: ignore[attr-defined]
        await kept_for(200, link)
        pauses = [b - a for a, b in zip(link.opened, link.opened[1:], strict=False)]
        assert max(pauses) <= 4.0
        assert len(link.opened) > 50

    virtual.run(main())
