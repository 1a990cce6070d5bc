"""An order opens a gate at most once: the process is killed while the gate has it, then asked."""

from __future__ import annotations

import asyncio
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cloud_bridge.order_keys import SigningKey
from cloud_bridge.ordering import Wish, order_of
from cloud_bridge.wire import commands_topic, events_topic, read_event, split
from cloud_bridge.wire.documents import CommandData
from cloud_bridge.wire.parts import CommandDoc
from edge.model import Lane
from edge.mqtt import Broker, Session, connect
from simulators.broker import broker
from tests.fakes.process import gateway
from tests.system.test_gate_answer_means_kept import tell

pytestmark = [pytest.mark.usefixtures("mosquitto_path"), pytest.mark.timeout(150)]

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
uplinks: [{{id: city, type: mqtt, broker: {{host: 127.0.0.1, port: {port}}}}}]
commands:
  remote: true
  keys: [{{id: city, public_key: {public}, kinds: [gate], actions: [open]}}]
"""

WISH = Wish(site="s", gateway="gw", device="gate-1", action="open", by="值班员")
KILLS = 3
COPIES = 5
ANSWER_S = 30.0


def test_a_killed_gateway_opens_no_gate_twice(tmp_path: Path) -> None:
    """SIGKILL while the gate has the command: the next life says so and does not repeat it."""
    asyncio.run(lives(tmp_path))


async def lives(folder: Path) -> None:
    """Play platform and gate through a few of them."""
    chance = random.Random(20260701)  # noqa: S311 - the moments have to repeat
    key = SigningKey.new("city")
    async with broker() as running:
        way = Broker(host="127.0.0.1", port=running.port, version=running.version)
        topics = [events_topic("s", "gw", lane) for lane in Lane]
        site = SITE.format(port=running.port, public=key.public)
        async with (
            connect(way, client_id="gate", subscriptions=["mqtt/face/1001"]) as gate,
            connect(way, client_id="platform", subscriptions=topics) as platform,
        ):
            for number in range(KILLS):
                with gateway(folder, site) as life:
                    await tell(gate, number)  # an order to a gate that it does not hear is refused
                    order = order_of(WISH, datetime.now(UTC), timedelta(seconds=30))
                    body = key.seal(order)
                    await send(platform, body)
                    assert await opened(gate, ANSWER_S) == [f"platform/{order.id}"]
                    await asyncio.sleep(chance.uniform(0, 0.05))
                    life.kill()
                with gateway(folder, site) as life:
                    for _ in range(COPIES):
                        await send(platform, body)
                    result = await answer(platform, order.id)
                    assert (result.outcome, result.issued_by) == ("failed", "city:值班员")
                    assert result.detail.startswith("interrupted: ")
                    assert await opened(gate, 0.5) == []
                    life.kill()


async def send(platform: Session, body: bytes) -> None:
    """Send an order as soon as the gateway listens."""
    async with asyncio.timeout(ANSWER_S):
        topic = commands_topic("s", "gw")
        while (await platform.publish(topic, body)).no_subscriber:  # noqa: ASYNC110 - the broker tells no event
            await asyncio.sleep(0.05)


async def opened(gate: Session, patience: float) -> list[str]:
    """The numbers of the commands that the gate gets, the first within so many seconds."""
    message = await gate.receive(patience)
    if message is None:
        return []
    message.ack()
    said = json.loads(message.body)
    more = await opened(gate, 0.1)
    return [said["messageId"], *more] if said["operator"] == "OpenDoor" else more


async def answer(platform: Session, order: str) -> CommandDoc:
    """The result of an order, when it comes."""
    async with asyncio.timeout(ANSWER_S):
        async for message in platform.messages():
            message.ack()
            for event in map(read_event, split(message.body)):
                if isinstance(event.data, CommandData) and event.data.command.id == order:
                    return event.data.command
    raise AssertionError("the session has ended")
