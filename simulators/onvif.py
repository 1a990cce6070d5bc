"""A simulated ONVIF camera as far as finding it goes: it answers who asks for cameras over UDP."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Final, cast
from urllib.parse import quote

GROUP: Final = "239.255.255.250"

_ANSWER: Final = """<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" \
xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" \
xmlns:wsdd="http://schemas.xmlsoap.org/ws/2005/04/discovery" \
xmlns:tdn="http://www.onvif.org/ver10/network/wsdl">
<SOAP-ENV:Header><wsa:MessageID>urn:uuid:{own}</wsa:MessageID>\
<wsa:RelatesTo>{question}</wsa:RelatesTo>\
<wsa:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To>\
<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action>\
</SOAP-ENV:Header>
<SOAP-ENV:Body><wsdd:ProbeMatches><wsdd:ProbeMatch>\
<wsa:EndpointReference><wsa:Address>urn:uuid:{own}</wsa:Address></wsa:EndpointReference>\
<wsdd:Types>tdn:NetworkVideoTransmitter</wsdd:Types>\
<wsdd:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/hardware/{model} \
onvif://www.onvif.org/name/{name} onvif://www.onvif.org/location/{place}</wsdd:Scopes>\
<wsdd:XAddrs>{address}</wsdd:XAddrs><wsdd:MetadataVersion>10</wsdd:MetadataVersion>\
</wsdd:ProbeMatch></wsdd:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>
"""


class OnvifCamera:
    """One camera; `port` is known when `ready` is set.

    `service` is where its device service is, such as that of a `SimulatedCamera`. `spoil` makes
    of an answer what a broken or hostile device would send.
    """

    def __init__(  # noqa: PLR0913 - what a camera is set to
        self,
        name: str,
        model: str,
        *,
        place: str = "",
        own: str = "4f6c6e76-0000-4000-8000-000000000001",
        host: str = "127.0.0.1",
        port: int = 0,
        service: str = "",
        spoil: Callable[[bytes], bytes] = lambda answer: answer,
    ) -> None:
        self.port = port
        self.ready = asyncio.Event()
        self.asked = 0
        self._host = host
        self._spoil = spoil
        self._said = {
            "name": quote(name),
            "model": quote(model),
            "place": quote(place),
            "own": own,
            "address": service or f"http://{host}/onvif/device_service",
        }

    async def run(self) -> None:
        """Answer until cancelled; on a real network also what is asked of all cameras."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Line(self), local_addr=(self._host, self.port)
        )
        try:
            sock: socket.socket = transport.get_extra_info("socket")
            self.port = sock.getsockname()[1]
            with suppress(OSError):
                joined = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton(self._host))
                sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
            self.ready.set()
            await loop.create_future()
        finally:
            transport.abort()

    def answer(self, question: bytes) -> bytes | None:
        """What the camera says to a datagram; nothing to what does not ask for cameras."""
        number = re.search(rb"MessageID[^>]*>\s*([^<\s]{1,100})\s*<", question)
        if number is None or b"NetworkVideoTransmitter" not in question:
            return None
        self.asked += 1
        said = _ANSWER.format(question=number[1].decode("ascii", "replace"), **self._said)
        return self._spoil(said.encode())


class _Line(asyncio.DatagramProtocol):
    """The camera's socket."""

    def __init__(self, camera: OnvifCamera) -> None:
        self._camera = camera
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        """Somebody asks."""
        answer = self._camera.answer(data)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)
