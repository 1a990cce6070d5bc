"""An open stream of bytes with at most one request in flight."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from edge.beats import Bell
from edge.drivers.modbus.codec import (
    Framing,
    Outcome,
    OutOfStepError,
    Request,
    Silence,
)
from edge.trace import MOST_BYTES


class Wire:
    """Asks one thing at a time, and tells as soon as the stream is lost."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._loop = asyncio.get_running_loop()
        self._time = self._loop.time
        self._transport: asyncio.WriteTransport | None = None
        self._buffer = bytearray()
        self._stray = b""
        self.sent = b""
        self.came = b""
        self._request: Request | None = None
        self._transaction = 0
        self._answer: asyncio.Future[Outcome] | None = None
        self._deadline = 0.0
        self._bell = Bell(self._loop, self._ring)
        self._tell: Callable[[str], None] = _nobody
        self._lost = "not connected"

    def send(self, request: Request, within: float, answer: asyncio.Future[Outcome]) -> bytes:
        """Send a request whose answer is waited for so many seconds; never two at a time.

        Returns what came while nothing was asked: an answer that was late, noise.
        """
        stray, self._stray, self.came = self._stray, b"", b""
        self._transaction = transaction = self._transaction % 0xFFFF + 1
        if self._buffer:
            self._buffer.clear()
        self._request, self._answer = request, answer
        now = self._time()
        self._deadline = deadline = now + within
        self._bell.set(deadline, now)
        self.sent = sent = self._framing.frame(request, transaction)
        if self._transport is not None:
            self._transport.write(sent)
        return stray

    def tell(self, lost: Callable[[str], None]) -> None:
        """Call this with the reason when the stream is lost, or has been."""
        self._tell = lost
        if self._transport is None:
            lost(self._lost)

    def attach(self, transport: asyncio.WriteTransport) -> None:
        """Use this stream from now on; an older one has been given up by the other end."""
        old, self._transport = self._transport, transport
        if old is not None:
            old.abort()

    def feed(self, transport: asyncio.BaseTransport, data: bytes) -> None:
        """Take what came."""
        if transport is not self._transport:
            return
        request = self._request
        self._buffer += data
        if request is None:
            self._stray = (self._stray + data)[:MOST_BYTES]  # as much as anybody sees
        else:
            self.came = (self.came + data)[:MOST_BYTES]
        try:
            answer = self._framing.take(self._buffer, request, self._transaction)
        except OutOfStepError as error:
            self.detach(transport, str(error))
            return
        if answer is not None:
            self._settle(answer)

    def detach(self, transport: asyncio.BaseTransport, reason: str) -> None:
        """The stream is lost: whoever wants to know is told."""
        if transport is not self._transport:
            return
        self._lost = reason
        self.close()
        self._tell(reason)

    def close(self) -> None:
        """End the stream."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()

    def _settle(self, outcome: Outcome) -> None:
        answer = self._answer
        self._request = self._answer = None
        if answer is not None and not answer.done():
            answer.set_result(outcome)

    def _ring(self) -> None:
        """One bell serves many requests: that of an earlier one may ring while the next waits."""
        if self._answer is None:
            return
        now = self._time()
        if now < self._deadline:
            self._bell.set(self._deadline, now)
        else:
            self._settle(Silence(garbled=bool(self.came)))


def _nobody(_: str) -> None:
    """Nobody wants to know yet."""
