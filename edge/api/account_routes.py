"""Accounts, sessions and tokens: who may come in, kept by an admin."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request

from edge.access.accounts import Refused
from edge.access.roles import Principal
from edge.api.account_documents import (
    AccountChange,
    AccountView,
    MadeToken,
    NewAccount,
    NewPassword,
    NewToken,
    SessionView,
    TokenView,
)
from edge.api.audited import note
from edge.api.entry_routes import denied
from edge.api.house import House
from edge.api.paging import Page, Paged, page
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.security import may

T = TypeVar("T")


def account_routes(house: House) -> APIRouter:
    """The routes under `/users`."""
    routes = api_routes("/users", tag="accounts")

    @routes.get("")
    async def users(
        _: Annotated[Principal, may("administer")], asked: Annotated[Paged, Query()]
    ) -> Page[AccountView]:
        """Everybody who may log in, by name."""
        every = [AccountView.of(each) for each in await house.accounts.users.all()]
        return page(every, lambda account: account.name, asked.cursor, asked.limit)

    @routes.post("", status_code=HTTPStatus.CREATED)
    async def add(
        asked: NewAccount, request: Request, who: Annotated[Principal, may("administer")]
    ) -> AccountView:
        """Let somebody log in from now on."""
        buildings = known_buildings(house, asked.buildings)
        detail = {"role": asked.role, "buildings": ",".join(sorted(buildings))}
        await note(request, who, "account.added", asked.name, detail=detail)
        password = asked.password.get_secret_value()
        adding = house.accounts.users.add(asked.name, password, asked.role, buildings)
        return AccountView.of(await _or_denied(adding))

    _add_changes(routes, house)
    return routes


def _add_changes(routes: APIRouter, house: House) -> None:
    @routes.patch("/{name}")
    async def change(
        name: str,
        asked: AccountChange,
        request: Request,
        who: Annotated[Principal, may("administer")],
    ) -> AccountView:
        """Give an account another role, other buildings, or none of them any more."""
        _known(house, name)
        wanted = asked.model_dump(exclude_none=True)
        buildings = known_buildings(house, asked.buildings) if "buildings" in wanted else None
        detail = {key: str(value) for key, value in wanted.items()}
        await note(request, who, "account.changed", name, detail=detail)
        changing = house.accounts.users.change(
            name,
            role=asked.role,
            buildings=buildings,
            disabled=asked.disabled,
            language=asked.language,
        )
        return AccountView.of(await _or_denied(changing))

    _add_ends(routes, house)


def _add_ends(routes: APIRouter, house: House) -> None:
    @routes.put("/{name}/password", status_code=HTTPStatus.NO_CONTENT)
    async def password(
        name: str,
        asked: NewPassword,
        request: Request,
        who: Annotated[Principal, may("administer")],
    ) -> None:
        """Give an account another password; its sessions are closed."""
        _known(house, name)
        await note(request, who, "account.password_changed", name)
        new = asked.password.get_secret_value()
        await _or_denied(house.accounts.users.set_password(name, new))

    @routes.delete("/{name}", status_code=HTTPStatus.NO_CONTENT)
    async def remove(
        name: str, request: Request, who: Annotated[Principal, may("administer")]
    ) -> None:
        """Let somebody log in no more; what they did stays in the audit log."""
        _known(house, name)
        await note(request, who, "account.removed", name)
        await _or_denied(house.accounts.users.remove(name))


def session_routes(house: House) -> APIRouter:
    """The routes under `/sessions`."""
    routes = api_routes("/sessions", tag="accounts")

    @routes.get("")
    async def sessions(
        _: Annotated[Principal, may("administer")], asked: Annotated[Paged, Query()]
    ) -> Page[SessionView]:
        """Every browser that is logged in."""
        every = [SessionView.of(each) for each in await house.accounts.sessions.all()]
        return page(every, lambda session: session.id, asked.cursor, asked.limit)

    @routes.delete("/{name}", status_code=HTTPStatus.NO_CONTENT)
    async def end(
        name: str, request: Request, who: Annotated[Principal, may("administer")]
    ) -> None:
        """Log a browser out."""
        found = [each for each in await house.accounts.sessions.all() if each.id == name]
        if not found:
            raise problem(HTTPStatus.NOT_FOUND, "没有这个会话", "no such session")
        detail = {"session": name}
        await note(request, who, "session.revoked", found[0].account, detail=detail)
        await house.accounts.sessions.revoke(name)

    return routes


def token_routes(house: House) -> APIRouter:
    """The routes under `/tokens`."""
    routes = api_routes("/tokens", tag="accounts")

    @routes.get("")
    async def tokens(
        _: Annotated[Principal, may("administer")], asked: Annotated[Paged, Query()]
    ) -> Page[TokenView]:
        """Every program that may ask."""
        every = [TokenView.of(each) for each in await house.accounts.tokens.all()]
        return page(every, lambda token: token.name, asked.cursor, asked.limit)

    @routes.post("", status_code=HTTPStatus.CREATED)
    async def make(
        asked: NewToken, request: Request, who: Annotated[Principal, may("administer")]
    ) -> MadeToken:
        """Let a program ask from now on; its secret is shown this once."""
        buildings = known_buildings(house, asked.buildings)
        detail = {"role": asked.role, "days": str(asked.days or "")}
        await note(request, who, "token.made", asked.name, detail=detail)
        lasts = timedelta(days=asked.days) if asked.days else None
        making = house.accounts.tokens.make(asked.name, asked.role, buildings, lasts)
        line, secret = await _or_denied(making)
        return MadeToken(**TokenView.of(line).model_dump(), secret=secret)

    @routes.delete("/{name}", status_code=HTTPStatus.NO_CONTENT)
    async def revoke(
        name: str, request: Request, who: Annotated[Principal, may("administer")]
    ) -> None:
        """Let a program ask no more; `name` is the token's id."""
        found = [each for each in await house.accounts.tokens.all() if each.id == name]
        if not found:
            raise problem(HTTPStatus.NOT_FOUND, "没有这个令牌", "no such token")
        await note(request, who, "token.revoked", found[0].name)
        await house.accounts.tokens.revoke(name)

    return routes


def known_buildings(house: House, buildings: tuple[str, ...] | None) -> frozenset[str]:
    """The buildings that an account is to be for; a problem where the site has no such."""
    running = house.current()
    known = running.configuration.site.buildings if running else buildings or ()
    if unknown := [each for each in buildings or () if each not in known]:
        raise problem(
            HTTPStatus.CONFLICT, f"没有楼栋 {unknown[0]}", f"there is no building {unknown[0]}"
        )
    return frozenset(buildings or ())


def _known(house: House, name: str) -> None:
    if house.accounts.users.get(name) is None:
        raise problem(HTTPStatus.NOT_FOUND, "没有这个账户", "no such account")


async def _or_denied(doing: Awaitable[T]) -> T:
    try:
        return await doing
    except Refused as error:
        raise denied(error, HTTPStatus.CONFLICT) from None
