"""Writing a rule: checked line by line, tried on what was read, looked at before it is applied."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.limits import LARGE_BODY
from edge.api.security import may
from edge.api.ui.rule.asked import Asked, Typed
from edge.api.ui.rule.desk import RuleDesk
from edge.api.ui.screen import Screen


def rule_edit_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/rules/edit`."""
    routes = APIRouter(include_in_schema=False, max_body_size=LARGE_BODY)
    desk = RuleDesk(house, screen)

    @routes.get("/rules/edit")
    async def edit(
        request: Request,
        who: Annotated[Principal, may("configure")],
        asked: Annotated[Asked, Query()],
    ) -> Response:
        """Write it: as it is in the file, as it was tried before, or as a new one begins."""
        return await desk.show(request, who, asked)

    @routes.post("/rules/edit")
    async def typed(
        request: Request,
        who: Annotated[Principal, may("configure")],
        asked: Annotated[Asked, Query()],
        form: Annotated[Typed, Form()],
    ) -> Response:
        """Check what was typed, try it, or look at what it changes; or take it up again."""
        return await desk.take(request, who, asked, form)

    return routes
