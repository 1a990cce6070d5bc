"""An open stream of bytes with at most one request in flight."""

from __future__ import annotations

import asyncio

from edge.beats import BEAT_S, Beats
from edge.drivers.modbus.codec import (
    MAX_BUFFER,
    Answer,
    Framing,
    Outcome,
    OutOfStepError,
    Request,
    Silence,
)
from edge.errors import LinkDown

MAX_PIECES = 64  # in which an answer comes, at most; what more comes is noise


class Wire:
    """Asks one thing at a time; raises `LinkDown` as soon as the stream is lost."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._loop = asyncio.get_running_loop()
        self._beats = Beats.of(self._loop)
        self._transport: asyncio.WriteTransport | None = None
        self._buffer = bytearray()
        self._came: list[bytes] = []
        self._stray: list[bytes] = []
        self.sent = b""
        self._request: Request | None = None
        self._transaction = 0
        self._answer: asyncio.Future[Outcome] | None = None
        self._deadline = 0.0
        self._sweep: asyncio.TimerHandle | None = None
        self._rings_at = 0.0
        self._sleepers: set[asyncio.Future[None]] = set()
        self._lost = "not connected"

    @property
    def came(self) -> bytes:
        """All that has come since the last request, noise too, unless that is without end."""
        return b"".join(self._came)

    def stray(self) -> bytes:
        """Take what came while nothing was asked: an answer that was late, noise."""
        if not self._stray:
            return b""
        stray = b"".join(self._stray)
        self._stray.clear()
        return stray

    async def exchange(self, request: Request, within: float) -> Outcome:
        """Send a request and wait so many seconds for its answer; never two at a time."""
        if self._transport is None:
            raise LinkDown(self._lost)
        self._transaction = self._transaction % 0xFFFF + 1
        self._buffer.clear()
        self._came.clear()
        self._request = request
        self._answer = self._loop.create_future()
        self._expect(self._loop.time() + within)
        self.sent = self._framing.frame(request, self._transaction)
        self._transport.write(self.sent)
        try:
            return await self._answer
        finally:
            self._request = None
            self._answer = None

    async def pause(self, seconds: float) -> None:
        """Wait, but not on a stream that is lost; who waits long is woken with others."""
        if self._transport is None:
            raise LinkDown(self._lost)
        if seconds >= BEAT_S:
            sleeper = self._beats.after(seconds)
        else:
            sleeper = self._loop.create_future()
            self._loop.call_later(seconds, _wake, sleeper)
        self._sleepers.add(sleeper)
        try:
            await sleeper
        finally:
            self._sleepers.discard(sleeper)

    def attach(self, transport: asyncio.WriteTransport) -> None:
        """Use this stream from now on; an older one has been given up by the other end."""
        old, self._transport = self._transport, transport
        if old is not None:
            old.abort()

    def feed(self, transport: asyncio.BaseTransport, data: bytes) -> None:
        """Take what came."""
        if transport is not self._transport:
            return
        self._buffer += data
        kept = self._stray if self._request is None else self._came
        if len(kept) < MAX_PIECES:
            kept.append(data[:MAX_BUFFER])
        try:
            answer: Answer | None = self._framing.take(
                self._buffer, self._request, self._transaction
            )
        except OutOfStepError as error:
            self.detach(transport, str(error))
            return
        if answer is not None and self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    def detach(self, transport: asyncio.BaseTransport, reason: str) -> None:
        """The stream is lost: whoever waits learns it."""
        if transport is not self._transport:
            return
        self._lost = reason
        self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(LinkDown(reason))
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_exception(LinkDown(reason))

    def close(self) -> None:
        """End the stream."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None

    def _expect(self, deadline: float) -> None:
        """One timer serves many requests: it moves only when it would ring too late."""
        self._deadline = deadline
        if self._sweep is not None:
            if self._rings_at <= deadline:
                return
            self._sweep.cancel()
        self._ring_at(deadline)

    def _ring_at(self, deadline: float) -> None:
        self._rings_at = deadline
        self._sweep = self._loop.call_at(deadline, self._ring)

    def _ring(self) -> None:
        self._sweep = None
        if self._answer is None or self._answer.done():
            return
        if self._loop.time() < self._deadline:
            self._ring_at(self._deadline)
            return
        self._answer.set_result(Silence(garbled=bool(self._came)))


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)
