"""How many ask at a time, and how long the asking may take: nobody can keep others out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge.api.audited import address_of
from edge.api.problems import answer, problem

USUAL_BODY: Final = 64 * 1024
"""Bytes of a request: an order or a form has a few hundred."""

LARGE_BODY: Final = 2 * 1024 * 1024
"""Of a whole configuration with its profiles; that of a large community has 300 kB."""

MOST_REQUESTS: Final = 320
"""At a time: 200 who watch, and a hundred that are being answered."""

MOST_OF_ONE: Final = 64
"""Of one address at a time; several people may sit behind one."""

SENT_WITHIN_S: Final = 30.0
"""The body of a request has arrived by then, or its sender is not waited for."""

SLOW: Final[Mapping[str, float]] = {"/enrol/restore/backup": 1800.0}
"""Where a body may take longer: hundreds of megabytes from a phone, of whom has shown the code."""


class Limits:
    """Refuses who asks too much at a time, and who takes for ever to ask."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._asking: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer if there is room."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        address = address_of(request)
        if self._asking.total() >= MOST_REQUESTS or self._asking[address] >= MOST_OF_ONE:
            crowded = problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "同时的请求太多，稍后再试",
                "too many requests at a time, try again in a moment",
                code="crowded",
                retry=5,
            )
            await answer(request, crowded)(scope, receive, send)
            return
        with self._counted(address):
            await self._app(
                scope,
                _in_time(receive, SLOW.get(request.url.path, SENT_WITHIN_S)),
                _in_words(request, send),
            )

    @contextmanager
    def _counted(self, address: str) -> Iterator[None]:
        self._asking[address] += 1
        try:
            yield
        finally:
            self._asking[address] -= 1
            if not self._asking[address]:
                del self._asking[address]


def _in_time(receive: Receive, within_s: float) -> Receive:
    """Wait for the body no longer than it may take; afterwards for the end, as long as it lasts."""
    loop = asyncio.get_running_loop()
    until, whole = loop.time() + within_s, False

    async def received() -> Message:
        nonlocal whole
        if whole:
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise problem(
                HTTPStatus.REQUEST_TIMEOUT,
                "请求没有按时发完",
                "the request was not sent in time",
            ) from None
        whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    return received


def _in_words(request: Request, send: Send) -> Send:
    """Send a problem document where the framework says in plain text that a body is too large."""
    refused = False

    async def sent(message: Message) -> None:
        nonlocal refused
        if message["type"] == "http.response.start":
            plain = dict(message["headers"]).get(b"content-type", b"").startswith(b"text/plain")
            refused = message["status"] == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and plain
            if refused:
                words = "请求太大", "the request is too large"
                large = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, *words)
                await answer(request, large)(request.scope, request.receive, send)
        if not refused:
            await send(message)

    return sent
