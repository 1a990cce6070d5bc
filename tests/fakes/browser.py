"""Somebody who asks an application, without a network: a browser, a program, the local socket."""

from __future__ import annotations

import asyncio
import json as encoding
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message

from edge.access.accounts import Opened, csrf_of
from edge.api.entrance import Entry, at_door

HOST = "gateway.local"
COOKIE = "__Host-whistle"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return encoding.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(frozen=True)
class Event:
    """One server-sent event as a browser takes it."""

    id: str
    name: str
    body: str

    @property
    def said(self) -> Any:
        """Its body as JSON."""
        return encoding.loads(self.body)


def events_in(body: bytes) -> list[Event]:
    """Every event of a stream; an id counts from where it stands."""
    found, now = [], ""
    for block in body.decode().split("\n\n"):
        name, lines = "message", []
        for line in block.split("\n"):
            key, _, value = line.partition(": ")
            if key == "id":
                now = value
            elif key == "event":
                name = value
            elif key == "data":
                lines.append(value)
        if lines:
            found.append(Event(now, name, "\n".join(lines)))
    return found


async def taken(queue: asyncio.Queue[bytes], seconds: float = 1.0) -> list[Event]:
    """What has come after a while."""
    await asyncio.sleep(seconds)
    return events_in(b"".join(queue.get_nowait() for _ in range(queue.qsize())))


def of(events: list[Event], name: str) -> list[Any]:
    """What the events of this name said."""
    return [event.said for event in events if event.name == name]


@dataclass(kw_only=True)
class Browser:
    """Asks as somebody: with a session's cookie and CSRF token, a token, or nothing."""

    app: ASGIApp
    door: Entry = "network"
    session: Opened | None = None
    token: str = ""
    csrf: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    address: str = "192.168.1.10"

    async def get(self, path: str, **headers: str) -> Answer:
        """Ask for something."""
        return await self.ask("GET", path, headers=headers)

    async def post(self, path: str, json: object = None, **headers: str) -> Answer:
        """Ask for a change, with a JSON body."""
        return await self.ask("POST", path, json=json, headers=headers)

    async def form(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        """Send a form, as a page does; its token is in it unless the fields say otherwise."""
        filled = {"csrf": self._csrf(), **fields} if self.session else fields
        return await self._sent(path, tuple(filled.items()), headers)

    async def form_of(self, path: str, fields: Sequence[tuple[str, str]], **headers: str) -> Answer:
        """Send a form in which a name may come more than once."""
        return await self._sent(path, (("csrf", self._csrf()), *fields), headers)

    async def ask(  # noqa: PLR0913 - what a request consists of
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        with_csrf: bool = True,
        to_the_end: bool = False,
    ) -> Answer:
        """Ask for anything; of a stream only the beginning is taken, unless it is to its end."""
        if json is not None:
            body = encoding.dumps(json).encode()
        sent = {"content-type": "application/json"} if json is not None else {}
        if self.session and with_csrf and method not in {"GET", "HEAD"}:
            sent["x-csrf-token"] = self._csrf()
        exchange = _Exchange(body, to_the_end=to_the_end)
        scope = self._scope(method, path, {**sent, **(headers or {})})
        await at_door(self.app, self.door)(scope, exchange.receive, exchange.send)
        return Answer(exchange.status, exchange.headers, bytes(exchange.body))

    @asynccontextmanager
    async def watch(self, path: str, **headers: str) -> AsyncIterator[asyncio.Queue[bytes]]:
        """Watch an endless answer: each piece of it is put into the queue as it comes."""
        stream = _Stream()
        scope = self._scope("GET", path, headers)
        app = at_door(self.app, self.door)

        async def watching() -> None:
            await app(scope, stream.receive, stream.send)

        task = asyncio.create_task(watching(), name="watching")
        try:
            yield stream.pieces
        finally:
            stream.gone.set()
            await task

    async def _sent(
        self, path: str, fields: Sequence[tuple[str, str]], headers: Mapping[str, str]
    ) -> Answer:
        sent = {"content-type": "application/x-www-form-urlencoded", **headers}
        body = urlencode(fields).encode()
        return await self.ask("POST", path, body=body, headers=sent, with_csrf=False)

    def _csrf(self) -> str:
        if self.csrf is not None:
            return self.csrf
        return csrf_of(self.session.secret) if self.session else ""

    def _scope(self, method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
        sent = {"host": HOST, **self.headers, **headers}
        if self.session:
            sent["cookie"] = f"{COOKIE}={self.session.secret}"
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        path, _, query = path.partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [
                (k.replace("_", "-").lower().encode(), v.encode()) for k, v in sent.items()
            ],
            "client": (self.address, 40_000) if self.door == "network" else None,
            "server": (HOST, 443),
        }


class _Exchange:
    """One request and its answer; what never ends is left as soon as it begins."""

    def __init__(self, body: bytes, *, to_the_end: bool) -> None:
        self._asked = body
        self._patient = to_the_end
        self._sent = False
        self._endless = asyncio.Event()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = bytearray()

    async def receive(self) -> Message:
        """Hand over the body, then wait for the end."""
        if not self._sent:
            self._sent = True
            return {"type": "http.request", "body": self._asked, "more_body": False}
        await self._endless.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode(): v.decode() for k, v in message["headers"]}
            stream = self.headers.get("content-type", "").startswith("text/event-stream")
            if stream and not self._patient:
                self._endless.set()
        else:
            self.body += message.get("body", b"")


class _Stream:
    """An answer that is watched; `taking` is cleared by a reader that stalls."""

    def __init__(self) -> None:
        self._asked = False
        self._begun = b""
        self.gone = asyncio.Event()
        self.pieces: asyncio.Queue[bytes] = asyncio.Queue(1_000)

    async def receive(self) -> Message:
        """Ask, then wait for the end."""
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take a piece; what ends amid an event waits for the rest."""
        if message["type"] == "http.response.body" and message.get("body"):
            self._begun += message["body"]
            if self._begun.endswith(b"\n\n"):
                self.pieces.put_nowait(self._begun)
                self._begun = b""
