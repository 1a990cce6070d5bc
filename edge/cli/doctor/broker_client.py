"""One connection to a broker that is probed: every call blocks, and sees every code."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.broker import Broker
from edge.mqtt_connect import Dial

ANSWERS_S: Final = 3.0
MOST_WAITING: Final = 1_000
"""Messages that are read and not yet looked at: a probe sends some ten."""

FAILURE: Final = 0x80


class Voice:
    """Connected from the beginning; `present` says that the broker had kept its session."""

    def __init__(self, broker: Broker, name: str, *, expiry_s: int | None) -> None:
        self._client = Dial(
            broker=broker,
            client_id=name,
            clean=expiry_s is None,
            session_expiry=expiry_s or 0,
            will=None,
        )
        self._five = broker.version == "5"
        self.present = False
        self.granted_s: int | None = None
        self.most_bytes: int | None = None
        self._answers: queue.Queue[tuple[int, int] | None] = queue.Queue(MOST_WAITING)
        self._messages: queue.Queue[MQTTMessage] = queue.Queue(MOST_WAITING)
        self._connected = threading.Event()
        self._refusal = ""
        self._mqtt = self._opened()

    def _opened(self) -> Client:
        mqtt = self._client.client()
        mqtt.on_connect = self._on_connect
        mqtt.on_disconnect = self._on_disconnect
        mqtt.on_publish = self._on_publish
        mqtt.on_subscribe = self._on_subscribe
        mqtt.on_message = lambda _, __, message: self._messages.put(message)
        self._client.connect(mqtt)
        mqtt.loop_start()
        if not self._connected.wait(ANSWERS_S):
            mqtt.loop_stop()
            raise OSError("no CONNACK")
        if self._refusal:
            mqtt.loop_stop()
            raise OSError(self._refusal)
        return mqtt

    def subscribe(self, topic: str) -> int:
        """Subscribe at QoS 1; return the code, 0x80 where the broker hung up."""
        _, number = self._mqtt.subscribe(topic, 1)
        answer = self._answer(number)
        return FAILURE if answer is None else answer

    def publish(self, topic: str, body: bytes, *, retain: bool = False) -> int | None:
        """Send at QoS 1; return the code of the PUBACK, none where the broker hung up."""
        return self._answer(self._mqtt.publish(topic, body, 1, retain).mid)

    def receive(self, seconds: float = ANSWERS_S) -> MQTTMessage | None:
        """Return the next message, none after so long; it is acknowledged by `acknowledge`."""
        with suppress(queue.Empty):
            return self._messages.get(timeout=seconds)
        return None

    def acknowledge(self, message: MQTTMessage) -> None:
        """Have it done with."""
        self._mqtt.ack(message.mid, message.qos)

    def drop(self) -> None:
        """Lose the connection without a goodbye, as a cable does."""
        found = self._mqtt.socket()
        if isinstance(found, socket.socket):
            with suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)
        self._mqtt.loop_stop()

    def close(self) -> None:
        """Say goodbye."""
        self._mqtt.disconnect()
        self._mqtt.loop_stop()

    def _answer(self, number: int | None) -> int | None:
        while True:
            try:
                said = self._answers.get(timeout=ANSWERS_S)
            except queue.Empty:
                return None
            if said is None:
                return None
            if said[0] == number:
                return said[1]

    def _on_connect(
        self, _: Client, __: Any, flags: ConnectFlags, code: ReasonCode, said: Properties | None
    ) -> None:
        if code.is_failure:
            self._refusal = f"the broker refused us: {code}"
        self.present = bool(flags.session_present)
        self.granted_s = getattr(said, "SessionExpiryInterval", None)
        self.most_bytes = getattr(said, "MaximumPacketSize", None)
        self._connected.set()

    def _on_disconnect(
        self, _: Client, __: Any, ___: DisconnectFlags, code: ReasonCode, ____: object
    ) -> None:
        if not self._connected.is_set():
            old = '; if it speaks no MQTT 5, set version: "3.1.1"' if self._five else ""
            self._refusal = f"the broker hung up: {code}{old}"
            self._connected.set()
        self._answers.put(None)

    def _on_publish(self, _: Client, __: Any, number: int, code: ReasonCode, ___: object) -> None:
        self._answers.put((number, code.value))

    def _on_subscribe(
        self, _: Client, __: Any, number: int, codes: list[ReasonCode], ___: object
    ) -> None:
        self._answers.put((number, codes[0].value))


@contextmanager
def voice(broker: Broker, name: str, *, expiry_s: int | None = None) -> Iterator[Voice]:
    """Connect; a session that is to be kept has a time for which. `OSError` when that fails."""
    opened = Voice(broker, name, expiry_s=expiry_s)
    try:
        yield opened
    finally:
        opened.close()
