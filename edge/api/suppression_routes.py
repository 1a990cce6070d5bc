"""Suppressions: what calls nobody, by design, until somebody ends it."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request

from edge.access.roles import Principal
from edge.api.audited import note, speaking
from edge.api.documents import By, Suppress, SuppressionView
from edge.api.house import House
from edge.api.paging import Page, Paged, page
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.sight import Sight
from edge.model import Covers, SuppressionBegan, SuppressionEnded


def suppression_routes(house: House) -> APIRouter:
    """The routes under `/suppressions`."""
    routes = api_routes("/suppressions", tag="alarms")

    @routes.get("")
    async def windows(
        who: Annotated[Principal, may("look")], asked: Annotated[Paged, Query()]
    ) -> Page[SuppressionView]:
        """What is in force."""
        sight, windows = Sight(house.site, who), house.running.alarms.suppressions.windows
        seen = [SuppressionView.of(w) for w in windows.values() if sight.covers(w.covers)]
        return page(seen, lambda window: window.id, asked.cursor, asked.limit)

    @routes.post("", status_code=HTTPStatus.CREATED)
    async def begin(
        asked: Suppress, request: Request, who: Annotated[Principal, may("operate")]
    ) -> SuppressionView:
        """Let what fits call nobody; it is kept and marked all the same."""
        window = _window(house, asked, who := speaking(who, asked.by), Sight(house.site, who))
        detail = {"why": asked.why, "reason": asked.reason, "minutes": str(asked.minutes or "")}
        await note(request, who, window.kind, window.id, detail=detail)
        await house.tell(window)
        return SuppressionView.of(window)

    _add_end(routes, house)
    return routes


def _add_end(routes: APIRouter, house: House) -> None:
    @routes.delete("/{name}", status_code=HTTPStatus.NO_CONTENT)
    async def end(
        name: str,
        request: Request,
        who: Annotated[Principal, may("operate")],
        by: Annotated[By, Query()] = "",
    ) -> None:
        """Let it call again."""
        window = house.running.alarms.suppressions.windows.get(name)
        if window is None or not Sight(house.site, who).covers(window.covers):
            raise problem(HTTPStatus.NOT_FOUND, "没有这个窗口", "no such suppression")
        who = speaking(who, by)
        said = SuppressionEnded(id=name, by=who.name, at=house.now())
        await note(request, who, said.kind, name)
        await house.tell(said)


def _window(house: House, asked: Suppress, who: Principal, sight: Sight) -> SuppressionBegan:
    covers = Covers(
        device=asked.device,
        component=asked.component,
        building=asked.building,
        category=asked.category,
    )
    if not (covers.device or covers.building):
        raise problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "至少写 device 或 building：不能压制整个小区",
            "write device or building: a whole community is not put aside",
        )
    if covers.device:
        sight.find(covers.device)
    known = not covers.building or covers.building in house.site.buildings
    if not known or not sight.covers(covers):
        raise problem(HTTPStatus.NOT_FOUND, "没有这栋楼", "no such building")
    before = house.running.alarms.suppressions.windows.get(asked.id)
    if before is not None and not sight.covers(before.covers):
        raise problem(HTTPStatus.CONFLICT, "这个窗口名已被占用", "this name is taken already")
    now = house.now()
    return SuppressionBegan(
        id=asked.id,
        why=asked.why,
        covers=covers,
        by=who.name,
        reason=asked.reason,
        at=now,
        until=now + timedelta(minutes=asked.minutes) if asked.minutes else None,
    )
