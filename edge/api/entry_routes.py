"""Coming in and going out: login, enrolment, logout, and one's own account."""

from __future__ import annotations

from collections.abc import Awaitable
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response

from edge.access.accounts import Opened, Refused, csrf_of
from edge.access.roles import Principal
from edge.api.account_documents import CodeView, Enrol, Login, MeView, MyChange, MyPassword
from edge.api.audited import address_of, note
from edge.api.entrance import let_in, let_out
from edge.api.house import House
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.security import for_everybody, may

NOBODY: Final[dict[str, str]] = {}


def entry_routes(house: House) -> APIRouter:
    """The routes by which people come in and go out."""
    routes = api_routes(tag="accounts")

    @routes.post("/login", dependencies=[for_everybody()])
    async def login(asked: Login, request: Request, response: Response) -> MeView:
        """Open a session: the answer sets its cookie."""
        password = asked.password.get_secret_value()
        opening = house.accounts.login(asked.name, password, address_of(request))
        return await _me(house, await enter(request, response, asked.name, opening))

    @routes.post("/enrol", dependencies=[for_everybody()])
    async def enrol(asked: Enrol, request: Request, response: Response) -> MeView:
        """Make an admin, or give one a new password, with the code that the gateway shows."""
        password = asked.password.get_secret_value()
        address = address_of(request)
        opening = house.accounts.enrol(asked.code, asked.name, password, address)
        opened = await enter(request, response, asked.name, opening, "account.enrolled")
        return await _me(house, opened)

    @routes.post("/enrolment", status_code=HTTPStatus.CREATED)
    async def enrolment(request: Request, who: Annotated[Principal, may("administer")]) -> CodeView:
        """Make a code with which whoever stands before the gateway becomes its admin."""
        await note(request, who, "enrolment.code_made")
        return CodeView(code=await house.accounts.enrolment_code())

    @routes.post("/logout", status_code=HTTPStatus.NO_CONTENT)
    async def logout(
        request: Request, response: Response, who: Annotated[Principal, may("look")]
    ) -> None:
        """Close the session; a token or the socket has none."""
        await leave(house, request, response, who)

    _add_me(routes, house)
    return routes


def _add_me(routes: APIRouter, house: House) -> None:
    @routes.get("/me")
    async def me(request: Request, who: Annotated[Principal, may("look")]) -> MeView:
        """Who asks, and what they may."""
        return await _shown(house, who, getattr(request.state, "secret", ""))

    @routes.patch("/me")
    async def change(
        asked: MyChange, request: Request, who: Annotated[Principal, may("look")]
    ) -> MeView:
        """Choose the language of one's pages."""
        _with_account(who)
        try:
            await house.accounts.users.change(who.name, language=asked.language)
        except Refused as error:
            raise denied(error, HTTPStatus.CONFLICT) from None
        return await _shown(house, who, getattr(request.state, "secret", ""))

    @routes.put("/me/password")
    async def password(
        asked: MyPassword,
        request: Request,
        response: Response,
        who: Annotated[Principal, may("look")],
    ) -> MeView:
        """Choose another password; all other sessions of the account are closed."""
        _with_account(who)
        return await _me(house, await renew(house, request, response, who, asked))


async def enter(
    request: Request,
    response: Response,
    name: str,
    opening: Awaitable[Opened],
    what: str = "session.opened",
) -> Opened:
    """Open a session and give the browser its cookie; both ways it is noted before."""
    house: House = request.app.state.house
    try:
        opened = await opening
    except Refused as error:
        if error.tried:
            detail = {"why": error.what.en}
            about = name if house.accounts.users.get(name) else ""  # people type passwords there
            await note(request, None, "session.refused", about, outcome="refused", detail=detail)
        busy = not error.tried
        status = HTTPStatus.TOO_MANY_REQUESTS if busy else HTTPStatus.UNAUTHORIZED
        raise denied(error, status) from None
    noted = False
    try:
        await note(request, opened.principal, what, opened.principal.name)
        noted = True
    finally:
        if not noted:
            await house.accounts.log_out(opened.principal.session)
    let_in(request, response, opened)
    return opened


async def leave(house: House, request: Request, response: Response, who: Principal) -> None:
    """Close the session, where there is one."""
    if who.door == "session":
        await note(request, who, "session.closed", who.name)
        await house.accounts.log_out(who.session)
        let_out(request, response)


async def renew(
    house: House, request: Request, response: Response, who: Principal, asked: MyPassword
) -> Opened:
    """Give one's own account another password, after the old one was said; stay logged in."""
    address, old = address_of(request), asked.old.get_secret_value()
    new = asked.new.get_secret_value()
    opened = await enter(request, response, who.name, house.accounts.login(who.name, old, address))
    await note(request, who, "account.password_changed", who.name)
    try:
        await house.accounts.users.set_password(who.name, new)
    except Refused as error:
        await house.accounts.log_out(opened.principal.session)
        raise denied(error, HTTPStatus.CONFLICT) from None
    return await enter(request, response, who.name, house.accounts.login(who.name, new, address))


def denied(error: Refused, status: HTTPStatus) -> Exception:
    """A refusal of the accounts as a problem, with how long to wait."""
    wait = int(error.wait.total_seconds()) + 1 if error.wait else 0
    return problem(status, error.what.zh, error.what.en, code="refused", retry=wait)


def _with_account(who: Principal) -> None:
    if who.door != "session":
        raise problem(
            HTTPStatus.CONFLICT,
            "令牌和本机套接字没有自己的账户",
            "a token, or the local socket, has no account of its own",
        )


async def _me(house: House, opened: Opened) -> MeView:
    return await _shown(house, opened.principal, opened.secret)


async def _shown(house: House, who: Principal, secret: str) -> MeView:
    kept = house.accounts.users.get(who.name) if who.door == "session" else None
    language = kept.account.language if kept else ""
    return MeView.of(who, language, csrf_of(secret) if secret else "")
