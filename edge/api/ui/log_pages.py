"""The log as it is written, for who looks on: by level, by words, paused and gone on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.security import may
from edge.api.ui.log_lines import Level, chosen
from edge.api.ui.screen import Screen


def log_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/log`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/log")
    async def log(
        request: Request,
        who: Annotated[Principal, may("configure")],
        level: Level = "info",
        q: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        """Show the last lines, newest first; the script of the page fetches those that follow."""
        found = chosen(house.log.lines(), level, q)
        return await screen.page(
            request, who, "log.html", lines=found, level=level, q=q, last=_last(house)
        )

    @routes.get("/log/lines")
    async def lines(
        request: Request,
        who: Annotated[Principal, may("configure")],
        after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
        level: Level = "info",
        q: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        """Send the rows of the lines after one."""
        found, last = chosen(house.log.lines(after), level, q), _last(house)
        answer = await screen.page(request, who, "log_lines.html", lines=found)
        answer.headers["X-Last-Line"] = str(last)
        return answer

    return routes


def _last(house: House) -> int:
    lines = house.log.lines()
    return lines[-1].number if lines else 0
