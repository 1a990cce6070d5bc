"""A broker that resets a connection on which it has just spoken, on the gateway's own loop."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from time import monotonic

from edge.errors import LinkDown
from edge.loop import new_loop
from edge.mqtt import Broker, Session, connect

CONNACK = bytes.fromhex("2003000000")
SUBACK = bytes.fromhex("900400010001")
PUBLISH = bytes.fromhex("30050001610078")
MESSAGES = 20
BUSY_S = 0.2


def test_a_reset_behind_messages_ends_the_session() -> None:
    """What came before the reset is read first; then the session is lost, and not just silent."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        assert runner.run(heard()) == MESSAGES


async def heard() -> int:
    """How many messages come before the session is lost."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = threading.Event()
        threading.Thread(target=speak, args=(server, told), daemon=True).start()
        broker = Broker(host="127.0.0.1", port=server.getsockname()[1])
        async with connect(broker, client_id="c", subscriptions=["a"]) as session:
            told.set()
            until = monotonic() + BUSY_S
            while monotonic() < until:
                pass  # the loop has other work: messages and reset lie there together
            return await count(session)


async def count(session: Session) -> int:
    """Receive until the session is lost."""
    messages = 0
    async with asyncio.timeout(5):
        try:
            while True:
                await session.receive(None)
                messages += 1
        except LinkDown:
            return messages


def speak(server: socket.socket, told: threading.Event) -> None:
    """Be a broker for one connection."""
    line, _ = server.accept()
    with line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is sent has left
        line.recv(1024)
        line.sendall(CONNACK)
        line.recv(1024)
        line.sendall(SUBACK)
        told.wait()
        line.sendall(PUBLISH * MESSAGES)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
