"""What devices do that they should not, and who is none."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from typing import Final

from edge.drivers.gb26875 import frames
from tests.system.proof.panel import HOST, frame_of
from tests.system.proof.schedule import Value
from tests.system.proof.stage import Stage

Words = Mapping[str, Value]

GARBAGE: Final = 200_000
"""Bytes."""
STRANGER: Final = 4_711
DIALLING: Final = 8


async def copies(stage: Stage, words: Words) -> None:
    """Every frame comes several times at once."""
    await stage.devices.tell(do="copies", times=words["times"])


async def no_copies(stage: Stage, words: Words) -> None:
    """And once."""
    del words
    await stage.devices.tell(do="copies", times=1)


async def flood(stage: Stage, words: Words) -> None:
    """One device tells a thousand values a second."""
    await stage.devices.tell(do="flood", rate=words["rate"], seconds=words["seconds"])


async def nonsense(stage: Stage, words: Words) -> None:
    """Somebody connects and talks nonsense: noise, a frame that is damaged, a stranger's frame."""
    del words
    chance = random.Random(GARBAGE)  # noqa: S311 - it has to repeat
    damaged = bytearray(frames.encode(frame_of(stage.world.flooder[1], 1, 0, "raise")))
    damaged[-3] ^= 0xFF
    strange = frames.encode(frame_of(STRANGER, 1, 0, "raise"))
    for body in (chance.randbytes(GARBAGE), b"@" * GARBAGE, bytes(damaged) * 20, strange):
        _, writer = await asyncio.open_connection(HOST, stage.world.panel_way)
        stage.dials.append(writer)
        writer.write(body)


async def half_frame(stage: Stage, words: Words) -> None:
    """Some connect; one of a device's addresses sends half a frame, the others nothing at all."""
    del words
    whole = frames.encode(frame_of(stage.world.flooder[1], 1, 0, "raise"))
    for number in range(DIALLING):
        _, writer = await asyncio.open_connection(HOST, stage.world.panel_way)
        stage.dials.append(writer)
        if not number:
            writer.write(whole[: len(whole) // 2])


async def hang_up(stage: Stage, words: Words) -> None:
    """They go."""
    del words
    for writer in stage.dials:
        writer.transport.abort()
    stage.dials.clear()
