"""How the gateway itself is: its uplinks, its disk, its clock."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.paging import Page
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.standing_documents import StandingView, UplinkView


def standing_routes(house: House) -> APIRouter:
    """The routes `/standing` and `/uplinks`."""
    routes = api_routes(tag="gateway")

    @routes.get("/standing")
    async def standing(_: Annotated[Principal, may("look")]) -> StandingView:
        """How the gateway is."""
        return StandingView.of(await house.running.standing())

    @routes.get("/uplinks")
    async def uplinks(_: Annotated[Principal, may("look")]) -> Page[UplinkView]:
        """Every way to a platform, and what waits to be sent there."""
        stands = await house.running.standing()
        return Page(items=tuple(UplinkView.of(each) for each in stands.uplinks))

    return routes
