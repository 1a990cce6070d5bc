"""How a camera's servers send, as far as faults of its line let them."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Final

from simulators.cameras.faults import Faults

NONSENSE: Final = 700
"""Bytes of it that come in a picture's place."""


@dataclass(slots=True, kw_only=True)
class Line:
    """`break_next` cuts the connection in the middle of the next picture."""

    faults: Faults
    break_next: bool = False
    chance: random.Random = field(default_factory=random.Random)

    async def send(self, writer: asyncio.StreamWriter, message: bytes) -> None:
        """Send an answer; on a stalled line it waits until the line is well."""
        while self.faults.line == "stall":  # noqa: ASYNC110 - a fault has no end to wait for
            await asyncio.sleep(0.1)
        writer.write(message)
        await writer.drain()

    async def send_picture(self, writer: asyncio.StreamWriter, message: bytes) -> None:
        """Send a picture, nothing, nonsense, or half of it and then no more."""
        match self.faults.line:
            case "stall":
                return
            case "garbage":
                message = self.chance.randbytes(NONSENSE)
            case _ if self.break_next:
                self.break_next = False
                writer.write(message[: len(message) // 2])
                await writer.drain()
                raise ConnectionResetError("cut in the middle of a picture")
            case _:
                pass
        writer.write(message)
        await writer.drain()
