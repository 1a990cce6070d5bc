"""How a connection to a broker is opened; the part of MQTT that blocks."""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge.broker import Broker, BrokerTls

MAX_PACKET: Final = 8 * 1024 * 1024
"""A face record with a scene is up to 3 MB of picture, 4 MB in base64; twice that."""
MAX_UNACKNOWLEDGED: Final = 64
"""What the broker may send ahead of our acknowledgements (MQTT 5 Receive Maximum)."""


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker says in our name when we are gone without a word."""

    topic: str
    body: bytes
    retain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """What CONNECT says, to which broker; `gone` is set when nobody waits any more."""

    broker: Broker
    client_id: str
    clean: bool
    session_expiry: int
    will: Will | None
    gone: threading.Event = field(default_factory=threading.Event)

    def client(self) -> Client:
        """Make a client that is not connected yet; no I/O."""
        five = self.broker.version == "5"
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.client_id,
            clean_session=None if five else self.clean,
            protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        if self.will is not None:
            client.will_set(self.will.topic, self.will.body, 1, self.will.retain)
        return client

    def connect(self, client: Client) -> None:
        """Resolve, connect, shake hands, send CONNECT; for a thread. `OSError` when it fails."""
        broker = self.broker
        if broker.username:
            secret = Path(broker.password_file).read_text("utf-8") if broker.password_file else None
            client.username_pw_set(broker.username, secret and secret.strip())
        if broker.tls is not None:
            client.tls_set_context(_context(broker.tls))
        keep_alive = int(broker.keep_alive.total_seconds())
        if broker.version == "5":
            client.connect(
                broker.host,
                broker.port,
                keep_alive,
                clean_start=self.clean,
                properties=self._wishes(),
            )
        else:
            client.connect(broker.host, broker.port, keep_alive)
        if self.gone.is_set():
            client.disconnect()

    def _wishes(self) -> Properties:
        wishes = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        wishes.ReceiveMaximum = MAX_UNACKNOWLEDGED
        wishes.MaximumPacketSize = MAX_PACKET
        wishes.SessionExpiryInterval = 0 if self.clean else self.session_expiry
        return wishes


class _TlsSocket(ssl.SSLSocket):
    """Closes itself when the handshake fails; paho would leave that to the collector."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as ssl has it
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def _context(files: BrokerTls) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=files.ca_file)
    context.sslsocket_class = _TlsSocket
    if files.cert_file is not None:
        context.load_cert_chain(files.cert_file, files.key_file)
    return context


@lru_cache(maxsize=64)
def publish_properties(content_type: str, expires_in: int) -> Properties:
    """What a PUBLISH of MQTT 5 says beside topic and body; empty and 0 are not said."""
    said = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    if content_type:
        said.ContentType = content_type
    if expires_in:
        said.MessageExpiryInterval = expires_in
    return said
