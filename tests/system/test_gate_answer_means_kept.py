"""PushAck to a gate means: on disk. The process is killed on it, and the disk is read."""

from __future__ import annotations

import asyncio
import json
import random
from pathlib import Path

import apsw
import pytest

from edge.mqtt import Broker, Session, connect
from simulators.broker import broker
from tests.fakes.process import gateway

pytestmark = pytest.mark.usefixtures("mosquitto_path")

SITE = """
site: {{id: s, name: {{zh: 测试, en: Test}}}}
gateway: {{id: gw, store: var}}
links:
  - {{id: gates, driver: mqtt_gate, broker: {{host: 127.0.0.1, port: {port}}}}}
devices:
  - id: gate-1
    link: gates
    profile: gates/mqtt_face
    name: {{zh: 门禁, en: Gate}}
    address: {{device_id: '1001'}}
"""

DOWN = "mqtt/face/1001"
STAMP = "2026-07-01 10:20:30"
KILLS = 5
MOST_RECORDS = 12
ANSWER_S = 20.0
AGAIN_S = 0.5
"""How long the gate waits before it sends a record again: the gateway may still be starting."""


def test_a_record_that_was_answered_is_in_the_journal(tmp_path: Path) -> None:
    """Five lives, each ended by SIGKILL on some PushAck: every answered record is there, once."""
    answered = asyncio.run(five_lives(tmp_path))
    kept = origins(tmp_path / "var" / "journal.db")
    assert [origin for origin in answered if origin not in kept] == []
    assert sorted(set(kept)) == sorted(kept), "and each is there once"
    assert len(answered) >= KILLS


async def five_lives(folder: Path) -> list[str]:
    """Play the gate through them; return what the gateway has answered."""
    chance = random.Random(20110701)  # noqa: S311 - the moments have to repeat
    answered: list[str] = []
    record = 0
    async with broker() as running:
        way = Broker(host="127.0.0.1", port=running.port, version=running.version)
        async with connect(way, client_id="gate", subscriptions=[DOWN]) as gate:
            for _ in range(KILLS):
                last = record + chance.randint(1, MOST_RECORDS)
                with gateway(folder, SITE.format(port=running.port)) as life:
                    while record < last:
                        record += 1
                        answered.append(await tell(gate, record))
                    life.kill()
    return answered


async def tell(gate: Session, record: int) -> str:
    """Send one record until its PushAck comes; return the identity it has in the journal."""
    info = {"facesluiceId": "1001", "RecordID": str(record), "VerifyStatus": "1", "time": STAMP}
    said = json.dumps({"operator": "RecPush", "info": info}).encode()
    async with asyncio.timeout(ANSWER_S):
        while True:
            await gate.publish(f"{DOWN}/Rec", said)
            if await confirmed(gate, record):
                return f"gate-1/rec/{record}/{STAMP}"


async def confirmed(gate: Session, record: int) -> bool:
    """Whether the gateway's word on this record comes before the gate sends it again."""
    while (message := await gate.receive(AGAIN_S)) is not None:
        message.ack()
        said = json.loads(message.body)
        if said["operator"] == "PushAck" and said["info"]["SnapOrRecordID"] == record:
            return True
    return False


def origins(journal: Path) -> list[str]:
    """The identities of all passages in a journal, in order."""
    db = apsw.Connection(str(journal))
    try:
        query = "SELECT o.origin FROM event e JOIN origin o USING (number) WHERE e.kind = ?"
        kept = [str(origin) for (origin,) in db.execute(query, ("access.granted",))]
        [(count,)] = db.execute("SELECT count(*) FROM event WHERE kind = ?", ("access.granted",))
    finally:
        db.close()
    assert len(kept) == count, "a copy has no identity of its own"
    return kept
