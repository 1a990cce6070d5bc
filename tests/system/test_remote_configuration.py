"""A whole gateway that its platform configures: applied, taken back, cut off in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from cloud_bridge.order_keys import SigningKey
from cloud_bridge.revising import Draft, configuration_message
from cloud_bridge.wire import (
    Receipt,
    Status,
    decode_status,
    encode_receipt,
    events_topic,
    read_event,
    receipts_topic,
    split,
    status_topic,
)
from cloud_bridge.wire.documents import ConfigData
from cloud_bridge.wire.parts_care import ConfigDoc
from cloud_bridge.wire.revisions import config_topic
from edge.broker import Broker
from edge.model import Lane
from edge.mqtt import Session, connect
from simulators.broker import broker
from simulators.ports import free_port
from tests.fakes.fire_site import FIRE_SITE
from tests.fakes.process import GatewayUnderTest, gateway

pytestmark = pytest.mark.timeout(240)

PATIENCE_S: Final = 90.0
GOOD: Final = "en: Fire"
BETTER: Final = "en: Fire panel"

SITE: Final = (
    FIRE_SITE
    + """\
uplinks: [{{id: city, type: mqtt, broker: {{host: 127.0.0.1, port: {broker}}}}}]
commands:
  remote: true
  keys: [{{id: platform, public_key: {key}, configuration: true}}]
"""
)
DEAD: Final = """\
  - {{id: dead, driver: modbus, transport: {{type: tcp, host: 127.0.0.1, port: {port}}}}}
devices:
"""


@dataclass
class Platform:
    """Takes every event, remembers what became of its configurations and how the gateway is."""

    session: Session
    key: SigningKey
    told: list[ConfigDoc] = field(default_factory=list)
    status: Status | None = None
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, revision: int, site_file: str, times: int = 1) -> None:
        """Send a site file, the very same message so many times."""
        draft = Draft(site="s", gateway="gw", revision=revision, by="王工", site_file=site_file)
        body = configuration_message(draft, self.key, datetime.now(UTC))
        for _ in range(times):
            await self.session.publish(config_topic("s", "gw"), body)

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait until it is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not wanted():
                self.heard.clear()
                await self.heard.wait()

    def states(self, revision: int) -> list[str]:
        """What became of one of them."""
        return [each.state for each in self.told if each.revision == revision]

    async def hear(self) -> None:
        """Store what comes, each event once, and say so."""
        known: set[str] = set()
        async for message in self.session.messages():
            message.ack()
            if message.topic == status_topic("s", "gw"):
                self.status = decode_status(message.body)
                self.heard.set()
                continue
            events = [read_event(body) for body in split(message.body)]
            for event in events:
                if isinstance(event.data, ConfigData) and event.id not in known:
                    self.told.append(event.data.config)
            known |= {event.id for event in events}
            receipt = Receipt(stored=tuple(event.id for event in events))
            await self.session.publish(receipts_topic("s", "gw"), encode_receipt(receipt))
            self.heard.set()


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[tuple[Platform, GatewayUnderTest, str]]:
    """A broker, a platform, and a gateway that believes its key."""
    port, key = free_port(), SigningKey.new("platform")
    site = SITE.format(port=free_port(), broker=port, key=key.public)
    topics = [*(events_topic("s", "gw", lane) for lane in Lane), status_topic("s", "gw")]
    place = Broker(host="127.0.0.1", port=port)
    async with broker(port), connect(place, client_id="platform", subscriptions=topics) as session:
        platform = Platform(session, key)
        hearing = asyncio.create_task(platform.hear(), name="platform")
        life = gateway(folder, site)
        running = await asyncio.to_thread(life.__enter__)
        try:
            await platform.until(lambda: bool(platform.status and platform.status.online))
            await platform.until(lambda: bool(platform.status and platform.status.machine))
            yield platform, running, site
        finally:
            await asyncio.to_thread(life.__exit__, None, None, None)
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)


def test_a_platform_configures_its_gateway(tmp_path: Path) -> None:
    """What serves stays, a copy and an older one change nothing, a mistake is told at its line."""

    async def story() -> None:
        async with staged(tmp_path) as (platform, life, site):
            better = site.replace(GOOD, BETTER)
            await platform.send(5, better, times=3)
            await platform.until(lambda: platform.states(5) == ["accepted", "applied"])
            assert life.site_file.read_text(encoding="utf-8") == better
            assert {each.by for each in platform.told} == {"platform:王工"}
            digest = platform.told[-1].hash
            await platform.until(lambda: _runs(platform, 5, digest))
            await platform.send(4, site)
            await platform.until(lambda: platform.states(4) == ["refused"])
            assert platform.states(5) == ["accepted", "applied"]
            await platform.send(6, better.replace("profile: panels/", "profile: panel/"))
            await platform.until(lambda: platform.states(6) == ["refused"])
            assert platform.told[-1].reasons[0].en.startswith("site.yaml:9:")
            assert life.site_file.read_text(encoding="utf-8") == better

    asyncio.run(story())


def test_what_does_not_serve_is_taken_back_also_by_a_power_cut(tmp_path: Path) -> None:
    """A link that never comes up: back after its time; killed on trial: back at the next start."""

    async def story() -> None:
        async with staged(tmp_path) as (platform, life, site):
            bad = site.replace("devices:\n", DEAD.format(port=free_port()))
            assert bad != site
            await platform.send(1, bad)
            await platform.until(lambda: platform.states(1) == ["accepted", "rolled_back"])
            assert "the link dead is not up" in platform.told[-1].reasons[0].en
            assert life.site_file.read_text(encoding="utf-8") == site
            await platform.send(2, bad)
            await platform.until(lambda: platform.states(2) == ["accepted"])
            await asyncio.to_thread(life.kill)
            assert life.site_file.read_text(encoding="utf-8") == bad
            await asyncio.to_thread(life.start)
            await platform.until(lambda: platform.states(2) == ["accepted", "rolled_back"])
            assert "ended during the trial" in platform.told[-1].reasons[0].en
            assert life.site_file.read_text(encoding="utf-8") == site

    asyncio.run(story())


def _runs(platform: Platform, revision: int, digest: str) -> bool:
    machine = platform.status.machine if platform.status else None
    return machine is not None and (machine.revision, machine.configuration) == (revision, digest)
