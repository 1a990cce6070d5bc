"""Asking the network which cameras are there: WS-Discovery over UDP."""

from __future__ import annotations

import asyncio
import socket
import struct
import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, TypeAlias

from edge.discovery.probe_match import Camera, Malformed, cameras_in, probe

__all__ = ["Camera", "cameras"]

GROUP: Final = ("239.255.255.250", 3702)
"""Where cameras listen, on every network of this machine."""
LISTENS_S: Final = 3.0
AGAIN_S: Final = 0.5
"""A datagram may be lost: the question is put twice."""
MOST_CAMERAS: Final = 500
MOST_NETWORKS: Final = 16

Target: TypeAlias = tuple[str, int]


async def cameras(
    seconds: float = LISTENS_S, targets: Sequence[Target] | None = None
) -> tuple[Camera, ...]:
    """Return the cameras that answer within so many seconds, sorted by address.

    All networks of the machine are asked, or only `targets`. What answers nonsense is left out.
    """
    ear = _Ear(f"urn:uuid:{uuid.uuid4()}")
    loop = asyncio.get_running_loop()
    transports: list[asyncio.DatagramTransport] = []
    try:
        for index in _networks() if targets is None else (0,):
            transport, _ = await loop.create_datagram_endpoint(
                lambda: ear,
                local_addr=("0.0.0.0", 0),  # noqa: S104 - answers come from anywhere
            )
            transports.append(transport)
            if index:
                _speak_on(transport, index)
        for pause in (min(AGAIN_S, seconds), max(seconds - AGAIN_S, 0.0)):
            for transport in transports:
                for target in targets if targets is not None else (GROUP,):
                    transport.sendto(probe(ear.number), target)
            await asyncio.sleep(pause)
    finally:
        for transport in transports:
            transport.abort()
    return tuple(sorted(ear.heard.values(), key=lambda camera: camera.addresses))


class _Ear(asyncio.DatagramProtocol):
    """Keeps the sound answers to one question."""

    def __init__(self, number: str) -> None:
        self.number = number
        self.heard: dict[str, Camera] = {}

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        """An answer has come, or something else."""
        del addr
        with suppress(Malformed):
            for camera in cameras_in(data, self.number):
                if len(self.heard) < MOST_CAMERAS:
                    self.heard.setdefault(camera.id, camera)

    def error_received(self, exc: Exception) -> None:
        """A network that is down, or nobody at a target: the others may answer."""


def _networks() -> list[int]:
    """The numbers of this machine's interfaces, without the loopback."""
    return [index for index, name in socket.if_nameindex() if name != "lo"][:MOST_NETWORKS]


def _speak_on(transport: asyncio.DatagramTransport, index: int) -> None:
    """Let the question go out on that interface; one that cannot do it is skipped."""
    sock: socket.socket = transport.get_extra_info("socket")
    with suppress(OSError):
        choice = struct.pack("4s4si", bytes(4), bytes(4), index)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, choice)
