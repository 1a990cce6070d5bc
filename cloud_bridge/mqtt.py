"""The MQTT uplink: events up by lane, receipts down, the gateway's status retained."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress

import structlog

from cloud_bridge.bridge import Heard
from cloud_bridge.wire import (
    BATCH_CONTENT_TYPE,
    EVENT_CONTENT_TYPE,
    Receipt,
    Status,
    WireError,
    decode_receipt,
    encode_batch,
    encode_status,
    events_topic,
    receipts_topic,
    status_topic,
)
from edge.broker import Broker
from edge.errors import LinkDown
from edge.model import Lane
from edge.mqtt import Session, Will, connect

log = structlog.get_logger()


class MqttUplink:
    """One open session with the platform's broker."""

    def __init__(self, session: Session, site: str, gateway: str) -> None:
        self._session = session
        self._site = site
        self._gateway = gateway

    async def publish(self, lane: Lane, bodies: Sequence[bytes]) -> Heard:
        """Send one event, or several in one message; return when the broker has it."""
        single = len(bodies) == 1
        published = await self._session.publish(
            events_topic(self._site, self._gateway, lane),
            bodies[0] if single else encode_batch(bodies),
            content_type=EVENT_CONTENT_TYPE if single else BATCH_CONTENT_TYPE,
        )
        return "unheard" if published.no_subscriber else "unknown"

    async def tell_status(self, status: Status) -> None:
        """Leave the gateway's status with the broker, for whoever asks later."""
        topic = status_topic(self._site, self._gateway)
        await self._session.publish(topic, encode_status(status), retain=True)

    async def answers(self) -> AsyncGenerator[Receipt, None]:
        """Yield receipts until the session is lost; what is no receipt is told and dropped."""
        async with aclosing(self._session.messages()) as messages:
            async for message in messages:
                message.ack()
                try:
                    receipt = decode_receipt(message.body)
                except WireError as error:
                    log.warning("receipt.unreadable", reason=str(error))
                    continue
                yield receipt


@asynccontextmanager
async def open_uplink(broker: Broker, site: str, gateway: str) -> AsyncIterator[MqttUplink]:
    """Connect with a last will that says offline; say so too on the way out."""
    gone = Status(site=site, gateway=gateway, online=False)
    topic = status_topic(site, gateway)
    async with connect(
        broker,
        client_id=f"whistle-{site}-{gateway}",
        subscriptions=(receipts_topic(site, gateway),),
        will=Will(topic, encode_status(gone), retain=True),
    ) as session:
        try:
            yield MqttUplink(session, site, gateway)
        finally:
            with suppress(LinkDown):  # then the broker publishes the will
                await session.publish(topic, encode_status(gone), retain=True)
