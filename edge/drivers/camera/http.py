"""A small HTTP client for cameras: one request a connection, digest, answers that never end."""

from __future__ import annotations

import asyncio
import re
import secrets
import ssl
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from edge.errors import LinkDown
from edge.vision.http_login import Login, authorization, challenge_in

CONNECTS_S: Final = 5.0
ANSWERS_S: Final = 10.0
"""Until the head of an answer is there, where the camera has nothing to wait for."""
MOST_LINE: Final = 8_192
MOST_HEADERS: Final = 64
MOST_ANSWER: Final = 1024 * 1024
"""Of an answer that is read as a whole."""
CHUNK: Final = 16_384
MOST_DIGITS: Final = 18
"""Of a length: no answer has so many bytes."""
_STATUS: Final = re.compile(rb"[0-9]{3}")
WRONG: Final = "wrong user name or password"
IN_THE_CLEAR: Final = "the camera wants the password in the clear: set it to digest"
CLOSES_S: Final = 1.0
"""A connection over TLS is not waited for longer when it is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """Where a camera's web service is, and who we are there.

    Without `ca_file` nobody vouches for a certificate: cameras make their own.
    """

    url: str
    login: Login | None = None
    ca_file: str | None = None

    def at(self, path: str) -> str:
        """The address of another path of the same service."""
        return f"{self.url.rstrip('/')}{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of an address; answers of a status in `read` are read, too.

    The answer's head has to be there within `patience_s`.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] | None = None
    body: bytes = b""
    read: Collection[int] = ()
    patience_s: float = ANSWERS_S


class Answer:
    """The head of an answer, and its body as it comes."""

    def __init__(self, status: int, headers: list[tuple[str, str]], body: _Body) -> None:
        self.status = status
        self._headers = headers
        self._body = body

    def header(self, name: str) -> str:
        """The first header of that name; empty where there is none."""
        return next(iter(self.headers(name)), "")

    def headers(self, name: str) -> list[str]:
        """All headers of that name."""
        return [value for key, value in self._headers if key == name.lower()]

    async def some(self) -> bytes:
        """The next bytes of the body; none at its end."""
        return await self._body.some()

    async def whole(self) -> bytes:
        """All of the body; `LinkDown` when it is longer than any answer that is read so."""
        found = bytearray()
        while some := await self.some():
            found += some
            if len(found) > MOST_ANSWER:
                raise LinkDown("an answer without end")
        return bytes(found)


class _Body:
    """Reads a body in the way in which its head says that it ends."""

    def __init__(self, reader: asyncio.StreamReader, headers: list[tuple[str, str]]) -> None:
        fields = dict(headers)
        self._reader = reader
        self._chunked = "chunked" in fields.get("transfer-encoding", "").lower()
        length = fields.get("content-length", "")
        self._left = _number(length)
        self._chunk = 0
        self._behind = False

    async def some(self) -> bytes:
        if self._chunked:
            return await self._of_chunks()
        if self._left is None:
            return await self._reader.read(CHUNK)
        some = await self._reader.read(min(CHUNK, self._left)) if self._left else b""
        self._left -= len(some)
        return some

    async def _of_chunks(self) -> bytes:
        """Each await takes one thing off the wire: whoever gives up waiting has lost nothing."""
        if not self._chunk:
            if self._behind:
                await _line(self._reader)
                self._behind = False
            size = (await _line(self._reader)).partition(b";")[0].strip()
            try:
                self._chunk = int(size, 16)
            except ValueError:
                raise LinkDown("an answer that is no HTTP") from None
            if self._chunk <= 0:
                return b""
        some = await self._reader.read(min(CHUNK, self._chunk))
        self._chunk -= len(some)
        self._behind = not self._chunk
        return some


@asynccontextmanager
async def asked(web: Web, request: Request) -> AsyncIterator[Answer]:
    """Ask, with the password proved where that is wanted; `LinkDown`, `OSError` when it fails.

    An answer that is no 200 is a `LinkDown` in a technician's words.
    """
    async with _asked(web, request, "") as answer:
        if answer.status != HTTPStatus.UNAUTHORIZED:
            _check(answer, request)
            yield answer
            return
        challenge = challenge_in(answer.headers("www-authenticate"))
    if web.login is None:
        raise LinkDown("the camera wants a user name and a password")
    if challenge is None:
        raise LinkDown(WRONG)
    if challenge.scheme == "basic":
        raise LinkDown(IN_THE_CLEAR)
    proof = authorization(
        challenge,
        web.login,
        method=request.method,
        uri=_target(request.url),
        cnonce=secrets.token_hex(8),
    )
    async with _asked(web, request, proof) as answer:
        _check(answer, request)
        yield answer


def _check(answer: Answer, request: Request) -> None:
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise LinkDown(WRONG)
    if answer.status == HTTPStatus.FORBIDDEN:
        raise LinkDown("this user of the camera may not do that")
    if answer.status == HTTPStatus.NOT_FOUND:
        raise LinkDown("the camera does not offer that address")
    if answer.status != HTTPStatus.OK and answer.status not in request.read:
        raise LinkDown(f"the camera answers {answer.status}")


@asynccontextmanager
async def _asked(web: Web, request: Request, proof: str) -> AsyncIterator[Answer]:
    reader, writer = await _connected(web, request.url)
    try:
        writer.write(_head(request, proof) + request.body)
        try:
            async with asyncio.timeout(request.patience_s):
                await writer.drain()
                answer = await read_answer(reader)
        except TimeoutError:
            raise LinkDown("the camera does not answer") from None
        yield answer
    finally:
        writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(CLOSES_S):
                await writer.wait_closed()


async def _connected(web: Web, url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise LinkDown("the camera's address is none") from None
    secure = parts.scheme == "https"
    context = await asyncio.to_thread(_context, web.ca_file) if secure else None
    try:
        async with asyncio.timeout(CONNECTS_S):
            return await asyncio.open_connection(
                parts.hostname, port or (443 if secure else 80), ssl=context, limit=MOST_LINE
            )
    except TimeoutError:
        raise LinkDown("the camera cannot be reached") from None


def _context(ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file)
    if ca_file is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


def _head(request: Request, proof: str) -> bytes:
    headers = {
        "Host": urlsplit(request.url).netloc,
        "User-Agent": "whistle",
        "Accept": "*/*",
        "Connection": "close",
        **(request.headers or {}),
    }
    if request.body or request.method == "POST":
        headers["Content-Length"] = str(len(request.body))
    if proof:
        headers["Authorization"] = proof
    lines = [f"{request.method} {_target(request.url)} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    """Read the head of an answer; `LinkDown` for what is none."""
    words = (await _line(reader)).split(None, 2)
    if not words and reader.at_eof():
        raise LinkDown("the camera has hung up")
    if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not _STATUS.fullmatch(words[1]):  # noqa: PLR2004 - version and status
        raise LinkDown("an answer that is no HTTP")
    headers: list[tuple[str, str]] = []
    while line := await _line(reader):
        name, _, value = line.decode("latin-1").partition(":")
        headers.append((name.strip().lower(), value.strip()))
        if len(headers) > MOST_HEADERS:
            raise LinkDown("an answer with too many headers")
    return Answer(int(words[1]), headers, _Body(reader, headers))


def _number(digits: str) -> int | None:
    """Return what a header counts; none where it counts nothing, or more than there can be."""
    fits = digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS
    return int(digits) if fits else None


async def _line(reader: asyncio.StreamReader) -> bytes:
    """One line without its end; an empty one at the end of a head, and where nothing follows."""
    try:
        return (await reader.readline()).rstrip(b"\r\n")
    except ValueError:
        raise LinkDown("an answer with an endless line") from None
