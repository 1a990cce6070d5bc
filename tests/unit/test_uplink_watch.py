"""A way to a platform that hangs is ended and opened anew; one that waits for our disk is not."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from cloud_bridge.wire import Status
from edge.driver import Way
from edge.gateway.uplinks import showing
from edge.keeper import Opened, keep_open
from edge.signs import Signs
from tests.fakes import time as virtual
from tests.fakes.bridge import House, no_status


async def kept_for(
    seconds: float, house: House, signs: Signs, taken: asyncio.Event
) -> list[tuple[Way, str]]:
    """Keep the way open for so long, while statuses are taken when that is set."""
    changes: list[tuple[Way, str]] = []

    async def tell_status(_: Status) -> None:
        await taken.wait()

    async def serve(opened: Opened) -> None:
        await house.bridge.serve(house.platform.session(), opened)

    async def report(way: Way, reason: str) -> None:
        changes.append((way, reason))

    house.platform.tell_status = tell_status  # type: ignore[method-assign, assignment]
    journal = asyncio.create_task(house.journal.run(), name="journal")
    kept = asyncio.create_task(keep_open("up", serve, report, signs=signs), name="uplink")
    await asyncio.sleep(seconds)
    for task in (kept, journal):
        task.cancel()
    await asyncio.gather(kept, journal, return_exceptions=True)
    await house.journal.close()
    return changes


def test_a_broker_library_that_hangs_costs_one_session(tmp_path: Path) -> None:
    """What is never taken, and never refused, ends the session, after two minutes at most."""
    signs = Signs()
    house = House(tmp_path, status=partial(showing, signs, no_status))

    async def main() -> None:
        taken = asyncio.Event()
        asyncio.get_running_loop().call_later(150, taken.set)
        changes = await kept_for(400, house, signs, taken)
        assert [way for way, _ in changes] == ["up", "down", "up"]
        assert changes[1][1] == "stuck for 60 s"
        assert signs.stuck == 1

    virtual.run(main())


def test_who_waits_for_our_own_disk_keeps_its_session(tmp_path: Path) -> None:
    """How the gateway is, is read from the disk: where that hangs, the way up is not at fault."""
    signs = Signs()

    async def for_ever() -> Status:
        await asyncio.Event().wait()
        return await no_status()

    house = House(tmp_path, status=partial(showing, signs, for_ever))

    async def main() -> None:
        taken = asyncio.Event()
        taken.set()
        assert [way for way, _ in await kept_for(3600, house, signs, taken)] == ["up"]
        assert signs.stuck == 0

    virtual.run(main())
