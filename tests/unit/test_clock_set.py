"""A wall clock that is set while the gateway runs: what does not step with the rules follows."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from edge.clock import Clock
from edge.gateway.clock_set import EVERY_S, follow
from tests.fakes.time import run


@pytest.mark.parametrize(
    ("seconds", "leaps"), [(0.1, 0), (120.0, 0), (-120.0, 0), (1.7e9, 1), (-1.7e9, 1), (3600.0, 1)]
)
def test_the_clock_follows_and_far_steps_are_told(seconds: float, leaps: int) -> None:
    """A code and a certificate stand small steps; after years they are made anew, once."""

    async def life() -> tuple[datetime, int]:
        time = asyncio.get_running_loop().time
        set_by, told = 0.0, 0

        async def leapt() -> None:
            nonlocal told
            told += 1

        clock = Clock(lambda: time() + set_by, time)
        following = asyncio.create_task(follow(clock, leapt), name="follow")
        await asyncio.sleep(10)
        set_by = seconds
        await asyncio.sleep(EVERY_S * 5)
        following.cancel()
        return clock.now(), told

    now, told = run(life())
    assert told == leaps
    wall = datetime.fromtimestamp(10 + EVERY_S * 5 + seconds, UTC)
    assert abs(now - wall) < timedelta(seconds=0.5)
