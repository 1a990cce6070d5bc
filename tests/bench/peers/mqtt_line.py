"""The least of MQTT 3.1.1 that a listener needs: connect, subscribe, hear, answer; all at QoS 0."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator, Sequence
from typing import Final

CONNECT: Final = 0x10
PUBLISH: Final = 0x30
SUBSCRIBE: Final = 0x82
QOS: Final = 0x06
CHUNK: Final = 1 << 20


class Messages:
    """Finds the messages in what comes, however it is cut."""

    def __init__(self) -> None:
        self._came = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the messages that are whole: topic and payload."""
        self._came += data
        came, at = self._came, 0
        while (packet := _packet(came, at)) is not None:
            kind, begin, at = packet
            if kind & 0xF0 == PUBLISH:
                after = begin + 2 + int.from_bytes(came[begin : begin + 2], "big")
                topic = came[begin + 2 : after].decode()
                yield topic, bytes(came[after + 2 * bool(kind & QOS) : at])
        del came[:at]


class MqttLine:
    """A session with a broker of this machine; what it cannot read raises."""

    def __init__(self, host: str, port: int, topics: Sequence[str], name: str) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._messages = Messages()
        self._send(CONNECT, text("MQTT") + b"\x04\x02\x00\x00" + text(name))
        if topics:
            asked = b"".join(text(topic) + b"\x00" for topic in topics)
            self._send(SUBSCRIBE, b"\x00\x01" + asked)

    def heard(self) -> Iterator[tuple[str, bytes]]:
        """Read once; return the messages that are whole by then."""
        data = self.socket.recv(CHUNK)
        if not data:
            raise ConnectionError("the broker has hung up")
        return self._messages.feed(data)

    def say(self, topic: str, payload: bytes) -> None:
        """Publish."""
        self._send(PUBLISH, text(topic) + payload)

    def _send(self, kind: int, body: bytes) -> None:
        self.socket.sendall(packet_of(kind, body))


def packet_of(kind: int, body: bytes) -> bytes:
    """The body behind its first byte and its length."""
    size, left = bytearray(), len(body)
    while True:
        left, part = left >> 7, left & 0x7F
        size.append(part | (0x80 if left else 0))
        if not left:
            return bytes([kind, *size]) + body


def _packet(came: bytearray, at: int) -> tuple[int, int, int] | None:
    """First byte, begin and end of the body of the packet that begins here, when it is whole."""
    size = shift = 0
    for index in range(at + 1, len(came)):
        size |= (came[index] & 0x7F) << shift
        shift += 7
        if not came[index] & 0x80:
            begin = index + 1
            return (came[at], begin, begin + size) if begin + size <= len(came) else None
    return None


def text(words: str) -> bytes:
    """Words behind their length."""
    return struct.pack(">H", len(words)) + words.encode()
