"""A session with an MQTT broker: what is sent is confirmed, what is read is acknowledged late."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.broker import Broker
from edge.errors import LinkDown
from edge.mqtt_connect import Dial, Will, publish_properties
from edge.mqtt_held import Held
from edge.mqtt_socket import Pump

__all__ = ["Broker", "Message", "Published", "Session", "Will", "connect"]

ANSWER_SECONDS: Final = 3.0
"""A hung broker is otherwise noticed only after twice the keep-alive."""
CONNECT_SECONDS: Final = 6.0
"""Name, TCP, TLS and CONNACK together; a broker across a city answers in one or two."""
MAX_WAITING: Final = 256
"""Messages read and not yet taken; full: the socket is not read until half are taken, and
whoever takes none for two keep-alives loses the session, but nothing unacknowledged."""
MAX_WAITING_BYTES: Final = 8 * 1024 * 1024
"""The same in bytes: a gate's record with its picture is half a megabyte."""
MAX_IN_FLIGHT: Final = 64
"""What we send ahead of the broker's acknowledgements; it may allow less."""
MISC_SECONDS: Final = 1.0
FAILURE: Final = 0x80
NO_SUBSCRIBER: Final = 0x10


@dataclass(frozen=True, slots=True)
class Message:
    """One message; a QoS 1 message comes again after the session unless `ack` was called."""

    topic: str
    body: bytes
    retained: bool
    ack: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Published:
    """The broker has it; `no_subscriber` when it says that nobody listens (MQTT 5 only)."""

    no_subscriber: bool


class Session:
    """One connection, from CONNACK to loss; never reconnects."""

    def __init__(self, client: Client, broker: Broker) -> None:
        self._client = client
        self._where = f"{broker.host}:{broker.port}"
        self._version = broker.version
        self._pump = Pump(client)
        self._loop = asyncio.get_running_loop()
        self._connected: asyncio.Future[None] = self._loop.create_future()
        self._answers: dict[int, asyncio.Future[list[ReasonCode]]] = {}
        self._slots = asyncio.Semaphore(MAX_IN_FLIGHT)
        self._waiting: deque[Message] = deque()
        self._waiting_bytes = 0
        self._news = asyncio.Event()
        self._held = Held(self._loop.time)
        self._lost: LinkDown | None = None

    @property
    def lost(self) -> bool:
        """Whether the session has ended, so that everything but a new one is in vain."""
        return self._lost is not None

    async def publish(
        self,
        topic: str,
        body: bytes,
        *,
        retain: bool = False,
        content_type: str = "",
        expires_in: int = 0,
    ) -> Published:
        """Send at QoS 1 and return when the broker has it; `LinkDown` when it has not.

        MQTT 5 alone knows `content_type` and `expires_in` (seconds that a subscriber who
        is away may still get it).
        """
        async with self._slots:
            self._check()
            said = publish_properties(content_type, expires_in) if self._version == "5" else None
            sent = self._pump.send(lambda: self._client.publish(topic, body, 1, retain, said))
            codes = await self._answer(sent.rc, sent.mid, f"no PUBACK in {ANSWER_SECONDS:.0f} s")
        if codes[0].value >= FAILURE:
            raise LinkDown(f"broker {self._where} refused {topic}: {codes[0]}")
        return Published(no_subscriber=codes[0].value == NO_SUBSCRIBER)

    async def messages(self) -> AsyncGenerator[Message, None]:
        """Yield until the session is lost, then raise `LinkDown`; one consumer only."""
        while True:
            message = await self.receive(None)
            if message is not None:
                yield message

    async def receive(self, seconds: float | None) -> Message | None:
        """Return the next message, or none after `seconds`; `LinkDown` when the session is lost."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._waiting:
                    self._check()
                    self._news.clear()
                    await self._news.wait()
        if not self._waiting:
            return None
        message = self._waiting.popleft()
        self._waiting_bytes -= len(message.body)
        if self._pump.paused and not self._full(0.5):
            self._pump.resume()
        return message

    def _full(self, share: float) -> bool:
        """Whether so much waits of what may."""
        return (
            len(self._waiting) >= MAX_WAITING * share
            or self._waiting_bytes >= MAX_WAITING_BYTES * share
        )

    async def open(self, dial: Dial, subscriptions: Sequence[str]) -> None:
        """Let `dial` connect in a thread, take over its socket, wait for CONNACK, subscribe."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await asyncio.to_thread(dial.connect, self._client)
                self._take_over()
                await self._connected
                self._check()
        except TimeoutError:
            raise LinkDown(f"no CONNACK from {self._where}{self._hint()}") from None
        except OSError as error:
            raise LinkDown(f"broker {self._where}: {error}") from error
        if subscriptions:
            await self._subscribe(subscriptions)

    def _take_over(self) -> None:
        client = self._client
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        if not self._pump.start():
            raise LinkDown(f"broker {self._where} closed the connection")

    async def _subscribe(self, topics: Sequence[str]) -> None:
        code, mid = self._client.subscribe([(topic, 1) for topic in topics])
        answers = await self._answer(code, mid or 0, f"no SUBACK in {ANSWER_SECONDS:.0f} s")
        for topic, answer in zip(topics, answers, strict=False):
            if answer.value >= FAILURE:
                raise LinkDown(f"broker {self._where} refused to subscribe {topic}: {answer}")

    async def _answer(self, code: MQTTErrorCode, mid: int, silence: str) -> list[ReasonCode]:
        """Wait for what the broker says to packet `mid`; its silence ends the session."""
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._lose(f"connection to {self._where} lost")
        self._check()
        answer: asyncio.Future[list[ReasonCode]] = self._loop.create_future()
        self._answers[mid] = answer
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await answer
        except TimeoutError:
            self._lose(silence)
            raise LinkDown(silence) from None
        finally:
            del self._answers[mid]

    async def tick(self) -> None:
        """Send pings, notice their absence."""
        while self._lost is None:
            await asyncio.sleep(MISC_SECONDS)
            self._client.loop_misc()
            self._held.relieve()

    def close(self) -> None:
        """Say goodbye without waiting; whatever is not written by then is not sent."""
        self._lose("session closed")
        self._pump.stop()

    def _check(self) -> None:
        if self._lost is not None:
            raise LinkDown(*self._lost.args)

    def _lose(self, reason: str) -> None:
        if self._lost is not None:
            return
        self._lost = LinkDown(reason)
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(LinkDown(reason))
        if not self._connected.done():
            self._connected.set_result(None)
        self._news.set()

    def _hint(self) -> str:
        return '; if it speaks no MQTT 5, set version: "3.1.1"' if self._version == "5" else ""

    def _on_connect(
        self, _: Client, __: object, ___: ConnectFlags, code: ReasonCode, properties: object
    ) -> None:
        if code.is_failure:
            old = code.getName() == "Unsupported protocol version"
            self._lose(f"broker {self._where} refused us: {code}{self._hint() if old else ''}")
            return
        allowed = getattr(properties, "ReceiveMaximum", MAX_IN_FLIGHT)
        self._slots = asyncio.Semaphore(min(allowed, MAX_IN_FLIGHT))
        if not self._connected.done():
            self._connected.set_result(None)

    def _on_disconnect(
        self, _: Client, __: object, flags: DisconnectFlags, code: ReasonCode, ___: object
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            self._lose(f"broker {self._where} ended the session: {code}")
        elif not self._connected.done():
            self._lose(f"broker {self._where} closed without a CONNACK{self._hint()}")
        else:
            self._lose(f"connection to {self._where} lost")

    def _on_message(self, client: Client, _: object, message: MQTTMessage) -> None:
        number, quality = message.mid, message.qos  # whoever waits to confirm keeps no picture

        def acknowledge() -> None:
            if quality and self._lost is None:
                client.ack(number, quality)

        try:
            topic = message.topic
        except UnicodeDecodeError:  # MQTT has whoever reads that end the session
            self._lose(f"broker {self._where} sent a topic that is no UTF-8")
            return
        ack = self._held.take(acknowledge) if message.qos else acknowledge
        self._waiting.append(Message(topic, bytes(message.payload), message.retain, ack))
        self._waiting_bytes += len(message.payload)
        self._news.set()
        if self._full(1) and not self._pump.paused:
            self._pump.pause()

    def _on_publish(
        self, _: Client, __: object, mid: int, code: ReasonCode, ___: Properties
    ) -> None:
        self._on_subscribe(_, __, mid, [code], ___)

    def _on_subscribe(
        self, _: Client, __: object, mid: int, codes: list[ReasonCode], ___: object
    ) -> None:
        answer = self._answers.get(mid)
        if answer is not None and not answer.done():
            answer.set_result(codes)


@asynccontextmanager
async def connect(  # noqa: PLR0913 - what CONNECT and SUBSCRIBE say, each by name
    broker: Broker,
    *,
    client_id: str,
    subscriptions: Sequence[str],
    will: Will | None = None,
    clean: bool = True,
    session_expiry: int = 86_400,
) -> AsyncIterator[Session]:
    """Open a session with all `subscriptions` granted; `LinkDown` says why it did not open.

    With `clean=False` the broker keeps what was not acknowledged, under MQTT 5 for
    `session_expiry` seconds.
    """
    dial = Dial(
        broker=broker,
        client_id=client_id,
        clean=clean,
        session_expiry=session_expiry,
        will=will,
    )
    session = Session(dial.client(), broker)
    try:
        await session.open(dial, subscriptions)
        ticking = asyncio.create_task(session.tick(), name=f"mqtt-tick-{client_id}")
        try:
            yield session
        finally:
            ticking.cancel()
    finally:
        dial.gone.set()
        session.close()
