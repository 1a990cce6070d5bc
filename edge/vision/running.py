"""Programs that the studio keeps running: started again when they end, told of once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, NoReturn

import structlog

from edge.delays import backoff

STEADY_S: Final = 10.0
"""A program that ran for so long had begun well."""

TERMINATES_WITHIN_S: Final = 2.0

log = structlog.get_logger()


async def keep_running(name: str, live: Callable[[], Awaitable[str]]) -> NoReturn:
    """Await life after life of a program, each returning why it ended; log the first of a row."""
    loop = asyncio.get_running_loop()
    delays = backoff()
    told = ""
    while True:
        began = loop.time()
        try:
            reason = await live()
        except OSError as error:
            reason = str(error)
        if loop.time() - began >= STEADY_S:
            delays, told = backoff(), ""
        if reason != told:
            log.warning("vision.program_ended", program=name, reason=reason)
            told = reason
        await asyncio.sleep(next(delays))


async def outlived(process: asyncio.subprocess.Process) -> str:
    """See it gone, by SIGTERM or else SIGKILL where it is not yet; return how it ended."""
    for ask in (process.terminate, process.kill):
        if process.returncode is None:
            with suppress(ProcessLookupError):
                ask()
        with suppress(TimeoutError):
            async with asyncio.timeout(TERMINATES_WITHIN_S):
                await process.wait()
    status = await process.wait()
    return f"killed by signal {-status}" if status < 0 else f"status {status}"
