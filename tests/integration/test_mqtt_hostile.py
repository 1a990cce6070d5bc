"""An MQTT session at a broker that means no good: topics that are none, more than fits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from edge.errors import LinkDown
from edge.mqtt import MAX_WAITING_BYTES, Broker, Session, connect
from tests.fakes.mqtt_session import play, take

pytestmark = pytest.mark.integration

CONNACK = bytes((0x20, 2, 0, 0))
MEGABYTE = 1024 * 1024

Speak = Callable[[asyncio.StreamWriter], Awaitable[None]]


def length(size: int) -> bytes:
    """A remaining length as MQTT writes it."""
    coded = bytearray()
    while size >= 0x80:
        coded.append(size & 0x7F | 0x80)
        size >>= 7
    return bytes((*coded, size))


def publish(topic: bytes, body: bytes, qos: int) -> bytes:
    """A PUBLISH packet."""
    rest = len(topic).to_bytes(2) + topic + (b"\0\7" if qos else b"") + body
    return bytes((0x30 | qos << 1,)) + length(len(rest)) + rest


@asynccontextmanager
async def hostile(speak: Speak) -> AsyncIterator[Session]:
    """A session with a broker that says what it is told to, once there is a subscription."""
    ends: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends.append(writer)
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(CONNACK)
        subscribe = await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(bytes((0x90, 3)) + subscribe[:2] + b"\1")
        try:
            await speak(writer)
            await reader.read()
        except ConnectionError:
            return

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    place = Broker(host="127.0.0.1", port=server.sockets[0].getsockname()[1], version="3.1.1")
    try:
        async with connect(place, client_id="a", subscriptions=["t"]) as session:
            yield session
    finally:
        server.close()
        for writer in ends:
            writer.transport.abort()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("qos", [0, 1])
def test_a_topic_that_is_no_text_ends_the_session(qos: int) -> None:
    """As the standard has it: it is neither passed on nor left to come again without a word."""

    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(publish(b"\xff\xfe", b"x", qos))

    async def story() -> None:
        async with hostile(speak) as session:
            with pytest.raises(LinkDown, match="no UTF-8"):
                await session.receive(3)

    play(story())


def test_what_waits_is_bounded_in_bytes() -> None:
    """Few large messages stop the reading as many small ones do; none is lost when it goes on."""
    bodies = [bytes([n]) * MEGABYTE for n in range(40)]

    async def speak(writer: asyncio.StreamWriter) -> None:
        for body in bodies:
            writer.write(publish(b"t", body, 0))
            await writer.drain()

    async def story() -> None:
        async with hostile(speak) as session:
            await asyncio.sleep(1)
            waiting = sum(len(message.body) for message in session._waiting)
            assert MAX_WAITING_BYTES <= waiting < MAX_WAITING_BYTES + MEGABYTE
            taken = await take(session, len(bodies))
            assert [message.body for message in taken] == bodies

    play(story())
