"""The power goes: what was not synced is gone, in whole or in part."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from tests.system.proof.schedule import Value
from tests.system.proof.stage import Stage

Words = Mapping[str, Value]

DIES_S: Final = 10.0
"""What a machine without power takes to be still."""
LOOK_S: Final = 0.2

_lives: dict[int, int] = {}


async def cut(stage: Stage, words: Words) -> None:
    """The machine is off: what its disk held at that instant is what it finds again."""
    del words
    assert stage.disk is not None
    stage.daemon.signal(signal.SIGSTOP)
    await stage.disk.cut()
    await stage.daemon.take_down()
    await stage.disk.come_back()


async def power(stage: Stage, words: Words) -> None:
    """And on again."""
    del words
    stage.daemon.bring_up()


async def tear(stage: Stage, words: Words) -> None:
    """Some writes from here the power goes; any of those that are not synced is lost, or torn."""
    while not stage.daemon.pid:  # noqa: ASYNC110 - a process tells no event
        await asyncio.sleep(LOOK_S)
    stage.daemon.expect_end()
    _lives[id(stage)] = stage.daemon.lives
    await stage.daemon.tell(do="cut", writes=words["writes"], seed=words["seed"])


async def torn(stage: Stage, words: Words) -> None:
    """At the latest now; whoever is being torn is not killed meanwhile."""
    lived = _lives.pop(id(stage))
    async with asyncio.timeout(DIES_S):
        while stage.daemon.lives == lived:
            with suppress(ConnectionError):
                await stage.daemon.tell(do="cut", writes=0, seed=words["seed"])
            await asyncio.sleep(LOOK_S)
