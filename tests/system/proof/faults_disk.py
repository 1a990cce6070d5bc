"""What is done to the disk that the store lies on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tests.system.proof.schedule import Value
from tests.system.proof.stage import Stage

Words = Mapping[str, Value]


async def fill(stage: Stage, words: Words) -> None:
    """Somebody else takes all the room."""
    del words
    assert stage.disk is not None
    await asyncio.to_thread(stage.disk.fill)


async def empty(stage: Stage, words: Words) -> None:
    """And gives it back."""
    del words
    assert stage.disk is not None
    await asyncio.to_thread(stage.disk.empty)


async def abort(stage: Stage, words: Words) -> None:
    """The kernel finds the disk damaged: from now on it can only be read."""
    del words
    assert stage.disk is not None
    await stage.disk.abort()


async def mend(stage: Stage, words: Words) -> None:
    """Somebody stops the gateway, repairs the disk, and starts it again."""
    del words
    assert stage.disk is not None
    await stage.daemon.take_down()
    await stage.disk.unmount()
    await stage.disk.mount()
    stage.daemon.bring_up()
