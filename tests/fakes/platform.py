"""A platform in the process: takes batches, answers receipts, can be cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from cloud_bridge.uplink import Heard, Said
from cloud_bridge.wire import (
    EvidenceReceipt,
    Piece,
    Receipt,
    Refusal,
    Status,
    Telemetry,
    TelemetryReceipt,
    decode_telemetry,
)
from edge.errors import LinkDown
from edge.model import Lane


class FakePlatform:
    """Stores what it is sent, by lane; `bodies` are event ids as text.

    `order` is what came one after the other: a lane, or nothing for readings.
    """

    def __init__(self) -> None:
        self.stored: list[str] = []
        self.received: list[tuple[Lane, str]] = []
        self.sessions = 0
        self.reachable = asyncio.Event()
        self.reachable.set()
        self.answering = True
        self.heard: Heard = "unknown"
        self.refuses: dict[str, str] = {}
        self.pieces: list[tuple[str, Piece]] = []
        self.evidence: Callable[[str, Piece], EvidenceReceipt | None] = lambda _, __: None
        self.telemetry: list[Telemetry] = []
        self.receipt: Callable[[Telemetry], TelemetryReceipt | None] = _stored
        self.order: list[Lane | None] = []
        self._words: asyncio.Queue[Said] = asyncio.Queue(10_000)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[FakePlatform]:
        """Open, unless the platform cannot be reached."""
        self.check()
        self.sessions += 1
        self._words = asyncio.Queue(10_000)
        yield self

    def check(self) -> None:
        """Fail when the way is cut."""
        if not self.reachable.is_set():
            raise LinkDown("cut")

    async def publish(self, lane: Lane, bodies: Sequence[bytes]) -> Heard:
        """Take a batch in 20 ms; answer it unless told not to."""
        await asyncio.sleep(0.02)
        self.check()
        ids = [body.decode() for body in bodies]
        self.received += [(lane, event) for event in ids]
        self.order.append(lane)
        if not self.answering:
            return self.heard
        self.stored += [event for event in ids if event not in self.refuses]
        await self.say(
            Receipt(
                stored=tuple(event for event in ids if event not in self.refuses),
                refused=tuple(
                    Refusal(id=event, reason=self.refuses[event])
                    for event in ids
                    if event in self.refuses
                ),
            )
        )
        return "heard"

    async def send_piece(self, sha256: str, piece: Piece) -> None:
        """Take a piece of evidence in 20 ms; answer as `evidence` says."""
        await asyncio.sleep(0.02)
        self.check()
        self.pieces.append((sha256, piece))
        receipt = self.evidence(sha256, piece)
        if receipt is not None:
            await self.say(receipt)

    async def send_telemetry(self, body: bytes) -> Heard:
        """Take readings in 20 ms; answer as `receipt` says, unless nobody hears."""
        await asyncio.sleep(0.02)
        self.check()
        self.order.append(None)
        telemetry = decode_telemetry(body)
        self.telemetry.append(telemetry)
        receipt = self.receipt(telemetry)
        if receipt is not None and self.heard != "unheard":
            await self.say(receipt)
        return self.heard

    async def tell_status(self, status: Status) -> None:
        """Look at nothing."""
        del status
        self.check()

    async def say(self, said: Said) -> None:
        """Say something to the gateway."""
        await self._words.put(said)

    async def said(self) -> AsyncGenerator[Said, None]:
        """Yield what was said; notice within a second that the way is cut."""
        while True:
            try:
                async with asyncio.timeout(1):
                    said = await self._words.get()
            except TimeoutError:
                self.check()
                continue
            yield said


def _stored(telemetry: Telemetry) -> TelemetryReceipt:
    return TelemetryReceipt(stored=(telemetry.id,))
