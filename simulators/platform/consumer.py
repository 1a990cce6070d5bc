"""The platform's ear at the broker: stores what comes, then says so."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from datetime import datetime
from typing import Protocol, TypeAlias

import structlog

from cloud_bridge.wire import (
    Address,
    Receipt,
    Refusal,
    Status,
    Telemetry,
    TelemetryReceipt,
    WireError,
    decode_piece,
    decode_status,
    decode_telemetry,
    encode_evidence_receipt,
    encode_issue_update,
    encode_receipt,
    encode_telemetry_receipt,
    evidence_of,
    evidence_receipts_topic,
    issues_topic,
    parse_topic,
    receipts_topic,
    telemetry_receipts_topic,
)
from edge.errors import LinkDown
from edge.mqtt import Message, Published
from simulators.platform import pictures
from simulators.platform.desk import Desk
from simulators.platform.intake import Judged, judge
from simulators.platform.readings import Readings
from simulators.platform.receipts import merge
from simulators.platform.shelf import Shelf

RECONNECT_SECONDS = 0.5
RESEND_SECONDS = 10.0
"""A step that the gateway has not told back for this long is sent again."""
WAITING = 1000
"""Messages read and not yet stored; full: the session is not read until there is room."""
TOGETHER = 200
"""Messages stored in one transaction: more would hold back the first one's receipt."""

TELEMETRY_WAITING = 32
"""Batches of readings not stored yet; what comes when it is full is sent again by its gateway."""

TOLD_BACK = "community.issue.changed.v1"

log = structlog.get_logger()


class Session(Protocol):
    """An open session with the broker, as `edge.mqtt` has it."""

    async def publish(self, topic: str, body: bytes) -> Published:
        """Return when the broker has it; raise `LinkDown` when the session is lost."""
        ...

    def messages(self) -> AsyncGenerator[Message, None]:
        """Yield until the session is lost."""
        ...


Connect: TypeAlias = Callable[[], AbstractAsyncContextManager[Session]]


class Consumer:
    """Reconnects for as long as it lives; what was not acknowledged comes again."""

    def __init__(self, connect: Connect, desk: Desk, shelf: Shelf, readings: Readings) -> None:
        self._connect = connect
        self._desk = desk
        self._shelf = shelf
        self._readings = readings
        self._telemetry: asyncio.Queue[Telemetry] = asyncio.Queue(TELEMETRY_WAITING)
        self._untold = asyncio.Event()
        self._sent: dict[int, float] = {}
        self._lives: dict[tuple[str, str], datetime | None] = {}
        self._session: Session | None = None
        self.connected = asyncio.Event()

    def tell_issues(self) -> None:
        """An issue took a step: tell its gateway as soon as there is a session."""
        self._untold.set()

    async def publish(self, topic: str, body: bytes) -> Published:
        """Send something else over the session that there is; `LinkDown` without one."""
        if self._session is None:
            raise LinkDown("no session with the broker")
        return await self._session.publish(topic, body)

    async def run(self) -> None:
        """Live until cancelled."""
        while True:
            try:
                async with self._connect() as session:
                    log.info("platform.connected")
                    self.connected.set()
                    await self._serve(session)
            except* (LinkDown, OSError) as errors:
                if self.connected.is_set():
                    log.warning("platform.disconnected", reason=str(errors.exceptions[0]))
                self.connected.clear()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _serve(self, session: Session) -> None:
        waiting: asyncio.Queue[Message] = asyncio.Queue(WAITING)
        self._sent.clear()
        self._session = session
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._store(session, waiting), name="platform-store")
                tasks.create_task(self._tell(session), name="platform-tell")
                tasks.create_task(self._keep_readings(session), name="platform-readings")
                async with aclosing(session.messages()) as messages:
                    async for message in messages:
                        await waiting.put(message)
                raise LinkDown("the broker ended the session")
        finally:
            self._session = None

    async def _store(self, session: Session, waiting: asyncio.Queue[Message]) -> None:
        while True:
            messages = [await waiting.get()]
            while len(messages) < TOGETHER and not waiting.empty():
                messages.append(waiting.get_nowait())
            await self._take(session, messages)

    async def _take(self, session: Session, messages: Sequence[Message]) -> None:
        events: list[tuple[Address, Judged]] = []
        for message in messages:
            try:
                address = parse_topic(message.topic)
                if address.rest.startswith("events/"):
                    events.append((address, judge(message.body, address)))
                elif address.rest.startswith("evidence/"):
                    await self._take_piece(session, address, message.body)
                else:
                    await self._take_other(address, message.body)
            except WireError as error:
                log.warning("platform.unreadable", topic=message.topic, reason=str(error))
        if events:
            kept = await self._desk.keep([judged for _, judged in events])
            await self._answer(session, [address for address, _ in events], kept)
            if any(arrived.event.type == TOLD_BACK for _, one in events for arrived in one.taken):
                self._untold.set()
        for message in messages:
            message.ack()

    async def _take_other(self, address: Address, body: bytes) -> None:
        if address.rest == "status":
            status = decode_status(body)
            if (status.site, status.gateway) != (address.site, address.gateway):
                raise WireError("the status is another gateway's")
            await self._desk.write(lambda store: store.keep_status(status))
            self._follow(status)
        elif address.rest == "telemetry":
            telemetry = decode_telemetry(body)
            if (telemetry.site, telemetry.gateway) != (address.site, address.gateway):
                raise WireError("the telemetry is another gateway's")
            if not self._telemetry.full():
                self._telemetry.put_nowait(telemetry)

    async def _keep_readings(self, session: Session) -> None:
        """Store readings beside the events, which do not wait for them; then say so."""
        while True:
            telemetry = await self._telemetry.get()
            try:
                new = await self._readings.keep(telemetry)
            except WireError as error:
                refusal = Refusal(id=telemetry.id, reason=str(error))
                receipt = TelemetryReceipt(refused=(refusal,))
            else:
                receipt = TelemetryReceipt(stored=(telemetry.id,))
                await self._count(new)
            topic = telemetry_receipts_topic(telemetry.site, telemetry.gateway)
            await session.publish(topic, encode_telemetry_receipt(receipt))

    async def _count(self, readings: int) -> None:
        await self._desk.write(lambda store: store.count_readings(readings))

    async def _take_piece(self, session: Session, address: Address, body: bytes) -> None:
        """Take a piece of a picture; say how much of it is there."""
        site, sha256 = address.site, evidence_of(address.rest)
        receipt = await self._shelf.take(site, sha256, decode_piece(body))
        if receipt.stored:
            await self._desk.write(lambda store: pictures.come(store.connection, site, sha256))
        topic = evidence_receipts_topic(site, address.gateway)
        await session.publish(topic, encode_evidence_receipt(receipt))

    async def _answer(
        self, session: Session, addresses: Sequence[Address], kept: Sequence[Receipt]
    ) -> None:
        by_gateway: dict[tuple[str, str], list[Receipt]] = defaultdict(list)
        for address, receipt in zip(addresses, kept, strict=True):
            by_gateway[address.site, address.gateway].append(receipt)
        async with asyncio.TaskGroup() as tasks:
            for (site, gateway), receipts in by_gateway.items():
                topic = receipts_topic(site, gateway)
                for receipt in merge(receipts):
                    body = encode_receipt(receipt)
                    tasks.create_task(_send(session, topic, body), name="platform-receipt")

    def _follow(self, status: Status) -> None:
        """A gateway that has come back may not have heard what was said meanwhile."""
        life = status.started_at if status.online else None
        if self._lives.get((status.site, status.gateway)) != life:
            self._lives[status.site, status.gateway] = life
            if status.online:
                self._sent.clear()
                self._untold.set()

    async def _tell(self, session: Session) -> None:
        """Send each step, and again until its gateway has told it back; of an issue one by one."""
        time = asyncio.get_running_loop().time
        while True:
            self._untold.clear()
            steps = await self._desk.quietly(lambda store: store.untold())
            for one in steps:
                if time() < self._sent.get(one.step, -RESEND_SECONDS) + RESEND_SECONDS:
                    continue
                self._sent[one.step] = time()
                topic = issues_topic(one.site, one.gateway)
                await session.publish(topic, encode_issue_update(one.update))
            known = {one.step for one in steps}
            self._sent = {step: at for step, at in self._sent.items() if step in known}
            oldest = min(self._sent.values(), default=None)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(None if oldest is None else oldest + RESEND_SECONDS):
                    await self._untold.wait()


async def _send(session: Session, topic: str, body: bytes) -> None:
    await session.publish(topic, body)
