"""The items of a section of the site file, each as a form or as a text of its own."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.limits import LARGE_BODY
from edge.api.security import may
from edge.api.ui.change.item_asked import Asked, section_of
from edge.api.ui.change.item_desk import ItemDesk
from edge.api.ui.change.items import items
from edge.api.ui.screen import Screen


def item_pages(house: House, screen: Screen) -> APIRouter:
    """The routes of sections and their items."""
    routes = APIRouter(include_in_schema=False, max_body_size=LARGE_BODY)

    @routes.get("/configuration/section")
    async def section(
        request: Request,
        who: Annotated[Principal, may("configure")],
        name: Annotated[str, Query(max_length=64)],
    ) -> Response:
        """The items of a section, in the order of the file."""
        files = await asyncio.to_thread(house.versions.read)
        found = await asyncio.to_thread(items, files, name)
        return await screen.page(
            request, who, "section.html", section=section_of(name), items=found
        )

    desk = ItemDesk(house, screen)

    @routes.get("/configuration/item")
    async def item(
        request: Request,
        who: Annotated[Principal, may("configure")],
        asked: Annotated[Asked, Query()],
    ) -> Response:
        """An item as it is written, or as it was tried before; or what a new one begins with."""
        return await desk.show(request, who, asked)

    @routes.post("/configuration/item")
    async def typed(
        request: Request,
        who: Annotated[Principal, may("configure")],
        asked: Annotated[Asked, Query()],
    ) -> Response:
        """Check what was filled in, or look at what it changes; or take it up again."""
        return await desk.take(request, who, asked)

    return routes
