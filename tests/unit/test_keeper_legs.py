"""A leg of a link: kept open within its session, and never longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from edge.driver import Now
from edge.errors import LinkDown
from edge.trace import Trace
from tests.fakes import time as virtual
from tests.fakes.kept_link import FakeDriver, FakeLink, kept_for


class FakeLeg:
    """A second way to the devices, which is lost every ten seconds."""

    name = "events"

    def __init__(self) -> None:
        self.changes: list[tuple[str, str]] = []
        self.served = 0

    async def serve(self, opened: Callable[[], Awaitable[None]]) -> None:
        """Serve for ten seconds."""
        self.served += 1
        await opened()
        await asyncio.sleep(10)
        raise LinkDown("no sign of life")

    async def changed(self, way: str, reason: str) -> None:
        """Remember it."""
        self.changes.append((way, reason))


def test_a_leg_is_kept_open_within_its_session() -> None:
    """Lost, it is opened again while the link goes on; it begins and ends with the link."""

    async def main() -> None:
        link, leg = FakeLink(), FakeLeg()

        class Legged(FakeDriver):
            legs = (leg,)

        @asynccontextmanager
        async def open_legged(now: Now, trace: Trace) -> AsyncIterator[FakeDriver]:
            del now, trace
            link.opened.append(asyncio.get_running_loop().time())
            yield Legged(link)

        link.open = open_legged  # type: ignore[method-assign]
        story = await kept_for(100.5, link, (60.5, LinkDown("cut")), (62, None))
        assert story.changes == [(True, "connected"), (False, "cut"), (True, "connected")]
        assert len(link.opened) >= 2
        assert leg.changes[:3] == [
            ("up", "connected"),
            ("down", "no sign of life"),
            ("up", "connected"),
        ]
        assert 6 <= leg.served <= 10
        await asyncio.sleep(30)
        served = leg.served
        await asyncio.sleep(30)
        assert leg.served == served

    virtual.run(main())
