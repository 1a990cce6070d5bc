"""The line that all units of a link share: one request at a time, each with its pauses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol

from edge.driver import Now
from edge.drivers.modbus import codec
from edge.drivers.modbus.codec import Data, Outcome, Refusal, Request, Silence
from edge.drivers.modbus.timing import Line, Patience
from edge.errors import LinkDown
from edge.trace import Trace

FRAME_EXTRA = 7  # bytes around a PDU, at most
SILENT_TILL_DOWN = 300.0  # seconds without any answer at all until a TCP connection is made anew


class Stream(Protocol):
    """What a driver needs of an open wire."""

    @property
    def sent(self) -> bytes:
        """The last request as it went over the wire."""
        ...

    @property
    def came(self) -> bytes:
        """All that has come since, noise too."""
        ...

    def stray(self) -> bytes:
        """Take what came while nothing was asked: an answer that was late, noise."""
        ...

    async def exchange(self, request: Request, within: float) -> Outcome:
        """Send a request and wait so many seconds for its answer."""
        ...

    async def pause(self, seconds: float) -> None:
        """Wait; raise `LinkDown` when the stream is lost meanwhile."""
        ...


class Asked(Protocol):
    """What the line has to know of who is asked.

    `pause` is the rest, in seconds, that it needs after each answer; `rests` how long it will be
    left in peace if it does not answer now.
    """

    patience: Patience
    pause: float

    @property
    def rests(self) -> float:
        """Seconds."""
        ...


class Bus:
    """Gives the line to one request after the other, commands first; learns, and notes it all."""

    def __init__(
        self, stream: Stream, *, line: Line, now: Now, trace: Trace, reconnects: bool
    ) -> None:
        self._stream = stream
        self._line = line
        self._now = now
        self._trace = trace
        self._reconnects = reconnects
        self._time = asyncio.get_running_loop().time
        self._free = asyncio.Lock()
        self._commands = 0
        self._silent_since: float | None = None
        self.quiet_until = 0.0

    @cached_property
    def _no_commands(self) -> asyncio.Event:
        """Of most lines nobody ever commands anything: it is made when it is needed."""
        return asyncio.Event()

    async def pause(self, seconds: float) -> None:
        """Wait; raise `LinkDown` when the stream is lost meanwhile."""
        await self._stream.pause(seconds)

    @property
    def wanted(self) -> bool:
        """Whether a command wants the line."""
        return self._commands > 0

    async def left_alone(self) -> None:
        """Wait until no command wants the line."""
        if self._commands:
            await self._no_commands.wait()

    @asynccontextmanager
    async def overtaking(self) -> AsyncIterator[None]:
        """Keep all that are no commands from starting."""
        self._commands += 1
        self._no_commands.clear()
        try:
            yield
        finally:
            self._commands -= 1
            if not self._commands:
                self._no_commands.set()

    async def ask(
        self, unit: Asked, request: Request, within: float, *, gives_way: bool = True
    ) -> tuple[Outcome, datetime]:
        """One exchange, and when it was over; what `gives_way` lets commands go first."""
        free, stream = self._free, self._stream
        await free.acquire()
        if gives_way and self._commands:
            free.release()
            await self._behind_commands()
        try:
            wait = self.quiet_until - self._time()
            if wait > 0:
                await stream.pause(wait)
            if stray := stream.stray():
                self._trace.frame("in", "", stray, "unasked")
            travel = self._line.seconds(len(request.pdu) + request.size + 2 * FRAME_EXTRA)
            begin = self._time()
            try:
                outcome = await stream.exchange(request, travel + within)
            except LinkDown:
                self._wrote(request, self._time() - begin, self._now())
                raise
            end = self._time()
            self.quiet_until = end + max(self._line.quiet, unit.pause)
        finally:
            free.release()
        at, took = self._now(), end - begin
        if isinstance(outcome, Data):
            self._trace.answered(request.device, stream.sent, stream.came, took, at)
        else:
            self._wrote(request, took, at)
            rests = timedelta(seconds=unit.rests if gives_way else 0.0)
            self._trace.failed(request.device, reason(outcome), rests)
        if isinstance(outcome, Silence):
            self._was_silent(request, end)
        else:
            self._silent_since = None
            unit.patience.answered(max(took - travel, 0.0))
        return outcome, at

    async def _behind_commands(self) -> None:
        """Have the line when no command wants it."""
        while True:
            await self.left_alone()
            await self._free.acquire()
            if not self._commands:
                return
            self._free.release()

    def _was_silent(self, request: Request, end: float) -> None:
        """How long nobody who should be there has answered; a unit that is looked for need not."""
        if not request.device:
            return
        if self._silent_since is None:
            self._silent_since = end
        elif self._reconnects and end - self._silent_since > SILENT_TILL_DOWN:
            raise LinkDown(f"nothing has answered for {SILENT_TILL_DOWN:.0f} s")

    def _wrote(self, request: Request, seconds: float, at: datetime) -> None:
        stream = self._stream
        self._trace.exchanged(request.device, stream.sent, stream.came, seconds, at)


def reason(outcome: Refusal | Silence) -> str:
    """Why that was no answer, in a few words that are always the same."""
    if isinstance(outcome, Refusal):
        return codec.NAMES.get(outcome.code, f"exception {outcome.code}")
    return "garbled" if outcome.garbled else "no answer"
