"""The door: who comes in, by cookie, token or socket; who is not known gets no further."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from edge.access.accounts import Opened
from edge.access.roles import Principal
from edge.api.house import House
from edge.api.problems import answer, problem, wants_page
from edge.api.security import Declared, may_enter

Entry: TypeAlias = Literal["socket", "network"]

LOCAL: Final = Principal(name="local", role="admin", door="socket")
"""Whoever speaks through the socket: the operating system lets only its owner and root."""

LONGEST_SECRET: Final = 512
"""Of a cookie or token that is looked up at all."""


def at_door(app: ASGIApp, door: Entry) -> ASGIApp:
    """The application as it is reached through this door."""

    async def reached(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["door"] = door
        await app(scope, receive, send)

    return reached


def cookie_of(request: Request) -> str:
    """The name of the session's cookie: with TLS one that no other host can set."""
    return "__Host-whistle" if request.url.scheme == "https" else "whistle"


def let_in(request: Request, response: Response, opened: Opened) -> None:
    """Give the browser its session."""
    response.set_cookie(
        cookie_of(request),
        opened.secret,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
        path="/",
    )


def let_out(request: Request, response: Response) -> None:
    """Take the session away from the browser."""
    response.delete_cookie(
        cookie_of(request),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
        path="/",
    )


class Entrance:
    """Finds out who asks before any route is looked for; whoever is unknown gets no further.

    Until somebody is enrolled, nobody does who comes through the network.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the application answer."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        request.state.principal = who = await _known(request)
        declared: Sequence[Declared] = request.app.state.declared
        if who is None and not may_enter(declared, request.method, request.url.path):
            await _turned_away(request)(scope, receive, send)
            return
        await self._app(scope, receive, send)


async def _known(request: Request) -> Principal | None:
    if getattr(request.state, "door", "network") == "socket":
        user: str = getattr(request.state, "user", "")
        return replace(LOCAL, name=user or LOCAL.name)
    house: House = request.app.state.house
    accounts = house.accounts
    if not accounts.enrolled:
        return None
    said = request.headers.get("authorization")
    if said is not None:  # what is said counts, not what a browser adds to it
        scheme, _, token = said.partition(" ")
        fits = scheme.lower() == "bearer" and 0 < len(token) <= LONGEST_SECRET
        return await accounts.token(token) if fits else None
    secret = request.cookies.get(cookie_of(request), "")
    if not 0 < len(secret) <= LONGEST_SECRET:
        return None
    request.state.secret = secret
    return await accounts.principal(secret)


def _turned_away(request: Request) -> Response:
    house: House = request.app.state.house
    if not house.accounts.enrolled:
        if wants_page(request):
            return RedirectResponse("/enrol", HTTPStatus.SEE_OTHER)
        return answer(
            request,
            problem(
                HTTPStatus.FORBIDDEN,
                "还没有人注册：先在网关上取得注册码，再打开 /enrol",
                "nobody is enrolled yet: get a code at the gateway, then open /enrol",
                code="not-enrolled",
            ),
        )
    if wants_page(request):
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        after = f"?next={quote(path)}" if request.method == "GET" and path != "/" else ""
        return RedirectResponse(f"/login{after}", HTTPStatus.SEE_OTHER)
    refusal = problem(
        HTTPStatus.UNAUTHORIZED, "请先登录", "log in first, or send a token", code="log-in"
    )
    refusal.headers = {"www-authenticate": "Bearer"}
    return answer(request, refusal)
