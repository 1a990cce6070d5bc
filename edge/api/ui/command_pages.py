"""Commands: what devices were told, by whom, what came of it; and the switch for remote ones."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.event_routes import seen
from edge.api.house import House
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.ui.command_lines import command_lines, key_lines
from edge.api.ui.screen import Screen
from edge.commands import Position
from edge.model import EventQuery, Text

ROWS = 50


def command_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/commands`."""
    routes = APIRouter(include_in_schema=False)
    _add_list(routes, house, screen)
    _add_switch(routes, house, screen)
    return routes


def _add_list(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/commands")
    async def commands(
        request: Request,
        who: Annotated[Principal, may("look")],
        device: Annotated[str, Query(max_length=128)] = "",
        before: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    ) -> Response:
        """Show what was asked lately, and whether commands from afar are carried out."""
        running, site = house.running, house.site
        query = EventQuery(limit=ROWS, before=before, kind="command.result", subject=device.strip())
        found, following = await seen(running.events, query, Sight(site, who))
        allowed = running.configuration.commands
        same = f"&device={device}" if device else ""
        return await screen.page(
            request,
            who,
            "commands.html",
            lines=command_lines(site, found),
            device=device,
            position=running.remote(),
            allowed=allowed.allowed,
            keys=key_lines(allowed.keys.values()),
            older=f"/commands?before={following}{same}" if following else "",
            first=before is None,
        )


def _add_switch(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.post("/commands/remote")
    async def switch(
        request: Request,
        who: Annotated[Principal, may("configure")],
        position: Annotated[Position, Form()],
    ) -> Response:
        """Switch commands from afar off, or on again as far as the site file allows them."""
        await note(request, who, "remote.switched", position)
        await house.running.set_remote(position)
        words = (
            Text("远程命令已打开", "Commands from afar are on")
            if position == "on"
            else Text("远程命令已关闭", "Commands from afar are off")
        )
        return screen.go(request, "/commands", words)
