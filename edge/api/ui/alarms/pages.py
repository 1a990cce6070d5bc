"""The pages of alarms: the list, what was, and one of them from its sensor to its end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.alarm_past import past_of
from edge.api.house import House
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.ui.alarms.acts import add_acts
from edge.api.ui.alarms.head import head_of, head_of_past, windows_of
from edge.api.ui.alarms.lines import line_of
from edge.api.ui.alarms.listing import Standing, Wish, listed, past_lines
from edge.api.ui.alarms.origin import before
from edge.api.ui.alarms.story import story_of
from edge.api.ui.pictures import pictures_of
from edge.api.ui.screen import Screen
from edge.model import EventQuery, Lane

A_PAGE = 50

Number = Annotated[int, Path(ge=1, lt=2**63)]
Short = Annotated[str, Query(max_length=128)]


def alarm_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/alarms`."""
    routes = APIRouter(include_in_schema=False)
    _add_list(routes, house, screen)
    _add_past(routes, house, screen)
    add_acts(routes, house, screen)

    @routes.get("/alarms/{number}")
    async def alarm(
        number: Number, request: Request, who: Annotated[Principal, may("look")]
    ) -> Response:
        """Show one alarm with its whole story."""
        past = await past_of(house, who, number)
        running, at = house.running, house.now()
        site, known = running.configuration.site, running.alarms.all.get(number)
        head = head_of(known, site) if known else head_of_past(past, site)
        origin = []
        if head is not None:
            point = head.cause.point if head.cause else ""
            origin = await before(running, head.device, point, head.since)
        ended = past.timeline[-1].at if known is None and past.timeline else None
        since = head.since if head is not None else at
        pictures = await pictures_of(house, who, past.key, since, ended)
        windows = running.alarms.suppressions.windows.values()
        return await screen.page(
            request,
            who,
            "alarm.html",
            number=number,
            head=head,
            line=line_of(known, site, at) if known else None,
            windows=windows_of(known, site, windows) if known else (),
            story=story_of(past, origin),
            pictures=pictures,
            explained=running.explain(past.key) if known else None,
            operate=who.may("operate"),
        )

    return routes


def _add_list(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/alarms")
    async def alarms(  # noqa: PLR0913 - what one may filter by
        request: Request,
        who: Annotated[Principal, may("look")],
        *,
        lane: Lane | None = None,
        state: Standing = "all",
        building: Short = "",
        device: Short = "",
    ) -> Response:
        """Show every alarm that is not over, as far as it fits."""
        running, site = house.running, house.site
        wish = Wish(lane=lane, state=state, building=building, device=device)
        sight = Sight(site, who)
        seen = (each for each in running.alarms.all.values() if sight.alarm(each))
        return await screen.page(
            request,
            who,
            "alarms.html",
            wish=wish,
            alarms=listed(seen, site, wish, house.now()),
            buildings=[each for each in site.buildings.values() if sight.place(each.id)],
            operate=who.may("operate"),
        )


def _add_past(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/alarms/past")
    async def past(
        request: Request,
        who: Annotated[Principal, may("look")],
        *,
        lane: Lane | None = None,
        subject: Short = "",
        before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    ) -> Response:
        """Show what was raised, the latest first."""
        running = house.running
        query = EventQuery(
            limit=A_PAGE, before=before, kind="alarm.raised", lane=lane, subject=subject
        )
        events = await running.events.find(query)
        return await screen.page(
            request,
            who,
            "alarms_past.html",
            lane=lane,
            subject=subject,
            lines=past_lines(events, Sight(house.site, who), running.alarms.all),
            older=events[-1].number if len(events) == A_PAGE else None,
            newest=before is None,
        )
