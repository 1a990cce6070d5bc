"""Events: what was kept, newest first, and how far each has come on its way to the platform."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.event_routes import seen
from edge.api.house import House
from edge.api.problems import problem
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.ui.event.steps import STEPS, row_of
from edge.api.ui.event.words import GROUPS
from edge.api.ui.pictures import pictures_in
from edge.api.ui.screen import Screen
from edge.api.ui.wording import say
from edge.model import EventQuery, Lane

LaneChoice: TypeAlias = Literal["", "life_safety", "security", "fault", "info"]
Number: TypeAlias = Annotated[int, Path(ge=1, lt=2**63)]

ROWS = 50


def event_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/events`."""
    routes = APIRouter(include_in_schema=False)
    _add_list(routes, house, screen)
    _add_one(routes, house, screen)
    return routes


def _add_list(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/events")
    async def events(  # noqa: PLR0913, PLR0917 - what a list is filtered by
        request: Request,
        who: Annotated[Principal, may("look")],
        kind: Annotated[str, Query(pattern=r"^[a-z_.]{0,64}\*?$")] = "",
        lane: LaneChoice = "",
        subject: Annotated[str, Query(max_length=256)] = "",
        state: Literal["", "waiting"] = "",
        before: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    ) -> Response:
        """Show what was kept, newest first."""
        query = EventQuery(
            limit=ROWS,
            before=before,
            kind=kind,
            lane=Lane(lane) if lane else None,
            subject=subject.strip(),
            waiting=state == "waiting",
        )
        found, following = await seen(house.running.events, query, Sight(house.site, who))
        language = screen.language(request)
        asked = {"kind": kind, "lane": lane, "subject": subject, "state": state}
        same = urlencode({key: value for key, value in asked.items() if value})
        return await screen.page(
            request,
            who,
            "events.html",
            rows=tuple(row_of(each) for each in found),
            steps=STEPS.values(),
            kinds=tuple((name, say(words, language)) for name, words in GROUPS.items()),
            kind=kind,
            lane=lane,
            subject=subject,
            state=state,
            first=before is None,
            same=f"/events?{same}",
            older=f"/events?{same}&before={following}" if following else "",
        )


def _add_one(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/events/{number}")
    async def event(
        number: Number, request: Request, who: Annotated[Principal, may("look")]
    ) -> Response:
        """Show one event: every step that it took, and what the platform gets."""
        query = EventQuery(limit=1, before=number + 1, after=number - 1)
        found, _ = await seen(house.running.events, query, Sight(house.site, who))
        if not found:
            raise problem(HTTPStatus.NOT_FOUND, "没有这个事件，或已过期删除", "no such event")
        body = msgspec.json.decode(found[0].body, type=dict[str, Any])
        told = json.dumps(body, ensure_ascii=False, indent=2)
        return await screen.page(
            request,
            who,
            "event.html",
            row=row_of(found[0]),
            told=told,
            pictures=await pictures_in(house, who, body),
        )
