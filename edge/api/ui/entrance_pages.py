"""Logging in and out, and the first account of a new gateway."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from edge.access.accounts import Opened, Refused
from edge.access.roles import Principal
from edge.api.audited import address_of
from edge.api.entry_routes import enter, leave
from edge.api.house import House
from edge.api.security import for_everybody, may
from edge.api.ui.language import LANGUAGE_COOKIE, keep_choice, safe_path
from edge.api.ui.screen import Screen
from edge.model import Text

Typed: TypeAlias = Annotated[str, Form(max_length=256)]
"""What a person types; longer than any name or password may be."""

_DIFFER: Final = Text("两次输入的密码不一样；再输一次", "the two passwords differ; type them again")


def entrance_pages(house: House, screen: Screen) -> APIRouter:
    """The routes in front of the door, and the one that leads out."""
    routes = APIRouter(include_in_schema=False)
    door = _Door(house, screen)
    _add_login(routes, door)
    _add_enrolment(routes, door)

    @routes.post("/logout")
    async def log_out(request: Request, who: Annotated[Principal, may("look")]) -> Response:
        """End the session; the cookie is worth nothing from now on."""
        answer = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
        await leave(house, request, answer, who)
        return answer

    return routes


def _add_login(routes: APIRouter, door: _Door) -> None:
    @routes.get("/login", dependencies=[for_everybody()])
    async def login(request: Request, after: Annotated[str, Query(alias="next")] = "/") -> Response:
        """Ask who it is; whoever is logged in goes on."""
        return await door.ask(request, "login.html", after=safe_path(after))

    @routes.post("/login", dependencies=[for_everybody()])
    async def enter(
        request: Request,
        name: Typed,
        password: Typed,
        after: Annotated[str, Form(alias="next")] = "/",
    ) -> Response:
        """Let somebody in, or say why not and how long to wait."""
        after = safe_path(after)

        async def open_session() -> Opened:
            return await door.house.accounts.login(name, password, address_of(request))

        again = _Again("login.html", name, after)
        return await door.open(request, open_session, again)


def _add_enrolment(routes: APIRouter, door: _Door) -> None:
    @routes.get("/enrol", dependencies=[for_everybody()])
    async def enrol(request: Request) -> Response:
        """Ask for the code that only somebody at the gateway has."""
        return await door.ask(request, "enrol.html", after="/")

    @routes.post("/enrol", dependencies=[for_everybody()])
    async def make(
        request: Request, code: Typed, name: Typed, password: Typed, repeated: Typed
    ) -> Response:
        """Make the account of an administrator and let them in."""

        async def open_session() -> Opened:
            return await door.house.accounts.enrol(code, name, password, address_of(request))

        again = _Again("enrol.html", name, "/", code, "account.enrolled")
        if password != repeated:
            return await door.form(
                request, again, Refused(_DIFFER), HTTPStatus.UNPROCESSABLE_ENTITY
            )
        return await door.open(request, open_session, again)


@dataclass(frozen=True, slots=True)
class _Again:
    """What is shown again after a mistake; passwords are typed anew."""

    template: str
    name: str
    after: str
    code: str = ""
    what: str = "session.opened"


class _Door:
    """Opens a session, or asks again."""

    def __init__(self, house: House, screen: Screen) -> None:
        self.house = house
        self._screen = screen

    async def ask(self, request: Request, template: str, after: str) -> Response:
        """Show the form."""
        if getattr(request.state, "principal", None) is not None:
            return RedirectResponse(after, HTTPStatus.SEE_OTHER)
        if not self.house.accounts.enrolled and template == "login.html":
            return RedirectResponse("/enrol", HTTPStatus.SEE_OTHER)
        return await self.form(request, _Again(template, "", after), None, HTTPStatus.OK)

    async def open(
        self, request: Request, opening: Callable[[], Awaitable[Opened]], again: _Again
    ) -> Response:
        """Give the browser its session and lead on, or show the form again with why not."""
        refusals: list[Refused] = []

        async def overheard() -> Opened:
            try:
                return await opening()
            except Refused as refused:
                refusals.append(refused)
                raise

        answer = RedirectResponse(again.after, HTTPStatus.SEE_OTHER)
        try:
            opened = await enter(request, answer, again.name, overheard(), again.what)
        except HTTPException as error:
            if not refusals:
                raise
            return await self.form(request, again, refusals[0], HTTPStatus(error.status_code))
        kept = self.house.accounts.users.get(opened.principal.name)
        if kept is not None and kept.account.language:
            keep_choice(request, answer, LANGUAGE_COOKIE, kept.account.language)
        return answer

    async def form(
        self, request: Request, again: _Again, refused: Refused | None, status: HTTPStatus
    ) -> Response:
        """Show the form, with what was wrong."""
        answer = await self._screen.page(
            request, None, again.template, status=status, again=again, refused=refused
        )
        if refused is not None and refused.wait is not None:
            answer.headers["Retry-After"] = str(int(refused.wait.total_seconds()) + 1)
        return answer
