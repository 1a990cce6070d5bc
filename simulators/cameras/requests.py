"""Requests as HTTP and RTSP both write them, read from a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MOST_HEAD: Final = 16 * 1024
MOST_BODY: Final = 256 * 1024
"""A request to a camera fits into a few hundred bytes; what is longer is no client of ours."""

INTERLEAVED: Final = b"$"
"""With it begins what is no request on an RTSP connection: a packet, such as a receiver report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; header names are in lower case."""

    method: str
    target: str
    protocol: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without host, query and fragment."""
        path = self.target.split("?", 1)[0]
        if "://" in path:
            path = "/" + path.split("://", 1)[1].partition("/")[2]
        return path

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the question mark; nothing is decoded."""
        pairs = (each.partition("=") for each in self.target.partition("?")[2].split("&"))
        return {name: value for name, _, value in pairs if name}


def parse_head(head: bytes) -> Request:
    """Read the first line and the headers; `ValueError` on what is no request."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not all(words):  # noqa: PLR2004 - method, target, protocol
        raise ValueError(f"no request: {first[:80]!r}")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return Request(method=words[0], target=words[1], protocol=words[2], headers=headers)


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Wait for the next request; none when the client is gone, `ValueError` on nonsense.

    Packets that come between requests of RTSP are passed over.
    """
    try:
        first = await reader.readexactly(1)
        while first == INTERLEAVED:
            header = await reader.readexactly(3)
            await reader.readexactly(int.from_bytes(header[1:], "big"))
            first = await reader.readexactly(1)
        head = first + await reader.readuntil(b"\r\n\r\n")
        request = parse_head(head.removesuffix(b"\r\n\r\n"))
        length = int(request.headers.get("content-length", "0"))
        if not 0 <= length <= MOST_BODY:
            raise ValueError(f"a body of {length} bytes")
        body = await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except asyncio.LimitOverrunError as error:
        raise ValueError("a head that does not end") from error
    return Request(
        method=request.method,
        target=request.target,
        protocol=request.protocol,
        headers=request.headers,
        body=body,
    )
