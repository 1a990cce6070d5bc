"""The gateway's end of the process that writes to the database of readings."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Final, Literal

import msgspec

from cloud_bridge.series_process import LENGTH
from cloud_bridge.series_server import ANSWER_S, CONNECT_S, Busy, Refused, Target, TooLarge
from edge.errors import LinkDown

LOADED_WITHIN_S: Final = 60.0
"""A small machine that is busy loads the client in ten seconds, once."""

ANSWERED_WITHIN_S: Final = CONNECT_S + ANSWER_S + 10.0

MOST_ANSWER: Final = 64 * 1024
"""Bytes of an answer: a few numbers, and a reason that is cut short."""


class _Answer(msgspec.Struct):
    """What the process says to what it was asked."""

    connections: int
    left_out: int = 0
    error: Literal["", "lost", "busy", "refused", "too_large"] = ""
    reason: str = ""
    pause_s: float = 0.0


class Writer:
    """Starts the process when it is first needed, and keeps it from session to session."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._process: Process | None = None
        self._asking = False
        self.connections = 0

    async def open(self) -> Writer:
        """Begin a session: the files that the target names are read anew."""
        if self._asking or (self._process and self._process.returncode is not None):
            await self.close()
        if self._process is None:
            command = (sys.executable, "-m", "cloud_bridge.series_process")
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, limit=MOST_ANSWER
            )
        await self._ask(msgspec.json.encode(asdict(self._target)), LOADED_WITHIN_S)
        return self

    async def write(self, lines: Sequence[str]) -> int:
        """Return, once the server has them, how many lines it has left out of them."""
        return await self._ask("\n".join(lines).encode(), ANSWERED_WITHIN_S)

    async def close(self) -> None:
        """End the process, whatever it is at."""
        process, self._process, self._asking = self._process, None, False
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _ask(self, body: bytes, within: float) -> int:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise LinkDown("the process that writes has ended")
        self._asking = True
        try:
            async with asyncio.timeout(within):
                process.stdin.write(LENGTH.pack(len(body)) + body)
                await process.stdin.drain()
                [length] = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
                told = await process.stdout.readexactly(min(length, MOST_ANSWER))
        except asyncio.IncompleteReadError as ended:
            raise LinkDown("the process that writes has ended") from ended
        self._asking = False
        answer = msgspec.json.decode(told, type=_Answer)
        self.connections = answer.connections
        match answer.error:
            case "":
                return answer.left_out
            case "busy":
                raise Busy(answer.reason, answer.pause_s)
            case "lost":
                raise LinkDown(answer.reason)
            case "refused":
                raise Refused(answer.reason)
            case "too_large":
                raise TooLarge(answer.reason)
