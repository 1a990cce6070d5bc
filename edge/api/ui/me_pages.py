"""One's own account: password, language, and the browsers that are logged in with it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import SecretStr

from edge.access.accounts import Refused
from edge.access.records import PageLanguage
from edge.access.roles import Principal
from edge.api.account_documents import MyPassword
from edge.api.audited import note
from edge.api.entry_routes import denied, renew
from edge.api.house import House
from edge.api.problems import problem
from edge.api.security import may
from edge.api.ui.language import LANGUAGE_COOKIE, keep_choice
from edge.api.ui.screen import Screen
from edge.model import Text

Typed: TypeAlias = Annotated[str, Form(min_length=1, max_length=512)]


def me_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/me`."""
    routes = APIRouter(include_in_schema=False)
    _add_look(routes, house, screen)
    _add_password(routes, house, screen)
    _add_language(routes, house, screen)
    return routes


def _add_look(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/me")
    async def me(request: Request, who: Annotated[Principal, may("look")]) -> Response:
        """Show who one is here, and where else one is logged in."""
        has_account = who.door == "session"
        kept = house.accounts.users.get(who.name) if has_account else None
        return await screen.page(
            request,
            who,
            "me.html",
            account=kept.account if kept else None,
            sessions=await house.accounts.sessions.all(who.name) if has_account else (),
        )

    @routes.post("/me/sessions/{name}/revoke")
    async def revoke(
        name: str, request: Request, who: Annotated[Principal, may("look")]
    ) -> Response:
        """Log out one of one's own browsers."""
        _must_have_account(who)
        own = [each.id for each in await house.accounts.sessions.all(who.name)]
        if name not in own:
            raise problem(HTTPStatus.NOT_FOUND, "没有这个会话", "no such session")
        await note(request, who, "session.revoked", who.name, detail={"session": name})
        await house.accounts.sessions.revoke(name)
        return screen.go(request, "/me", Text("已退出", "It is logged out"))


def _add_password(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.post("/me/password")
    async def password(
        request: Request,
        who: Annotated[Principal, may("look")],
        old: Typed,
        new: Typed,
        repeated: Typed,
    ) -> Response:
        """Choose another password; every other session of the account is closed."""
        _must_have_account(who)
        if new != repeated:
            raise problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "两次输入的新密码不一样；再输一次",
                "the two new passwords differ; type them again",
            )
        answer = screen.go(request, "/me", Text("密码已修改", "The password was changed"))
        asked = MyPassword(old=SecretStr(old), new=SecretStr(new))
        await renew(house, request, answer, who, asked)
        return answer


def _add_language(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.post("/me/language")
    async def language(
        request: Request,
        who: Annotated[Principal, may("look")],
        language: Annotated[PageLanguage, Form()] = "",
    ) -> Response:
        """Choose the language of one's pages, here and wherever one logs in."""
        _must_have_account(who)
        try:
            await house.accounts.users.change(who.name, language=language)
        except Refused as error:
            raise denied(error, HTTPStatus.CONFLICT) from None
        answer = screen.go(request, "/me", Text("已记住", "It is remembered"))
        if language:
            keep_choice(request, answer, LANGUAGE_COOKIE, language)
        else:
            answer.delete_cookie(LANGUAGE_COOKIE)
        return answer


def _must_have_account(who: Principal) -> None:
    if who.door != "session":
        raise problem(
            HTTPStatus.CONFLICT,
            "令牌和本机套接字没有自己的账号",
            "a token, or the local socket, has no account of its own",
        )
