"""The socket of an MQTT client in the hands of the event loop, without a thread."""

from __future__ import annotations

import asyncio
import select
from collections.abc import Callable
from socket import IPPROTO_TCP, TCP_NODELAY, TCP_QUICKACK
from socket import socket as Socket  # noqa: N812 - beside the client's own
from typing import TYPE_CHECKING

from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import MQTTErrorCode

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike  # it is not there at run time


class Pump:
    """Reads when there is something, writes when there is room; reading can be paused."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._loop = asyncio.get_running_loop()
        self._paused = False
        self._writing = False
        self._watched = False  # for room to write
        self._failed = select.poll()

    @property
    def paused(self) -> bool:
        """Whether the socket is not read, so that TCP slows the broker."""
        return self._paused

    def start(self) -> bool:
        """Take over the connected socket; false when it is closed already."""
        client = self._client
        client.on_socket_close = self._on_close
        client.on_socket_register_write = self._on_write_wanted
        client.on_socket_unregister_write = self._on_write_done
        if (socket := client.socket()) is None:
            return False
        if isinstance(socket, Socket):
            socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self._failed.register(socket, 0)  # an error, or the end of both directions
        self._loop.add_reader(socket, self._read)
        if client.want_write():
            self._on_write_wanted(client, None, socket)
        return True

    def send(self, publish: Callable[[], MQTTMessageInfo]) -> MQTTMessageInfo:
        """Give the client something to send, and write it as far as there is room for it now.

        Whoever waits for room first gives a busy loop one more turn.
        """
        self._writing = True
        try:
            sent = publish()
            if self._client.want_write():
                self._client.loop_write()
        finally:
            self._writing = False
        if (socket := self._client.socket()) is not None and self._client.want_write():
            self._on_write_wanted(self._client, None, socket)
        return sent

    def pause(self) -> None:
        """Read no more."""
        if (socket := self._client.socket()) is not None:
            self._paused = True
            self._loop.remove_reader(socket)

    def resume(self) -> None:
        """Read again, and first what TLS has decrypted already."""
        self._paused = False
        if (socket := self._client.socket()) is not None:
            self._loop.add_reader(socket, self._read)
            self._loop.call_soon(self._read)

    def stop(self) -> None:
        """Say goodbye without waiting; whatever cannot be written at once is not sent."""
        client = self._client
        socket = client.socket()
        client.on_socket_register_write = None
        client.disconnect()
        if socket is not None and client.socket() is not None:
            self._on_close(client, None, socket)
            socket.close()

    def _read(self) -> None:
        """Read what is there; TLS may hold decrypted bytes that select cannot see.

        Of a socket that has failed a loop may tell only once, before what came ahead of the
        failure has been read: it is read on until the client sees that it is lost.
        """
        while self._client.loop_read() == MQTTErrorCode.MQTT_ERR_SUCCESS:
            socket = self._client.socket()
            if socket is None or self._paused:
                return
            if isinstance(socket, Socket):
                # else a broker that sends small packets one by one waits 40 ms for our kernel
                socket.setsockopt(IPPROTO_TCP, TCP_QUICKACK, 1)
            if not (getattr(socket, "pending", int)() or self._failed.poll(0)):
                return

    def _on_close(self, client: Client, _: object, socket: SocketLike) -> None:
        self._loop.remove_reader(socket)
        self._on_write_done(client, None, socket)

    def _on_write_wanted(self, client: Client, _: object, socket: SocketLike) -> None:
        if not (self._writing or self._watched):
            self._watched = True
            self._loop.add_writer(socket, client.loop_write)

    def _on_write_done(self, _: Client, __: object, socket: SocketLike) -> None:
        if self._watched:
            self._watched = False
            self._loop.remove_writer(socket)
