"""Sends evidence in a lane of its own: when nothing else waits, in small pieces, resumed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, NoReturn, Protocol, TypeAlias

import structlog

from cloud_bridge.uplink import Uplink
from cloud_bridge.wire import EvidenceReceipt, Piece
from edge.driver import Now, Report
from edge.evidence.evidence import Evidence
from edge.model import RecordsDropped

PIECE_BYTES: Final = 16 * 1024
"""Of one piece: an alarm that comes meanwhile waits for it a tenth of a second at 1 Mbit/s."""

PACE_S: Final = 0.1
"""From one piece to the next: 160 kB a second at most, some two seconds for a clip."""

LISTEN_S: Final = 0.25
"""How often is looked whether events still wait."""

PATIENCE_S: Final = 30.0
"""For the platform's word on a piece; then it is asked what it has."""

ASKED: Final = 3
"""Times in a row; then nobody there listens for evidence, and it is left alone for a while."""

DEAF_S: Final = 300.0
"""That while; also after the disk could not be read."""

GROWN_S: Final = 60.0
"""How often is looked for something new though nobody said that it came."""

Take: TypeAlias = Callable[[Report], Awaitable[None]]
"""The way into the pipeline."""

log = structlog.get_logger()


class Outgoing(Protocol):
    """What an uplink has not had yet; see `edge.evidence.sending`. `OSError`: the disk."""

    @property
    def grown(self) -> asyncio.Event:
        """Set when something has come."""
        ...

    async def next(self) -> Evidence | None:
        """What is to be sent next."""
        ...

    async def piece(self, evidence: Evidence, offset: int, size: int) -> bytes:
        """Some bytes of it; empty where they are gone."""
        ...

    async def delivered(self, evidence: Evidence) -> None:
        """It need not be sent any more."""
        ...

    async def tried(self, evidence: Evidence) -> bool:
        """It arrived damaged; whether it is to be tried again."""
        ...


class EvidenceLane:
    """Evidence of one uplink: pieces go one by one, each after the platform's word on the last.

    The platform alone knows how much it has: after a cut or a restart it is asked. `idle` says
    whether no event waits. What the platform refuses, or finds damaged each time, is told.
    """

    def __init__(
        self, name: str, outgoing: Outgoing, idle: Callable[[], bool], take: Take, now: Now
    ) -> None:
        self._name = name
        self._outgoing = outgoing
        self._idle = idle
        self._take = take
        self._now = now
        self._waiting: tuple[str, asyncio.Future[EvidenceReceipt]] | None = None

    async def run(self, uplink: Uplink) -> NoReturn:
        """Send until the session is lost; `LinkDown` then."""
        while True:
            self._outgoing.grown.clear()
            try:
                evidence = await self._outgoing.next()
                if evidence is not None and await self._send(uplink, evidence):
                    continue
            except OSError as refusal:
                log.warning("evidence.unreadable", uplink=self._name, reason=str(refusal))
                evidence = None
                await asyncio.sleep(DEAF_S)
            await self._wait(GROWN_S if evidence is None else DEAF_S)

    def heard(self, receipt: EvidenceReceipt) -> None:
        """The platform says how much of a picture it has."""
        if self._waiting is not None:
            sha256, answer = self._waiting
            if receipt.sha256 == sha256 and not answer.done():
                answer.set_result(receipt)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._outgoing.grown.wait()
        except TimeoutError:
            return

    async def _send(self, uplink: Uplink, evidence: Evidence) -> bool:
        """Send what the platform does not have of it; false when it does not answer."""
        offset, body, silent = 0, b"", 0
        while True:
            piece = Piece(offset=offset, total=evidence.size, body=body)
            receipt = await self._ask(uplink, evidence, piece)
            if receipt is None:
                silent += 1
                if silent == ASKED:
                    return False
                body = b""  # it may have had the piece: ask
                continue
            silent = 0
            if await self._ended(evidence, receipt):
                return True
            offset = receipt.had
            body = await self._outgoing.piece(evidence, offset, PIECE_BYTES)
            if not body:  # forgotten meanwhile, or a platform that has all and does not say so
                return offset < evidence.size

    async def _ask(
        self, uplink: Uplink, evidence: Evidence, piece: Piece
    ) -> EvidenceReceipt | None:
        """Send a piece when nothing else waits, and return what the platform says to it."""
        await asyncio.sleep(PACE_S)
        while not self._idle():  # noqa: ASYNC110 - lanes empty one by one, without a word
            await asyncio.sleep(LISTEN_S)
        answer: asyncio.Future[EvidenceReceipt] = asyncio.get_running_loop().create_future()
        self._waiting = (evidence.sha256, answer)
        try:
            await uplink.send_piece(evidence.sha256, piece)
            async with asyncio.timeout(PATIENCE_S):
                return await answer
        except TimeoutError:
            return None
        finally:
            self._waiting = None

    async def _ended(self, evidence: Evidence, receipt: EvidenceReceipt) -> bool:
        """Whether nothing more is to be sent of it now."""
        if receipt.stored:
            await self._outgoing.delivered(evidence)
        elif receipt.refused:
            await self._outgoing.delivered(evidence)
            await self._tell(f"refused by {self._name}: {receipt.refused}")
        elif receipt.damaged:
            log.warning("evidence.damaged", uplink=self._name, sha256=evidence.sha256)
            if not await self._outgoing.tried(evidence):
                await self._tell(f"damaged on its way to {self._name} each time")
        else:
            return False
        return True

    async def _tell(self, reason: str) -> None:
        dropped = RecordsDropped(what="evidence", count=1, reason=reason[:200], at=self._now())
        await self._take(Report((dropped,)))
