"""What is done to packets, in a network of the run's own: no proxy sees to it, the kernel does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tests.system.proof import own_network
from tests.system.proof.faults_network import DIRECTIONS
from tests.system.proof.schedule import Value
from tests.system.proof.stage import Stage

Words = Mapping[str, Value]


async def lose(stage: Stage, words: Words) -> None:
    """Packets are lost in one direction, or in both: the connections are half-open."""
    directions = DIRECTIONS[words["direction"]]
    await asyncio.to_thread(own_network.lose, stage.port(str(words["way"])), directions)


async def refuse(stage: Stage, words: Words) -> None:
    """Whoever sends anything, or dials, is told RST; the other end hears nothing."""
    await asyncio.to_thread(own_network.refuse, stage.port(str(words["way"])))


async def whole(stage: Stage, words: Words) -> None:
    """Nothing is lost any more."""
    del stage, words
    await asyncio.to_thread(own_network.whole)


async def narrow(stage: Stage, words: Words) -> None:
    """64 kbit/s for everybody."""
    del stage, words
    await asyncio.to_thread(own_network.narrow)


async def wide(stage: Stage, words: Words) -> None:
    """As fast as it goes."""
    del stage, words
    await asyncio.to_thread(own_network.wide)
