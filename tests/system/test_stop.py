"""A gateway that is told to stop ends soon, whatever holds it up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from http.client import HTTPException
from pathlib import Path

import pytest

from edge.cli.local import ask
from edge.errors import ConfigError
from edge.mqtt import Broker, Session, connect
from simulators.broker import broker
from tests.fakes.process import GatewayUnderTest, gateway

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
"""

ORDER = {"id": "1", "device": "gate-1", "action": "open", "by": "王工", "seconds": 60}
START_S = 20.0


def test_a_disk_that_refuses_holds_up_no_end(tmp_path: Path) -> None:
    """No byte may be written to any file; what was not kept then was confirmed to nobody."""

    async def story(life: GatewayUnderTest, _: Session) -> None:
        life.fill_disk()
        assert await asyncio.to_thread(life.stop) == 0

    asyncio.run(stopped(tmp_path, story))
    assert "gateway.stopped" not in (tmp_path / "gateway.log").read_text()  # refused as well


def test_a_command_that_a_gate_does_not_answer_holds_up_no_end(tmp_path: Path) -> None:
    """A technician gave it a minute; the next life answers that nobody knows what became of it."""

    async def story(life: GatewayUnderTest, gate: Session) -> None:
        asked = asyncio.create_task(asyncio.to_thread(order, life), name="asked")
        message = await gate.receive(START_S)
        assert message is not None
        assert await asyncio.to_thread(life.stop) == 0
        with pytest.raises((ConfigError, HTTPException, ValueError)):
            await asked

    asyncio.run(stopped(tmp_path, story))


def order(life: GatewayUnderTest) -> object:
    """Ask for an open gate over the local API."""
    return ask(life.journal.parent, "POST", "/commands", lambda _, en: en, ORDER)


async def stopped(
    folder: Path, story: Callable[[GatewayUnderTest, Session], Awaitable[None]]
) -> None:
    """Play the gate; the story begins when the gateway answers technicians."""
    async with broker() as running:
        way = Broker(host="127.0.0.1", port=running.port, version=running.version)
        async with connect(way, client_id="gate", subscriptions=["mqtt/face/1001"]) as gate:
            with gateway(folder, SITE.format(port=running.port)) as life:
                await asyncio.to_thread(begun, life)
                await story(life, gate)


def begun(life: GatewayUnderTest) -> None:
    """Return when its API answers and its link is up."""
    deadline = time.monotonic() + START_S
    log = life.folder / "gateway.log"
    while '"way": "up"' not in log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    while True:
        try:
            ask(life.journal.parent, "GET", "/alarms", lambda _, en: en)
        except ConfigError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return
