"""The platform's process: stores, then gives receipts; `… tests.system.proof.receiver FOLDER`."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final

from cloud_bridge.wire import (
    Receipt,
    encode_receipt,
    parse_topic,
    read_event,
    receipts_topic,
    split,
)
from cloud_bridge.wire.topics import EVERY_EVENT
from edge.errors import LinkDown
from edge.mqtt import Broker, Message, Session, connect
from tests.system.proof.ledger import Ledger
from tests.system.proof.orders import orders
from tests.system.proof.panel import HOST
from tests.system.proof.second_way import SecondWay, line_of
from tests.system.proof.world import RECEIVED, World, load

REDIAL_S: Final = 0.2
TOGETHER: Final = 100
"""Messages stored with one fsync."""
RECEIPT: Final = 500
"""Ids in a receipt."""


class Receiver:
    """One subscriber of all events; `deaf` while it is connected and has not subscribed."""

    def __init__(self, world: World, ledger: Ledger, second: SecondWay) -> None:
        self._broker = Broker(host=HOST, port=world.cloud_port, username="platform")
        self._ledger = ledger
        self._deaf = False
        self._turned = asyncio.Event()
        self._second = second

    async def run(self) -> None:
        """Serve session after session until stdin ends."""
        serving = [
            asyncio.create_task(self._serve(), name="platform"),
            asyncio.create_task(self._second.run(), name="door"),
        ]
        async with aclosing(orders()) as said:
            async for order in said:
                self._obey(order)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    def _obey(self, order: dict[str, Any]) -> None:
        if order["do"] == "door":
            self._second.turn(order["fault"] or None, expired=bool(order["expired"]))
            return
        self._deaf = order["do"] == "deaf"
        self._turned.set()

    async def _serve(self) -> None:
        while True:
            self._turned.clear()
            topics = [] if self._deaf else [EVERY_EVENT]
            try:
                async with connect(
                    self._broker, client_id="platform", subscriptions=topics
                ) as session:
                    await self._until_turned(session)
            except (LinkDown, OSError):
                await asyncio.sleep(REDIAL_S)

    async def _until_turned(self, session: Session) -> None:
        taking = asyncio.create_task(self._take(session), name="take")
        turning = asyncio.create_task(self._turned.wait(), name="turn")
        try:
            await asyncio.wait([taking, turning], return_when=asyncio.FIRST_COMPLETED)
        finally:
            turning.cancel()
            taking.cancel()
            [lost, _] = await asyncio.gather(taking, turning, return_exceptions=True)
        if isinstance(lost, Exception):
            raise lost

    async def _take(self, session: Session) -> None:
        while True:
            messages = [await session.receive(None)]
            while len(messages) < TOGETHER and (more := await session.receive(0)):
                messages.append(more)
            await self._store(session, [each for each in messages if each])

    async def _store(self, session: Session, messages: list[Message]) -> None:
        """Write down what came; then, and only then, say so."""
        now = time.time()
        bodies = [body for message in messages for body in split(message.body)]
        lines = [line_of(read_event(body), body, now) for body in bodies]
        self._ledger.add(*lines)
        address = parse_topic(messages[0].topic)
        ids = [line["id"] for line in lines]
        for first in range(0, len(ids), RECEIPT):
            receipt = Receipt(stored=tuple(ids[first : first + RECEIPT]))
            topic = receipts_topic(address.site, address.gateway)
            await session.publish(topic, encode_receipt(receipt))
        for message in messages:
            message.ack()


def main() -> None:
    """Be the platform of the world in a folder."""
    folder = Path(sys.argv[1])
    world, ledger = load(folder), Ledger(folder / RECEIVED)
    asyncio.run(Receiver(world, ledger, SecondWay(folder, world.door_port, ledger)).run())


if __name__ == "__main__":
    main()
