"""The MQTT session against real brokers on loopback."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from contextlib import aclosing

import pytest

from edge.errors import LinkDown
from edge.mqtt import MAX_WAITING, Will, connect
from tests.fakes.mqtt_session import at, play, started, take

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]


def test_many_publishes_are_confirmed_and_arrive_in_order() -> None:
    """A thousand publishes in flight at once all get their PUBACK; order is kept."""

    async def story() -> None:
        async with (
            started() as running,
            connect(at(running), client_id="a", subscriptions=["t/#"]) as session,
        ):
            sending = asyncio.gather(
                *(session.publish(f"t/{n % 3}", str(n).encode()) for n in range(1000))
            )
            seen = []
            async with aclosing(session.messages()) as messages:
                async for message in messages:
                    seen.append(int(message.body))
                    message.ack()
                    if len(seen) == 1000:
                        break
            results = await sending
            assert seen == list(range(1000))
            assert not any(result.no_subscriber for result in results)

    play(story())


def test_nobody_listening_is_told_and_is_not_an_error() -> None:
    """PUBACK 0x10 is success with `no_subscriber`, so that a caller can wait for a receipt."""

    async def story() -> None:
        async with (
            started() as running,
            connect(at(running), client_id="a", subscriptions=[]) as session,
        ):
            assert (await session.publish("alone", b"x", content_type="a/b")).no_subscriber

    play(story())


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_message_not_acknowledged_comes_again(version: str) -> None:
    """Without `ack` the broker sends the message again to the next session; after it, never."""

    async def story() -> None:
        async with started() as running:
            place = at(running, version=version)

            async def visit(*, ack: bool) -> bytes:
                async with connect(
                    place, client_id="gateway", subscriptions=["t"], clean=False
                ) as session:
                    if not sent:
                        sent.append((await session.publish("t", b"first")).no_subscriber)
                    (message,) = await take(session, 1)
                    if ack:
                        message.ack()
                        message.ack()
                    return message.body

            sent: list[bool] = []
            assert await visit(ack=False) == b"first"
            assert await visit(ack=True) == b"first"
            async with (
                connect(place, client_id="gateway", subscriptions=["t"], clean=False) as again,
                connect(place, client_id="other", subscriptions=[]) as other,
            ):
                await other.publish("t", b"second")
                assert (await take(again, 1))[0].body == b"second"

    play(story())


def test_what_waits_for_the_disk_keeps_no_message() -> None:
    """A gate sends pictures while the disk is full: only their acknowledgements stay in memory."""

    async def story() -> None:
        size, count = 1_000_000, 12
        async with (
            started() as running,
            connect(at(running), client_id="gateway", subscriptions=["t"]) as gateway,
            connect(at(running), client_id="gate", subscriptions=[]) as gate,
        ):
            tracemalloc.start()
            acks = []
            for _ in range(count):
                await gate.publish("t", bytes(size))
                acks.append((await take(gateway, 1))[0].ack)
            gc.collect()
            left, _ = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert left < 4 * size
            assert len(acks) == count

    play(story())


def test_the_will_is_said_when_the_session_is_cut() -> None:
    """Another session with the same name throws us out; the broker then says our will."""

    async def story() -> None:
        will = Will("gone/a", b"lost", retain=True)
        async with (
            started() as running,
            connect(at(running), client_id="b", subscriptions=["gone/#"]) as other,
            connect(at(running), client_id="a", subscriptions=[], will=will) as session,
            connect(at(running), client_id="a", subscriptions=[]),
        ):
            (message,) = await take(other, 1)
            assert (message.topic, message.body) == ("gone/a", b"lost")
            with pytest.raises(LinkDown, match=r"taken over|lost"):
                await take(session, 1)

    play(story())


def test_a_consumer_that_stands_still_stops_the_reading_and_loses_nothing() -> None:
    """With the queue full the socket is not read; afterwards everything is there, in order."""

    async def story() -> None:
        count = 8 * MAX_WAITING
        async with (
            started("max_queued_messages 0") as running,
            connect(at(running), client_id="slow", subscriptions=["t"]) as slow,
            connect(at(running), client_id="fast", subscriptions=[]) as fast,
        ):
            await asyncio.gather(*(fast.publish("t", str(n).encode()) for n in range(count)))
            assert len(slow._waiting) <= MAX_WAITING
            seen = []
            async with aclosing(slow.messages()) as messages:
                async for message in messages:
                    seen.append(int(message.body))
                    message.ack()
                    if len(seen) == count:
                        break
            assert seen == list(range(count))

    play(story())


def test_quality_of_service_zero_fills_the_queue_and_no_more() -> None:
    """QoS 0 knows no Receive Maximum: the bound holds all the same, and nothing is lost."""

    async def story() -> None:
        count = 4 * MAX_WAITING
        async with (
            started() as running,
            connect(at(running), client_id="slow", subscriptions=["t"]) as slow,
            connect(at(running), client_id="fast", subscriptions=[]) as fast,
        ):
            for number in range(count):
                fast._client.publish("t", str(number).encode(), 0)
            await fast.publish("end", b"")
            await asyncio.sleep(0.3)
            assert len(slow._waiting) == MAX_WAITING
            taken = await take(slow, count)
            assert [int(message.body) for message in taken] == list(range(count))

    play(story())
