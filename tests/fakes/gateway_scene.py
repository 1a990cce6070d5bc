"""A whole gateway over a real broker with simulated gates, and a platform that sends orders."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cloud_bridge.order_keys import SigningKey
from cloud_bridge.ordering import Wish, order_of
from cloud_bridge.wire import (
    Receipt,
    commands_topic,
    encode_receipt,
    events_topic,
    read_event,
    receipts_topic,
    split,
)
from cloud_bridge.wire.documents import CommandData
from cloud_bridge.wire.orders import Order
from cloud_bridge.wire.parts import CommandDoc
from edge.config import load
from edge.gateway import Gateway
from edge.model import Lane
from edge.mqtt import Broker, Session, connect
from simulators.broker import broker
from simulators.gate import FaceGates
from simulators.ports import free_port

SITE, GATEWAY = "matrix", "gw-1"
WISH = Wish(site=SITE, gateway=GATEWAY, device="gate-1", action="open", by="王工")
GATES = {"gate-1": "1026700", "gate-2": "1026701"}
PATIENCE_S = 10


@dataclass
class Scene:
    """What the platform, the gates and the test see."""

    folder: Path
    key: SigningKey
    platform: Session
    gates: FaceGates
    results: list[CommandDoc] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    gateway: Gateway | None = None
    _stored: set[str] = field(default_factory=set)
    _running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the gateway; return when both gates are online."""
        gateway = await asyncio.to_thread(
            lambda: Gateway(load(self.folder / "site.yaml", language="en"))
        )
        self.gateway = gateway
        self._running = asyncio.create_task(gateway.run(asyncio.Event()), name="gateway")
        running = gateway.running
        await self.until(lambda: all(f"{gate}/online" in running.state.readings for gate in GATES))
        await self.until(lambda: running.uplinks().get("city", (False, ""))[0])

    async def end(self) -> None:
        """End the gateway at once."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None

    async def restart(self) -> None:
        """End it and start another one on the same store."""
        await self.end()
        await self.start()

    async def send(self, *bodies: bytes) -> None:
        """Send messages on the topic of orders."""
        for body in bodies:
            await self.platform.publish(commands_topic(SITE, GATEWAY), body)

    async def leave(self, body: bytes) -> None:
        """Leave a message with the broker; an empty one takes it away."""
        await self.platform.publish(commands_topic(SITE, GATEWAY), body, retain=True)

    async def answer(self, number: int) -> CommandDoc:
        """The result with this number, counted from 1, when it has come."""
        await self.until(lambda: len(self.results) >= number)
        return self.results[number - 1]

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait until it is so; the gateway must not have failed meanwhile."""
        async with asyncio.timeout(PATIENCE_S):
            while not wanted():
                if self._running is not None and self._running.done():
                    self._running.result()
                await asyncio.sleep(0.02)

    def opened(self, gate: str = "gate-1") -> int:
        """How often a gate was told to open."""
        return sum(each.device == gate for each in self.gates.obeyed)

    async def hear(self) -> None:
        """Be the platform: store what comes and say so."""
        async for message in self.platform.messages():
            message.ack()
            bodies = split(message.body)
            events = [read_event(body) for body in bodies]
            for event in events:
                if event.id in self._stored:
                    continue
                self._stored.add(event.id)
                if isinstance(event.data, CommandData):
                    self.results.append(event.data.command)
                elif event.type.endswith("records.dropped"):
                    self.dropped.append(event.id)
            receipt = Receipt(stored=tuple(event.id for event in events))
            await self.platform.publish(receipts_topic(SITE, GATEWAY), encode_receipt(receipt))


def fresh(wish: Wish = WISH, life: float = 20) -> Order:
    """An order of this moment."""
    return order_of(wish, datetime.now(UTC), timedelta(seconds=life))


def write_site(folder: Path, port: int, public: str) -> None:
    """A site with two gates, of which the platform's key may open one."""
    text = f"""
site: {{id: {SITE}, name: {{zh: 测试, en: Test}}}}
gateway: {{id: {GATEWAY}}}
buildings: [{{id: b3, name: {{zh: 3号楼, en: Building 3}}}}]
links: [{{id: gates, driver: mqtt_gate, broker: {{host: 127.0.0.1, port: {port}}}}}]
devices:
  - id: gate-1
    link: gates
    profile: gates/mqtt_face_stay_open
    name: {{zh: 东门, en: East gate}}
    address: {{device_id: '{GATES["gate-1"]}'}}
    location: {{building: b3}}
  - id: gate-2
    link: gates
    profile: gates/mqtt_face
    name: {{zh: 西门, en: West gate}}
    address: {{device_id: '{GATES["gate-2"]}'}}
uplinks: [{{id: city, type: mqtt, broker: {{host: 127.0.0.1, port: {port}}}}}]
commands:
  remote: true
  keys:
    - {{id: platform, public_key: {public}, devices: [gate-1], actions: [open, lock, release]}}
"""
    (folder / "site.yaml").write_text(text, encoding="utf-8")


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Scene]:
    """Broker, gates, platform, and the gateway running."""
    port = free_port()
    key = SigningKey.new("platform")
    write_site(folder, port, key.public)
    place = Broker(host="127.0.0.1", port=port)
    gates = FaceGates("gates", place, GATES, beat_seconds=0.3, open_seconds=0.2)
    topics = [events_topic(SITE, GATEWAY, lane) for lane in Lane]
    async with (
        broker(port),
        connect(place, client_id="platform", subscriptions=topics) as platform,
    ):
        scene = Scene(folder, key, platform, gates)
        living = [
            asyncio.create_task(gates.run(), name="gates"),
            asyncio.create_task(scene.hear(), name="platform"),
        ]
        try:
            await scene.start()
            yield scene
        finally:
            await scene.end()
            for task in living:
                task.cancel()
            await asyncio.gather(*living, return_exceptions=True)


def play(folder: Path, story: Callable[[Scene], Coroutine[Any, Any, None]]) -> None:
    """Run a story over real time and real sockets."""

    async def main() -> None:
        async with asyncio.timeout(50), staged(folder) as scene:
            await story(scene)

    asyncio.run(main())
