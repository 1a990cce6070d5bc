"""The platform at a real broker: receipts, copies, issue steps, a broker that goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from cloud_bridge.contract.examples import FIRST, example_events, narrator
from cloud_bridge.wire import (
    decode_issue_update,
    decode_receipt,
    encode_batch,
    events_topic,
    issues_topic,
    receipts_topic,
)
from edge.model import Lane
from edge.mqtt import Broker, Message, Session, connect
from simulators.broker import RunningBroker, broker
from simulators.platform import Platform, report
from tests.integration.platform_http import post

pytestmark = pytest.mark.integration

EVENTS = events_topic("riverside", "gw-1", Lane.LIFE_SAFETY)
BODIES = [narrator().encode(kept) for kept in example_events()]
IDS = [f"gw-1/{FIRST + n}" for n in range(len(BODIES))]

Story = Callable[[Platform, RunningBroker, Broker], Awaitable[None]]


def play(tmp_path: Path, story: Story, *, python: bool = False) -> None:
    """Run a broker and a platform while the story happens."""

    async def main() -> None:
        async with broker(python=python) as running:
            address = Broker(host="127.0.0.1", port=running.port, version=running.version)
            platform = Platform(tmp_path / "platform.db", address)
            living = asyncio.create_task(platform.run(), name="platform")
            try:
                await platform.ready.wait()
                await platform.connected.wait()
                await story(platform, running, address)
            finally:
                living.cancel()
                with suppress(asyncio.CancelledError):
                    await living

    async def bounded() -> None:
        async with asyncio.timeout(30):
            await main()

    asyncio.run(bounded())


@asynccontextmanager
async def gateway(address: Broker) -> AsyncIterator[tuple[Session, AsyncGenerator[Message, None]]]:
    """A session as the gateway has it."""
    down = (receipts_topic("riverside", "gw-1"), issues_topic("riverside", "gw-1"))
    async with connect(address, client_id="gw-1", subscriptions=down) as session:
        messages = session.messages()
        yield session, messages
        await messages.aclose()


async def receipted(messages: AsyncGenerator[Message, None], wanted: int) -> list[str]:
    """The ids of receipts until so many have come."""
    ids: list[str] = []
    while len(ids) < wanted:
        message = await anext(messages)
        message.ack()
        ids += decode_receipt(message.body).stored
    return ids


@pytest.mark.parametrize("python", [False, True], ids=["mosquitto or what is there", "amqtt"])
def test_events_and_batches_are_receipted(tmp_path: Path, *, python: bool) -> None:
    """One by one and as a batch: every id is answered and stored once."""

    async def story(platform: Platform, _: RunningBroker, address: Broker) -> None:
        async with gateway(address) as (session, messages):
            for body in BODIES[:5]:
                await session.publish(EVENTS, body)
            assert await receipted(messages, 5) == IDS[:5]
            await session.publish(EVENTS, encode_batch(BODIES))
            assert await receipted(messages, len(IDS)) == IDS
        counts = await platform.ask(report.counts)
        assert counts.events == len(BODIES)
        assert counts.redelivered == 5

    play(tmp_path, story, python=python)


def test_button_on_the_page_reaches_the_gateway(tmp_path: Path) -> None:
    """Accepted on the page, told on the issues topic."""

    async def story(platform: Platform, _: RunningBroker, address: Broker) -> None:
        async with gateway(address) as (session, messages):
            await session.publish(EVENTS, BODIES[0])
            await receipted(messages, 1)
            pressed = {
                "site": "riverside",
                "issue": f"{IDS[0]}/issue",
                "state": "accepted",
                "by": "李",
                "party": "property",
            }
            assert await post(platform.url + "issue", pressed) == 204
            message = await anext(messages)
        update = decode_issue_update(message.body)
        assert (update.issue, update.alarm) == (f"{IDS[0]}/issue", IDS[0])
        assert (update.state, update.by) == ("accepted", "李")

    play(tmp_path, story)


def test_broker_that_dies_is_waited_for(tmp_path: Path) -> None:
    """After a cut the platform listens again on its own; nothing is stored twice."""

    async def story(platform: Platform, running: RunningBroker, address: Broker) -> None:
        async with gateway(address) as (session, messages):
            await session.publish(EVENTS, BODIES[0])
            await receipted(messages, 1)
            await running.kill()
            while platform.connected.is_set():  # noqa: ASYNC110 - there is no event for a loss
                await asyncio.sleep(0.02)
        await running.start()
        await platform.connected.wait()
        async with gateway(address) as (session, messages):
            await session.publish(EVENTS, BODIES[0])
            assert await receipted(messages, 1) == IDS[:1]
        counts = await platform.ask(report.counts)
        assert (counts.events, counts.redelivered) == (1, 1)

    play(tmp_path, story)
