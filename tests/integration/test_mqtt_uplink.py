"""The MQTT uplink against a real broker: lanes, receipts, status, last will."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from cloud_bridge.mqtt import open_uplink
from cloud_bridge.uplink import IssueWord, UnreadOrder
from cloud_bridge.wire import (
    IssueUpdate,
    Receipt,
    Status,
    commands_topic,
    decode_status,
    encode_issue_update,
    encode_receipt,
    events_topic,
    issues_topic,
    receipts_topic,
    split,
    status_topic,
)
from edge.broker import Broker
from edge.errors import LinkDown
from edge.model import Lane
from edge.mqtt import Message, Session, connect
from simulators.broker import RunningBroker, broker

SITE, GATEWAY = "s", "gw"
AT = datetime(2026, 3, 1, tzinfo=UTC)


@asynccontextmanager
async def scene() -> AsyncIterator[tuple[RunningBroker, Broker, Session]]:
    """A broker, and a platform's session on it."""
    async with broker() as running:
        place = Broker(host="127.0.0.1", port=running.port, version=running.version)
        topics = [events_topic(SITE, GATEWAY, lane) for lane in Lane]
        topics.append(status_topic(SITE, GATEWAY))
        async with connect(place, client_id="platform", subscriptions=topics) as session:
            yield running, place, session


async def next_message(session: Session) -> Message:
    """The next message, within seconds."""
    message = await session.receive(5)
    assert message is not None
    message.ack()
    return message


@pytest.mark.usefixtures("mosquitto_path")
def test_events_go_up_by_lane_and_receipts_come_down() -> None:
    """One event alone, several as one array; a receipt is read, nonsense is passed over."""

    async def main() -> None:
        async with scene() as (_, place, platform), open_uplink(place, SITE, GATEWAY) as uplink:
            assert await uplink.publish(Lane.LIFE_SAFETY, [b'{"id":"1"}']) != "unheard"
            message = await next_message(platform)
            assert message.topic == events_topic(SITE, GATEWAY, Lane.LIFE_SAFETY)
            assert message.body == b'{"id":"1"}'
            await uplink.publish(Lane.INFO, [b'{"id":"2"}', b'{"id":"3"}'])
            assert len(split((await next_message(platform)).body)) == 2
            topic = receipts_topic(SITE, GATEWAY)
            await platform.publish(topic, b"\xffnonsense")
            await platform.publish(topic, encode_receipt(Receipt(stored=("gw/1",))))
            async with aclosing(uplink.said()) as said:
                assert await anext(said) == Receipt(stored=("gw/1",))

    asyncio.run(main())


@pytest.mark.usefixtures("mosquitto_path")
def test_issues_and_orders_come_down() -> None:
    """As they were sent; left with the broker, a word on an issue is refused, an order marked."""
    update = IssueUpdate(
        issue="gw/1/issue",
        alarm="gw/1",
        state="accepted",
        by="李",
        party="property",
        at=AT,
        step="1",
    )

    async def main() -> None:
        async with scene() as (_, place, platform):
            old = encode_issue_update(replace(update, by="old"))
            await platform.publish(issues_topic(SITE, GATEWAY), old, retain=True)
            await platform.publish(commands_topic(SITE, GATEWAY), b"old", retain=True)
            async with (
                open_uplink(place, SITE, GATEWAY) as uplink,
                aclosing(uplink.said()) as said,
            ):
                order = await anext(said)
                assert isinstance(order, UnreadOrder)
                assert (order.body, order.retained) == (b"old", True)
                await platform.publish(issues_topic(SITE, GATEWAY), b"{nonsense")
                await platform.publish(issues_topic(SITE, GATEWAY), encode_issue_update(update))
                await platform.publish(commands_topic(SITE, GATEWAY), b"\xff")
                word, order = await anext(said), await anext(said)
                assert isinstance(word, IssueWord)
                assert word.update == update
                assert isinstance(order, UnreadOrder)
                assert (order.body, order.retained) == (b"\xff", False)

    asyncio.run(main())


@pytest.mark.usefixtures("mosquitto_path")
def test_what_nobody_hears_is_known() -> None:
    """Without a subscriber the broker says so, and the bridge sends again soon."""

    async def main() -> None:
        async with broker() as running:
            place = Broker(host="127.0.0.1", port=running.port)
            async with open_uplink(place, SITE, GATEWAY) as uplink:
                assert await uplink.publish(Lane.INFO, [b"{}"]) == "unheard"

    asyncio.run(main())


@pytest.mark.parametrize("end", ["stopped", "died"])
@pytest.mark.usefixtures("mosquitto_path")
def test_the_status_stays_with_the_broker_and_ends_as_offline(end: str) -> None:
    """Whoever comes later sees it: told by a gateway that stops, by its will when it dies."""

    async def main() -> None:
        async with scene() as (_, place, platform):
            async with open_uplink(place, SITE, GATEWAY) as uplink:
                await uplink.tell_status(Status(site=SITE, gateway=GATEWAY, online=True))
                assert decode_status((await next_message(platform)).body).online
                if end == "died":
                    wire = uplink._session._client.socket()
                    assert isinstance(wire, socket.socket)
                    wire.shutdown(socket.SHUT_RDWR)
            assert not decode_status((await next_message(platform)).body).online
            late = [status_topic(SITE, GATEWAY)]
            async with connect(place, client_id="late", subscriptions=late) as session:
                message = await next_message(session)
                assert message.retained
                assert not decode_status(message.body).online

    asyncio.run(main())


@pytest.mark.usefixtures("mosquitto_path")
def test_a_killed_broker_ends_the_session() -> None:
    """Listening raises `LinkDown`, so that the keeper opens the session again."""

    async def listen(running: RunningBroker, place: Broker) -> None:
        async with open_uplink(place, SITE, GATEWAY) as uplink:
            await running.kill()
            async with aclosing(uplink.said()) as said:
                await anext(said)

    async def main() -> None:
        async with scene() as (running, place, _):
            with pytest.raises(LinkDown):
                await listen(running, place)

    asyncio.run(main())


def test_a_platform_that_is_not_there() -> None:
    """A refused connection is a link that is down, with the reason in words."""

    async def main() -> None:
        nobody = open_uplink(Broker(host="127.0.0.1", port=1), SITE, GATEWAY)
        with pytest.raises(LinkDown, match="refused"):
            await nobody.__aenter__()

    asyncio.run(main())
