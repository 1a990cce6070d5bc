"""Points: what each reads now, and what it read before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.paging import Page, Paged, page
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.running import Running
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.site_documents import PointView, SampleView, TrendView, point_of
from edge.api.words import Document, Name
from edge.model import Device

LONGEST_TREND: Final = timedelta(days=3660)
"""As long as anything is kept at all: long times are made of minutes and hours."""
USUAL_TREND: Final = timedelta(hours=24)


class PointQuery(Paged):
    """Which points."""

    device: Name = Field("", description="Of this device alone.")


class TrendQuery(Document):
    """Which time, and how many samples at most."""

    since: AwareDatetime | None = Field(None, description="A day before `until` without it.")
    until: AwareDatetime | None = Field(None, description="Now without it.")
    most: Annotated[int, Field(ge=2, le=2_000)] = 600


def point_routes(house: House) -> APIRouter:
    """The routes under `/points`."""
    routes = api_routes(tag="site")

    @routes.get("/points")
    async def points(
        who: Annotated[Principal, may("look")], asked: Annotated[PointQuery, Query()]
    ) -> Page[PointView]:
        """What each point reads now; of things behind a device those that have spoken."""
        running, sight = house.running, Sight(house.site, who)
        devices = (
            [sight.find(asked.device)]
            if asked.device
            else [each for each in house.site.devices.values() if sight.device(each)]
        )
        found = tuple(point for each in devices for point in points_of(running, each))
        return page(found, lambda point: point.point, asked.cursor, asked.limit)

    _add_past(routes, house)
    return routes


def _add_past(routes: APIRouter, house: House) -> None:
    @routes.get("/points/{device}/{name:path}/readings")
    async def readings(
        device: str,
        name: str,
        who: Annotated[Principal, may("look")],
        asked: Annotated[TrendQuery, Query()],
    ) -> TrendView:
        """What a point read over a time, thinned where that is too much to show."""
        running, found = house.running, Sight(house.site, who).find(device)
        point = next((p for p in points_of(running, found) if p.point == f"{device}/{name}"), None)
        if point is None:
            raise problem(HTTPStatus.NOT_FOUND, "没有这个点", "no such point")
        begin, end = span_of(asked, house.now())
        samples = await running.history.trend(point.point, begin, end, asked.most)
        return TrendView(
            point=point.point,
            unit=point.unit,
            since=begin,
            until=end,
            known_since=running.history.since,
            samples=tuple(SampleView.of(each) for each in samples),
        )


def points_of(running: Running, device: Device) -> Iterator[PointView]:
    """The points of a device, and of what stands behind it, in no order."""
    readings, start = running.state.readings, f"{device.id}/"
    spoken = {point.removeprefix(start) for point in readings if point.startswith(start)}
    named = () if device.components else device.points
    for name in {*named, "online", *spoken}:
        yield point_of(device, name, readings.get(f"{start}{name}"))


def span_of(asked: TrendQuery, now: datetime) -> tuple[datetime, datetime]:
    """The time that is asked for; a problem with status 422 where that is none."""
    end = asked.until or now
    try:
        begin = asked.since or end - USUAL_TREND
        fits = timedelta() < end - begin <= LONGEST_TREND
    except OverflowError:
        fits = False
    if not fits:
        raise problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "since 要早于 until，相差最多十年",
            "since has to be before until, by ten years at most",
        )
    return begin, end
