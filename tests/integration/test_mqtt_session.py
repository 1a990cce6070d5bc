"""The MQTT session against real brokers on loopback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from edge.errors import LinkDown
from edge.mqtt import MAX_WAITING, Broker, Message, Session, Will, connect
from simulators.broker import InProcess, Mosquitto, RunningBroker, broker, free_port

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]


def at(running: RunningBroker, **more: Any) -> Broker:
    """How the running broker is reached."""
    return Broker.model_validate(
        {"host": "127.0.0.1", "port": running.port, "version": running.version} | more
    )


def play(story: Coroutine[Any, Any, None]) -> None:
    """Run a story that must end within twenty seconds."""

    async def bounded() -> None:
        async with asyncio.timeout(20):
            await story

    asyncio.run(bounded())


@asynccontextmanager
async def started(*settings: str) -> AsyncIterator[Mosquitto]:
    """Mosquitto, typed as such."""
    async with broker(settings=settings) as running:
        assert isinstance(running, Mosquitto)
        yield running


async def take(session: Session, count: int) -> list[Message]:
    """The next messages, in order."""
    taken: list[Message] = []
    async with aclosing(session.messages()) as messages:
        async for message in messages:
            taken.append(message)
            if len(taken) == count:
                break
    return taken


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


def test_an_acl_that_forbids_a_topic_is_named(tmp_path: Path) -> None:
    """PUBACK 0x87 raises and names topic and reason; the session goes on."""
    rules = tmp_path / "acl"
    rules.write_text("topic readwrite allowed/#\n")

    async def story() -> None:
        async with (
            started(f"acl_file {rules}") as running,
            connect(at(running), client_id="a", subscriptions=["allowed/#"]) as session,
        ):
            with pytest.raises(LinkDown, match=r"refused forbidden/x: Not authorized"):
                await session.publish("forbidden/x", b"")
            assert not (await session.publish("allowed/x", b"")).no_subscriber

    play(story())


def test_a_hung_broker_is_noticed_by_the_missing_puback() -> None:
    """SIGSTOP: publish and messages raise `LinkDown` after three seconds, not after a minute."""

    async def story() -> None:
        async with (
            started() as running,
            connect(at(running), client_id="a", subscriptions=["t"]) as session,
        ):
            running.freeze()
            began = time.monotonic()
            listening = asyncio.create_task(take(session, 1))
            with pytest.raises(LinkDown, match="no PUBACK in 3 s"):
                await session.publish("t", b"x")
            with pytest.raises(LinkDown):
                await listening
            assert 2.5 < time.monotonic() - began < 4.5

    play(story())


def test_a_broker_hung_before_connack_is_noticed() -> None:
    """A kernel that accepts for a frozen broker does not make a session."""

    async def story() -> None:
        async with started() as running:
            running.freeze()
            with pytest.raises(LinkDown, match="no CONNACK"):
                async with connect(at(running), client_id="a", subscriptions=[]):
                    pytest.fail("connected to a frozen broker")

    play(story())


def test_a_killed_broker_ends_all_that_waits_and_can_come_back() -> None:
    """Both directions raise `LinkDown` when the broker dies; a new session works after restart."""

    async def story() -> None:
        async with started() as running:
            place = at(running)
            async with connect(place, client_id="a", subscriptions=["t"]) as session:
                listening = asyncio.create_task(take(session, 1))
                await asyncio.sleep(0)
                await running.kill()
                with pytest.raises(LinkDown, match="lost"):
                    await listening
                with pytest.raises(LinkDown, match="lost"):
                    await session.publish("t", b"x")
            with pytest.raises(LinkDown, match="refused"):
                async with connect(place, client_id="a", subscriptions=[]):
                    pytest.fail("connected to a dead broker")
            await running.start()
            async with connect(place, client_id="a", subscriptions=["t"]) as session:
                assert not (await session.publish("t", b"x")).no_subscriber

    play(story())


def test_a_refused_name_is_told_in_words(tmp_path: Path) -> None:
    """CONNACK with a failure becomes `LinkDown` with the broker's reason."""
    passwords = tmp_path / "passwords"
    passwords.write_text("")
    secret = tmp_path / "secret"
    secret.write_text("wrong\n")

    async def story() -> None:
        async with started("allow_anonymous false", f"password_file {passwords}") as running:
            place = at(running, username="a", password_file=str(secret))
            with pytest.raises(LinkDown, match="Not authorized"):
                async with connect(place, client_id="a", subscriptions=[]):
                    pytest.fail("connected with a wrong password")

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


def test_a_broker_of_version_3_is_named_as_such() -> None:
    """With amqtt, `version: "5"` fails with the remedy; "3.1.1" then works both ways."""

    async def story() -> None:
        async with broker(python=True) as running:
            assert isinstance(running, InProcess)
            with pytest.raises(LinkDown, match=r'set version: "3\.1\.1"'):
                async with connect(at(running, version="5"), client_id="a", subscriptions=[]):
                    pytest.fail("spoke MQTT 5 with amqtt")
            async with connect(at(running), client_id="a", subscriptions=["t/+"]) as session:
                assert not (await session.publish("t/1", b"x", retain=True)).no_subscriber
                (message,) = await take(session, 1)
                message.ack()
                assert (message.topic, message.body, message.retained) == ("t/1", b"x", False)

    play(story())


def test_a_place_where_nobody_listens_does_not_block_the_loop() -> None:
    """Dialling runs beside the loop; what fails there is a `LinkDown`."""

    async def story() -> None:
        nowhere = Broker(host="127.0.0.1", port=free_port(), keep_alive=timedelta(seconds=5))
        with pytest.raises(LinkDown, match="refused"):
            async with connect(nowhere, client_id="a", subscriptions=[]):
                pytest.fail("connected to nothing")

    play(story())
