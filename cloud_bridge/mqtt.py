"""The MQTT uplink: events up by lane, the platform's words down, the gateway's status retained."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress

import structlog

from cloud_bridge.uplink import (
    Heard,
    IssueWord,
    Said,
    UnreadOffer,
    UnreadOrder,
    UnreadRevision,
)
from cloud_bridge.wire import (
    BATCH_CONTENT_TYPE,
    EVENT_CONTENT_TYPE,
    PIECE_CONTENT_TYPE,
    TELEMETRY_CONTENT_TYPE,
    Piece,
    Status,
    WireError,
    commands_topic,
    decode_evidence_receipt,
    decode_issue_update,
    decode_receipt,
    decode_telemetry_receipt,
    encode_batch,
    encode_piece,
    encode_status,
    events_topic,
    evidence_receipts_topic,
    evidence_topic,
    issues_topic,
    receipts_topic,
    status_topic,
    telemetry_receipts_topic,
    telemetry_topic,
)
from cloud_bridge.wire.offers import update_topic
from cloud_bridge.wire.revisions import config_topic
from edge.broker import Broker
from edge.errors import LinkDown
from edge.model import Lane
from edge.mqtt import Message, Session, Will, connect

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

    async def send_piece(self, sha256: str, piece: Piece) -> None:
        """Send a piece of a picture; return when the broker has it."""
        await self._session.publish(
            evidence_topic(self._site, self._gateway, sha256),
            encode_piece(piece),
            content_type=PIECE_CONTENT_TYPE,
        )

    async def send_telemetry(self, body: bytes) -> Heard:
        """Send a batch of readings; return when the broker has it."""
        topic = telemetry_topic(self._site, self._gateway)
        published = await self._session.publish(topic, body, content_type=TELEMETRY_CONTENT_TYPE)
        return "unheard" if published.no_subscriber else "unknown"

    async def said(self) -> AsyncGenerator[Said, None]:
        """Yield what the platform says until the session is lost; nonsense is told and dropped."""
        async with aclosing(self._session.messages()) as messages:
            async for message in messages:
                try:
                    said = self._read(message)
                except WireError as error:
                    message.ack()
                    log.warning("platform.unreadable", topic=message.topic, reason=str(error))
                    continue
                yield said

    def _read(self, message: Message) -> Said:  # noqa: PLR0911 - a line for each topic
        """Read a message; `WireError` when it is nothing that the platform may say."""
        match message.topic.rpartition("/")[2]:
            case "receipts":
                receipt = decode_receipt(message.body)
                message.ack()
                return receipt
            case "evidence_receipts":
                evidence = decode_evidence_receipt(message.body)
                message.ack()
                return evidence
            case "telemetry_receipts":
                telemetry = decode_telemetry_receipt(message.body)
                message.ack()
                return telemetry
            case "issues":
                if message.retained:
                    raise WireError("a retained issue update: nobody knows how old it is")
                return IssueWord(decode_issue_update(message.body), message.ack)
            case "config":
                return UnreadRevision(
                    body=message.body, retained=message.retained, taken=message.ack
                )
            case "update":
                return UnreadOffer(body=message.body, retained=message.retained, taken=message.ack)
            case "commands":
                return UnreadOrder(body=message.body, retained=message.retained, taken=message.ack)
            case _:
                raise WireError("no topic that was subscribed to")


@asynccontextmanager
async def open_uplink(broker: Broker, site: str, gateway: str) -> AsyncIterator[MqttUplink]:
    """Connect with a last will that says offline; say so too on the way out.

    The broker is not asked to keep anything for a gateway that is away: the platform repeats
    what it was not told back, a receipt follows a resend, and an order that waited is too old.
    """
    gone = Status(site=site, gateway=gateway, online=False)
    topic = status_topic(site, gateway)
    async with connect(
        broker,
        client_id=f"whistle-{site}-{gateway}",
        subscriptions=tuple(
            topic(site, gateway)
            for topic in (
                receipts_topic,
                evidence_receipts_topic,
                telemetry_receipts_topic,
                issues_topic,
                commands_topic,
                config_topic,
                update_topic,
            )
        ),
        will=Will(topic, encode_status(gone), retain=True),
    ) as session:
        try:
            yield MqttUplink(session, site, gateway)
        finally:
            with suppress(LinkDown):  # then the broker publishes the will
                await session.publish(topic, encode_status(gone), retain=True)
