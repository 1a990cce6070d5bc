"""Users: accounts, sessions and tokens; who may come in, and who is in."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, TypeAlias, TypeVar

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from edge.access.accounts import Refused
from edge.access.roles import Principal, Role
from edge.api.account_routes import known_buildings
from edge.api.audited import note
from edge.api.entry_routes import denied
from edge.api.house import House
from edge.api.problems import problem
from edge.api.security import may
from edge.api.ui.screen import Screen
from edge.api.ui.wording import say
from edge.model import Text

T = TypeVar("T")

AccountName: TypeAlias = Annotated[str, Form(min_length=1, max_length=64)]
Password: TypeAlias = Annotated[str, Form(max_length=512)]
Buildings: TypeAlias = Annotated[list[str], Form(max_length=200)]
Admin: TypeAlias = Annotated[Principal, may("administer")]


def user_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/users`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/users")
    async def users(request: Request, who: Admin) -> Response:
        """Show everybody who may log in."""
        return await screen.page(
            request,
            who,
            "users.html",
            accounts=await house.accounts.users.all(),
            buildings=_buildings(house, screen, request),
        )

    @routes.post("/users")
    async def add(  # noqa: PLR0913, PLR0917 - what the form says
        request: Request,
        who: Admin,
        name: AccountName,
        password: Password,
        role: Annotated[Role, Form()],
        buildings: Buildings = [],  # noqa: B006 - FastAPI copies it
    ) -> Response:
        """Let somebody log in from now on."""
        scope = known_buildings(house, tuple(buildings))
        detail = {"role": role, "buildings": ",".join(sorted(scope))}
        await note(request, who, "account.added", name, detail=detail)
        await _or_denied(house.accounts.users.add(name, password, role, scope))
        return screen.go(request, "/users", Text("账号已添加", "The account was added"))

    _add_changes(routes, house, screen)
    _add_ends(routes, house, screen)
    _add_sessions(routes, house, screen)
    _add_tokens(routes, house, screen)
    return routes


def _add_changes(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.post("/users/{name}/role")
    async def change(
        name: str,
        request: Request,
        who: Admin,
        role: Annotated[Role, Form()],
        buildings: Buildings = [],  # noqa: B006 - FastAPI copies it
    ) -> Response:
        """Give an account another role, or other buildings; its sessions are closed."""
        _known(house, name)
        scope = known_buildings(house, tuple(buildings))
        detail = {"role": role, "buildings": ",".join(sorted(scope))}
        await note(request, who, "account.changed", name, detail=detail)
        await _or_denied(house.accounts.users.change(name, role=role, buildings=scope))
        return screen.go(request, "/users", Text("已修改", "It was changed"))

    @routes.post("/users/{name}/disabled")
    async def disable(
        name: str, request: Request, who: Admin, disabled: Annotated[bool, Form()]
    ) -> Response:
        """Let an account log in no more, or again."""
        _known(house, name)
        await note(request, who, "account.changed", name, detail={"disabled": str(disabled)})
        await _or_denied(house.accounts.users.change(name, disabled=disabled))
        words = (
            Text("账号已停用", "It is disabled") if disabled else Text("已启用", "It is enabled")
        )
        return screen.go(request, "/users", words)


def _add_ends(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.post("/users/{name}/password")
    async def password(name: str, request: Request, who: Admin, password: Password) -> Response:
        """Give an account another password; its sessions are closed."""
        _known(house, name)
        await note(request, who, "account.password_changed", name)
        await _or_denied(house.accounts.users.set_password(name, password))
        return screen.go(request, "/users", Text("密码已修改", "The password was changed"))

    @routes.post("/users/{name}/remove")
    async def remove(name: str, request: Request, who: Admin) -> Response:
        """Let somebody log in no more; what they did stays in the audit log."""
        _known(house, name)
        await note(request, who, "account.removed", name)
        await _or_denied(house.accounts.users.remove(name))
        return screen.go(request, "/users", Text("账号已删除", "The account was removed"))


def _add_sessions(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/users/sessions")
    async def sessions(request: Request, who: Admin) -> Response:
        """Show every browser that is logged in."""
        lines = await house.accounts.sessions.all()
        return await screen.page(request, who, "sessions.html", sessions=lines)

    @routes.post("/users/sessions/{name}/revoke")
    async def revoke(name: str, request: Request, who: Admin) -> Response:
        """Log a browser out."""
        found = [each for each in await house.accounts.sessions.all() if each.id == name]
        if not found:
            raise problem(HTTPStatus.NOT_FOUND, "没有这个会话", "no such session")
        await note(request, who, "session.revoked", found[0].account, detail={"session": name})
        await house.accounts.sessions.revoke(name)
        return screen.go(request, "/users/sessions", Text("已退出", "It is logged out"))


def _add_tokens(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/users/tokens")
    async def tokens(request: Request, who: Admin) -> Response:
        """Show every program that may ask."""
        return await _tokens(house, screen, request, who)

    @routes.post("/users/tokens")
    async def make(  # noqa: PLR0913, PLR0917 - what the form says
        request: Request,
        who: Admin,
        name: AccountName,
        role: Annotated[Role, Form()],
        days: Annotated[int, Form(ge=0, le=3_650)],
        buildings: Buildings = [],  # noqa: B006 - FastAPI copies it
    ) -> Response:
        """Let a program ask from now on; its secret is shown this once."""
        scope = known_buildings(house, tuple(buildings))
        await note(request, who, "token.made", name, detail={"role": role, "days": str(days or "")})
        lasts = timedelta(days=days) if days else None
        _, secret = await _or_denied(house.accounts.tokens.make(name, role, scope, lasts))
        return await _tokens(house, screen, request, who, secret)

    @routes.post("/users/tokens/{name}/revoke")
    async def revoke(name: str, request: Request, who: Admin) -> Response:
        """Let a program ask no more."""
        found = [each for each in await house.accounts.tokens.all() if each.id == name]
        if not found:
            raise problem(HTTPStatus.NOT_FOUND, "没有这个令牌", "no such token")
        await note(request, who, "token.revoked", found[0].name)
        await house.accounts.tokens.revoke(name)
        return screen.go(request, "/users/tokens", Text("令牌已撤销", "The token was revoked"))


async def _tokens(
    house: House, screen: Screen, request: Request, who: Principal, secret: str = ""
) -> Response:
    return await screen.page(
        request,
        who,
        "tokens.html",
        tokens=await house.accounts.tokens.all(),
        buildings=_buildings(house, screen, request),
        secret=secret,
    )


def _buildings(house: House, screen: Screen, request: Request) -> tuple[tuple[str, str], ...]:
    """What an account can be for; nothing to choose while no site runs."""
    running = house.current()
    known = running.configuration.site.buildings.values() if running else ()
    language = screen.language(request)
    return tuple((each.id, say(each.name, language)) for each in known)


def _known(house: House, name: str) -> None:
    if house.accounts.users.get(name) is None:
        raise problem(HTTPStatus.NOT_FOUND, "没有这个账号", "no such account")


async def _or_denied(doing: Awaitable[T]) -> T:
    try:
        return await doing
    except Refused as error:
        raise denied(error, HTTPStatus.CONFLICT) from None
