"""The simulated platform's ear over a broker that only notes, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from cloud_bridge.contract.examples import AT
from cloud_bridge.wire import Receipt, decode_receipt
from edge.errors import LinkDown
from edge.mqtt import Message, Published
from simulators.platform.consumer import Connect, Consumer
from simulators.platform.desk import Desk
from simulators.platform.readings import Readings
from simulators.platform.shelf import Shelf
from tests.fakes import time


class FakeBroker:
    """Sessions that deliver what the test puts in and note what is published."""

    def __init__(self) -> None:
        self.inbox: asyncio.Queue[Message | None] = asyncio.Queue()
        self.log: list[tuple[str, bytes]] = []
        self.sessions = 0
        self.refusing = False

    def deliver(self, topic: str, body: bytes) -> None:
        """A message; its acknowledgement is noted too."""
        self.inbox.put_nowait(
            Message(topic, body, retained=False, ack=lambda: self.log.append(("ack", body)))
        )

    def cut(self) -> None:
        """End the session."""
        self.inbox.put_nowait(None)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[FakeBroker]:
        """A new session."""
        self.sessions += 1
        yield self

    async def publish(self, topic: str, body: bytes) -> Published:
        """Note it, or have no answer."""
        await asyncio.sleep(0)
        if self.refusing:
            raise LinkDown("no PUBACK")
        self.log.append((topic, body))
        return Published(no_subscriber=False)

    async def messages(self) -> AsyncGenerator[Message, None]:
        """What was delivered, until the cut."""
        while (message := await self.inbox.get()) is not None:
            yield message
        raise LinkDown("cut")

    def receipts(self) -> list[Receipt]:
        """The receipts that were published."""
        return [decode_receipt(body) for topic, body in self.log if topic.endswith("/receipts")]


Story = Callable[[FakeBroker, Consumer, Desk], Awaitable[None]]


def play(tmp_path: Path, story: Story) -> FakeBroker:
    """Run the consumer in virtual time while the story happens."""

    async def main() -> FakeBroker:
        broker = FakeBroker()
        desk = Desk(tmp_path / "platform.db", lambda: AT)
        readings = Readings(tmp_path / "readings.db")
        await desk.open()
        await readings.open()
        connect: Connect = broker.connect
        consumer = Consumer(connect, desk, Shelf(tmp_path / "pictures"), readings)
        running = asyncio.create_task(consumer.run(), name="consumer")
        try:
            await story(broker, consumer, desk)
        finally:
            running.cancel()
            await asyncio.wait([running])
            await readings.close()
            await desk.close()
        return broker

    return time.run(main())


async def until(condition: Callable[[], bool]) -> None:
    """Give the consumer time until something is so; the test's own limit ends it."""
    while not condition():  # noqa: ASYNC110 - what is waited for has no event
        await asyncio.sleep(0.01)
