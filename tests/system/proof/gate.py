"""A face gate that sends each record until the gateway has confirmed it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from edge.errors import LinkDown
from edge.mqtt import Broker, Session, connect
from tests.system.proof.book import Book
from tests.system.proof.keys import key_of

CONFIRM_S: Final = 2.0
REDIAL_S: Final = 0.3


class Gate:
    """One gate at the broker of the devices; `stopping` ends it after the record under way."""

    def __init__(self, name: str, number: str, broker: Broker, book: Book) -> None:
        self.stopping = False
        self._name = name
        self._down = f"mqtt/face/{number}"
        self._number = number
        self._broker = broker
        self._book = book
        self._records = count(1)
        self._under_way: tuple[int, bytes] | None = None

    async def run(self, pause: float) -> None:
        """Live until `stopping`."""
        while self._under_way or not self.stopping:
            try:
                async with connect(
                    self._broker, client_id=self._name, subscriptions=[self._down]
                ) as session:
                    await self._serve(session, pause)
            except (LinkDown, OSError):
                await asyncio.sleep(REDIAL_S)

    async def _serve(self, session: Session, pause: float) -> None:
        while self._under_way or not self.stopping:
            record, body = self._under_way = self._under_way or self._next()
            await session.publish(f"{self._down}/Rec", body)
            if not await self._confirmed(session, record):
                continue
            self._under_way = None
            self._book.acknowledged([key_of(self._name, record, "pass")])
            await asyncio.sleep(pause)

    def _next(self) -> tuple[int, bytes]:
        record = next(self._records)
        local = datetime.now(UTC) + timedelta(hours=8)
        info = {
            "facesluiceId": self._number,
            "RecordID": str(record),
            "customId": str(record),
            "VerifyStatus": "1",
            "time": f"{local:%Y-%m-%d %H:%M:%S}",
        }
        self._book.sent(key_of(self._name, record, "pass"))
        return record, json.dumps({"operator": "RecPush", "info": info}).encode()

    async def _confirmed(self, session: Session, record: int) -> bool:
        while (message := await session.receive(CONFIRM_S)) is not None:
            message.ack()
            said = json.loads(message.body)
            if said["operator"] == "OpenDoor":
                await self._open(session, said["messageId"])
            elif said["operator"] == "PushAck" and said["info"]["SnapOrRecordID"] == record:
                return True
        return False

    async def _open(self, session: Session, message: str) -> None:
        """Obey: a fire opens the gates."""
        said = {
            "operator": "OpenDoor-Ack",
            "messageId": message,
            "code": "200",
            "info": {"facesluiceId": self._number, "result": "ok"},
        }
        await session.publish(f"{self._down}/Ack", json.dumps(said).encode())
