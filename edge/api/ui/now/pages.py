"""The first page: what is urgent, the site as a picture, the ways in and out; and its stream."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response
from markupsafe import Markup

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.live import Broadcaster
from edge.api.live_routes import stream
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.ui.header import standing_soon
from edge.api.ui.now.channels import TEMPLATE, now_channels
from edge.api.ui.now.links import link_lines, outward_of
from edge.api.ui.now.sketch import Sketch
from edge.api.ui.now.urgent import urgent_of
from edge.api.ui.screen import Screen

MOST_CHANNELS = 8
"""That one page may watch at a time."""


def now_pages(house: House, screen: Screen, live: Broadcaster) -> APIRouter:
    """The routes `/` and `/live`."""
    routes, sketch = APIRouter(include_in_schema=False), Sketch()
    for channel in now_channels(screen, sketch):
        live.add(channel)

    @routes.get("/")
    async def now(request: Request, who: Annotated[Principal, may("look")]) -> Response:
        """Show how everything is; while nothing runs, lead to where that is put right."""
        running, at = house.current(), house.now()
        if running is None and who.may("configure"):
            return screen.go(request, "/configuration")
        running = house.running
        site = running.configuration.site
        plan = sketch.of(site, who.buildings).plan
        looks = dict(sketch.looks(running, at, who.buildings))
        language = screen.language(request)
        pieces = screen.part(language, "now_picture.html", "picture", plan=plan, looks=looks)
        picture = await screen.drawn(pieces)
        return await screen.page(
            request,
            who,
            TEMPLATE,
            alarms=urgent_of(running, Sight(site, who), at),
            operate=who.may("operate"),
            picture=Markup(picture),  # noqa: S704 - rendered by a template
            links=link_lines(site, running.state.links, running.keepers),
            outward=outward_of(await standing_soon(running)),
        )

    _add_stream(routes, house, screen, live)
    return routes


def _add_stream(routes: APIRouter, house: House, screen: Screen, live: Broadcaster) -> None:
    @routes.get("/live")
    async def stream_of(
        request: Request,
        who: Annotated[Principal, may("look")],
        channels: Annotated[list[str], Query(max_length=MOST_CHANNELS)],
        since: Annotated[str, Query(max_length=64)] = "",
        last_event_id: Annotated[str, Header(max_length=64)] = "",
    ) -> Response:
        """Tell a page what changes on it, in its language, as long as it is open."""
        language = screen.language(request)
        seen = last_event_id or since
        return stream(house, live, who, channels, language=language, since=seen)
