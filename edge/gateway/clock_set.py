"""Follows the wall clock beside the rules: a box without a battery for it begins years ago."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, NoReturn

import structlog

from edge.clock import Clock

EVERY_S: Final = 2.0
"""How long the page may show another time than the alarms on it."""

LEAP: Final = timedelta(hours=1)
"""What was made before such a step, and is for a day or a year, may be over."""

log = structlog.get_logger()


async def follow(clock: Clock, leapt: Callable[[], Awaitable[None]]) -> NoReturn:
    """Set this clock whenever the wall clock was set, until cancelled; `leapt` is for far steps."""
    while True:
        await asyncio.sleep(EVERY_S)
        step = clock.correct()
        if abs(step) >= LEAP:
            log.warning("clock.leapt", seconds=step.total_seconds())
            await leapt()
