"""What a platform refused is sent to it again by the gateway that runs, when somebody asks."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from edge.mqtt import Session, connect
from simulators.ports import free_port
from tests.fakes.doctor import Visit, visit, whistle
from tests.fakes.mqtt_session import at, started
from tests.fakes.process import gateway
from tests.fakes.servers import require

pytestmark = pytest.mark.timeout(150)

SITE = """
site: {{id: s, name: {{zh: 测试, en: Test}}, language: en}}
gateway: {{id: gw, store: var}}
page: {{serve: "off"}}
links: [{{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {free}}}}}]
devices:
  - {{id: f, link: fire, profile: panels/gb26875, name: {{zh: 甲, en: A}}, address: {{address: 3}}}}
policies: [{{alarms: fire.alarm, issue: {{category: fire, title: {{zh: 火警, en: Fire}}}}}}]
uplinks:
  - {{id: city, type: mqtt, broker: {{host: 127.0.0.1, port: {port}}}}}
"""
RECEIPTS = "community/v1/s/gw/receipts"
STARTS_S = 60.0


async def events(platform: Session) -> list[str]:
    """The ids of the events that come next."""
    message = await platform.receive(STARTS_S)
    assert message is not None
    message.ack()
    told: Any = json.loads(message.body)
    return [each["id"] for each in (told if isinstance(told, list) else [told])]


async def answer(platform: Session, *, stored: list[str], refused: list[str]) -> None:
    """Give a receipt."""
    body = {"stored": stored, "refused": [{"id": each, "reason": "not yet"} for each in refused]}
    await platform.publish(RECEIPTS, json.dumps(body).encode())


async def stores(platform: Session, unless: str) -> None:
    """Store every event, that one was refused too, until the one that was comes once more."""
    found: list[str] = []
    while unless not in found:
        found = await events(platform)
        await answer(platform, stored=found, refused=[])


def settled(site: Path) -> Visit:
    """Look until the receipt is on the disk."""
    while (found := visit(site)).seen("journal.waiting", "city") != "0 without a receipt":
        pass
    return found


def test_refused_then_asked_for_again(tmp_path: Path) -> None:
    """The first event is refused, then comes once more under its id, and is stored."""
    require("mosquitto", "mosquitto")

    async def story() -> None:
        async with (
            started() as running,
            connect(
                at(running),
                client_id="platform",
                subscriptions=["community/v1/s/gw/events/+"],
            ) as platform,
        ):
            site = SITE.format(free=free_port(), port=running.port)
            with gateway(tmp_path, site) as life:
                first, *others = await events(platform)
                await answer(platform, stored=others, refused=[first])
                news = asyncio.create_task(stores(platform, unless=first), name="platform")
                await asyncio.to_thread(life.answers)
                said = await asyncio.to_thread(whistle, "journal", "requeue", str(life.site_file))
                assert (said.stdout, said.stderr) == ("city: 1 are sent again\n", "")
                await news
                found = await asyncio.to_thread(settled, life.site_file)
                assert found.seen("journal.refused") == "none"

    asyncio.run(story())
