"""The page waits while an event is on its way to the disk, but not for ever."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import cast

from edge.api.giving_way import MOST_STEPS, STEP_S, GivingWay
from edge.api.house import House
from tests.fakes.time import run


def way(busy_s: float, *, runs: bool = True) -> GivingWay:
    """Of a gateway that keeps something for so long, or of none."""
    loop = asyncio.get_running_loop()
    until = loop.time() + busy_s
    running = SimpleNamespace(keeping=lambda: loop.time() < until) if runs else None
    return GivingWay(cast("House", SimpleNamespace(current=lambda: running)))


async def waited(way: GivingWay) -> float:
    """Seconds for which it gives way."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    await way()
    return loop.time() - began


def test_nothing_is_drawn_while_an_alarm_is_kept() -> None:
    """As long as that takes; a step when nothing is kept, or nothing runs."""

    async def main() -> None:
        assert await waited(way(0.0)) == STEP_S
        assert 0.005 <= await waited(way(0.005)) <= 0.005 + 2 * STEP_S
        assert await waited(way(1.0, runs=False)) == STEP_S

    run(main())


def test_what_is_ready_to_be_sent_waits_for_nothing_else() -> None:
    """At once when nothing is kept."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await way(0.0).to_what_is_kept()
        assert loop.time() == began

    run(main())


def test_a_disk_that_hangs_stops_no_page() -> None:
    """It goes on when it has waited long enough."""

    async def main() -> None:
        assert abs(await waited(way(60.0)) - (MOST_STEPS + 1) * STEP_S) < STEP_S

    run(main())
