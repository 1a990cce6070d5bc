"""The platform over HTTPS: events are posted, and the answer to them is the receipt."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import h11

from cloud_bridge.beside import NoReceipt
from cloud_bridge.wire import (
    BATCH_CONTENT_TYPE,
    EVENT_CONTENT_TYPE,
    Receipt,
    WireError,
    decode_receipt,
    encode_batch,
)
from edge.config.uplink_section import HttpsSection

CONNECTS_S: Final = 5.0
"""Name, TCP and TLS together."""

ANSWERS_S: Final = 10.0
"""From the first byte of a question to the last of its answer."""

MOST_ANSWER: Final = 256 * 1024
"""Of a receipt: every event of a batch refused for as long a reason as there may be."""

CHUNK: Final = 16 * 1024
HTTPS_PORT: Final = 443
LONGEST_TOKEN: Final = 4096

_HUNG_UP: Final = "hung up without an answer"
_LATER: Final = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_WORDS: Final[Mapping[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "the platform does not know our token (401)",
    HTTPStatus.FORBIDDEN: "the platform does not let us in (403)",
    HTTPStatus.NOT_FOUND: "nothing takes events at this address (404)",
}
"""What a platform says to who we are, or where we ask, whatever is sent."""


class HttpsLine:
    """One connection, opened when it is needed; the token and certificates are read anew then."""

    def __init__(self, section: HttpsSection) -> None:
        parts = urlsplit(section.url)
        self._section = section
        self._host = parts.hostname or ""
        self._port = parts.port or HTTPS_PORT
        self._authority = parts.netloc
        self._path = parts.path or "/"
        self._token = ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._http = h11.Connection(h11.CLIENT)
        self._ended = False

    async def send(self, bodies: Sequence[bytes]) -> Receipt | NoReceipt:
        """Post events, or an empty batch; whatever comes of it ends within seconds."""
        single = len(bodies) == 1
        body = bodies[0] if single else encode_batch(bodies)
        kind = EVENT_CONTENT_TYPE if single else BATCH_CONTENT_TYPE
        answer: Receipt | NoReceipt
        try:
            async with asyncio.timeout(CONNECTS_S):
                reader, writer = self._streams or await self._connect()
        except TimeoutError:
            answer = NoReceipt(reason=f"{self._authority} cannot be reached")
        except (OSError, ValueError) as error:
            answer = NoReceipt(reason=f"{self._authority}: {_told(error)}")
        else:
            try:
                async with asyncio.timeout(ANSWERS_S):
                    answer = await self._ask(reader, writer, body, kind)
            except TimeoutError:
                answer = NoReceipt(reason=f"no answer in {ANSWERS_S:.0f} s", blame="batch")
            except h11.ProtocolError:
                reason = _HUNG_UP if self._ended else "an answer that is no HTTP"
                answer = NoReceipt(reason=reason, blame="batch")
            except OSError as error:
                answer = NoReceipt(reason=f"{self._authority}: {_told(error)}", blame="batch")
        if isinstance(answer, NoReceipt):
            self.hang_up()
        return answer

    def hang_up(self) -> None:
        """Close the connection, without waiting for the other side."""
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        context, self._token = await asyncio.to_thread(_credentials, self._section)
        self._http, self._ended = h11.Connection(h11.CLIENT), False
        self._streams = await asyncio.open_connection(self._host, self._port, ssl=context)
        return self._streams

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes, kind: str
    ) -> Receipt | NoReceipt:
        headers = [
            ("Host", self._authority),
            ("User-Agent", "whistle"),
            ("Accept", "application/json"),
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
        ]
        if self._token:
            headers.append(("Authorization", f"Bearer {self._token}"))
        request = h11.Request(method="POST", target=self._path, headers=headers)
        for event in (request, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(self._http.send(event) or b"")
        await writer.drain()
        answer = await self._next(reader)
        while isinstance(answer, h11.InformationalResponse):
            answer = await self._next(reader)
        if not isinstance(answer, h11.Response):
            return NoReceipt(reason=_HUNG_UP, blame="batch")
        if answer.status_code // 100 != 2:  # noqa: PLR2004 - 2xx: taken
            return _refusal(answer)
        return await self._receipt(reader)

    async def _receipt(self, reader: asyncio.StreamReader) -> Receipt | NoReceipt:
        found = bytearray()
        while isinstance(part := await self._next(reader), h11.Data):
            found += part.data
            if len(found) > MOST_ANSWER:
                return NoReceipt(reason="an answer without end", blame="batch")
        try:
            receipt = decode_receipt(bytes(found))
        except WireError as error:
            return NoReceipt(reason=f"the answer is no receipt: {error}", blame="batch")
        if self._http.states == {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}:
            self._http.start_next_cycle()
        else:
            self.hang_up()
        return receipt

    async def _next(self, reader: asyncio.StreamReader) -> object:
        """Return what comes next of the answer."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            some = await reader.read(CHUNK)
            self._ended = not some
            self._http.receive_data(some)
        return event


def _refusal(answer: h11.Response) -> NoReceipt:
    """What an answer without a receipt says of the way, or of what was sent."""
    status = answer.status_code
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
    if status // 100 == 3:  # noqa: PLR2004 - 3xx: elsewhere
        where = headers.get("location", "")[:100]
        return NoReceipt(reason=f"it sends us to {where!r} ({status}): not followed")
    if status in _LATER:
        asked = headers.get("retry-after", "").strip()
        later = float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0.0  # noqa: PLR2004 - digits
        return NoReceipt(reason=f"the platform is busy ({status})", later_s=later)
    if words := _WORDS.get(status):
        return NoReceipt(reason=words)
    return NoReceipt(reason=f"the platform answers {status}", blame="batch")


def _credentials(section: HttpsSection) -> tuple[ssl.SSLContext, str]:
    """Read certificates and token; for a thread. `OSError` or `ValueError` when they are none."""
    context = ssl.create_default_context(cafile=section.tls.ca_file)
    if section.tls.cert_file is not None:
        context.load_cert_chain(section.tls.cert_file, section.tls.key_file)
    if section.token_file is None:
        return context, ""
    token = Path(section.token_file).read_text("ascii").strip()
    if not token.isprintable() or " " in token or not 0 < len(token) <= LONGEST_TOKEN:
        raise ValueError("its token file has no token: one line of letters and signs")
    return context, token


def _told(error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "its token file has no token: one line of letters and signs"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    return str(error) or type(error).__name__
