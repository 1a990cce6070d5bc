"""Links: how each stands, how well its devices answer, and what goes over it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import Field

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.link_documents import FramesView, FrameView, LinkLine, LinkView, TallyView
from edge.api.paging import Page, Paged, page
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.words import Document, Name
from edge.keeper import Keeper
from edge.trace import Frame

AHEAD: Final = 20
"""Frames before one that are looked at to tell what it means: an answer follows its question."""


class FramesQuery(Document):
    """Which frames."""

    device: Name = Field("", description="To and from this device alone.")
    after: Annotated[int, Field(ge=0, lt=2**63)] = Field(0, description="Above this number only.")
    limit: Annotated[int, Field(ge=1, le=400)] = 100


def link_routes(house: House) -> APIRouter:
    """The routes under `/links`."""
    routes = api_routes("/links", tag="links")

    @routes.get("")
    async def links(
        _: Annotated[Principal, may("look")], asked: Annotated[Paged, Query()]
    ) -> Page[LinkLine]:
        """Every link, in the order of their ids."""
        lines = [LinkLine.of(keeper) for keeper in house.running.keepers.values()]
        return page(lines, lambda line: line.id, asked.cursor, asked.limit)

    @routes.get("/{name}")
    async def link(name: str, who: Annotated[Principal, may("look")]) -> LinkView:
        """One link, with how each of its devices answers."""
        keeper, sight = find_link(house, name), Sight(house.site, who)
        return LinkView(
            **LinkLine.of(keeper).model_dump(),
            devices={
                device: TallyView.of(tally)
                for device, tally in sorted(keeper.trace.devices.items())
                if sight.whole or (device in house.site.devices and sight.subject(device))
            },
        )

    _add_frames(routes, house)
    return routes


def _add_frames(routes: APIRouter, house: House) -> None:
    @routes.get("/{name}/frames")
    async def frames(
        name: str,
        who: Annotated[Principal, may("look")],
        asked: Annotated[FramesQuery, Query()],
    ) -> FramesView:
        """The last frames, each with what it means; of devices that may be seen."""
        keeper, sight = find_link(house, name), Sight(house.site, who)
        every = keeper.trace.frames()
        seen = [
            each
            for each in every
            if each.number > asked.after
            and asked.device in {"", each.device}
            and (sight.whole or (each.device in house.site.devices and sight.subject(each.device)))
        ]
        cut = seen[: asked.limit] if asked.after else seen[-asked.limit :]
        return FramesView(
            items=tuple(described(keeper, each, every) for each in cut),
            next=cut[-1].number if cut else asked.after,
        )


def find_link(house: House, name: str) -> Keeper:
    """The keeper of a link; a problem with status 404 where there is none."""
    keeper = house.running.keepers.get(name)
    if keeper is None:
        raise problem(HTTPStatus.NOT_FOUND, "没有这条链路", "no such link")
    return keeper


def described(keeper: Keeper, frame: Frame, every: list[Frame]) -> FrameView:
    """A frame with what it means; `every` are those around it, in order."""
    at = frame.number - every[0].number if every else 0
    ahead = every[max(0, at - AHEAD) : at]
    return FrameView.of(frame, keeper.link.describe(frame, ahead))
