"""How the gateway itself is: its uplinks, its disk, its clock."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.house import House
from edge.api.paging import Page
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.standing_documents import StandingView, UplinkView
from edge.api.words import Document


class Requeue(Document):
    """What is sent again: what the platform refused, or every event from a number on."""

    since: Annotated[int, Field(ge=1, lt=2**53)] | None = None


class Requeued(Document):
    """How many events wait for this uplink once more."""

    count: int


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

    _add_requeue(routes, house)
    return routes


def _add_requeue(routes: APIRouter, house: House) -> None:
    @routes.post("/uplinks/{name}/requeue")
    async def requeue(
        name: str,
        asked: Requeue,
        request: Request,
        who: Annotated[Principal, may("configure")],
    ) -> Requeued:
        """Send events to a platform again; it tells copies by their ids."""
        running = house.running
        if name not in {each.id for each in running.configuration.uplinks}:
            raise problem(HTTPStatus.NOT_FOUND, "没有这条上行", "no such uplink")
        since = "" if asked.since is None else str(asked.since)
        await note(request, who, "uplink.requeued", name, detail={"since": since} if since else {})
        try:
            return Requeued(count=await running.requeue(name, asked.since))
        except OSError as refusal:
            raise problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"磁盘不接受：{refusal}",
                f"the disk takes nothing: {refusal}",
                retry=10,
            ) from refusal
