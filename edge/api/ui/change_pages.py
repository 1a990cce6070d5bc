"""A change of the configuration: looked at, applied on trial, followed until it has ended."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.limits import LARGE_BODY
from edge.api.security import may
from edge.api.ui.change.desk import Desk
from edge.api.ui.change.proposing import propose
from edge.api.ui.change.typed import decode
from edge.api.ui.language import safe_path
from edge.api.ui.screen import Screen
from edge.versions.applying import Watch

Typed: TypeAlias = Annotated[str, Form(max_length=LARGE_BODY)]
Etag: TypeAlias = Annotated[str, Form(max_length=200)]
Words: TypeAlias = Annotated[str, Form(max_length=500)]


def change_pages(house: House, screen: Screen) -> APIRouter:
    """The routes that every change goes through, wherever it was typed."""
    routes = APIRouter(include_in_schema=False, max_body_size=LARGE_BODY)
    desk = Desk(house, screen)

    @routes.post("/configuration/review")
    async def review(
        request: Request, who: Annotated[Principal, may("configure")], change: Typed
    ) -> Response:
        """Look at a change again, over what is there by now."""
        what = decode(change)
        proposed = await propose(house, what, screen.language(request))
        return await desk.review(request, who, what, proposed)

    @routes.post("/configuration/apply")
    async def apply(  # noqa: PLR0913, PLR0917 - what the form says
        request: Request,
        who: Annotated[Principal, may("configure")],
        change: Typed,
        base: Etag,
        note: Words = "",
        watch: Annotated[Watch, Form()] = "links",
    ) -> Response:
        """Apply it on trial; it is taken back by itself when it does not serve."""
        what = decode(change)
        return await desk.apply(request, who, what, base=base, text=note.strip(), watch=watch)

    _add_trial(routes, house, screen, desk)
    return routes


def _add_trial(routes: APIRouter, house: House, screen: Screen, desk: Desk) -> None:
    @routes.get("/configuration/trial")
    async def trial(
        request: Request,
        who: Annotated[Principal, may("configure")],
        version: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
        device: Annotated[str, Query(max_length=64)] = "",
        back: Annotated[str, Query(max_length=8_000)] = "/configuration",
    ) -> Response:
        """How a change goes: how long it is still watched, what is amiss, whether it stays."""
        number = house.applying.trial.version if version is None else version
        course = await desk.follow(number, device)
        return await screen.page(
            request, who, "trial.html", course=course, device=device, back=safe_path(back)
        )
