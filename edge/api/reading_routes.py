"""Readings over time: of several points at once, as pages or as a sheet."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import AwareDatetime, Field

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.paging import Page
from edge.api.point_routes import TrendQuery, span_of
from edge.api.problems import problem
from edge.api.reading_documents import ReadingView
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.site_documents import SampleView, TrendView
from edge.api.words import Document, Name
from edge.history.export import START, Here, Resolution, Wanted, behind, piece
from edge.history.rows import micros
from edge.history.samples import sample_of
from edge.history.selection import Selection, labels
from edge.history.sheets import CsvSheet, Encoding

MOST_TRENDS: Final = 200
"""Points that are drawn at once."""

SHEET: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}


class PointsQuery(Document):
    """Which points, by name or by where they are; what is empty leaves none out."""

    points: Annotated[tuple[Name, ...], Field(max_length=MOST_TRENDS)] = Field(
        (), description="Names, or patterns such as lift-*/speed."
    )
    device: Name = ""
    kind: Name = Field("", description="Such as lift, gate, camera.")
    building: Name = ""
    floor: Name = ""
    since: AwareDatetime | None = Field(None, description="A day before `until` without it.")
    until: AwareDatetime | None = Field(None, description="Now without it.")

    def selection(self) -> Selection:
        """Which points that are."""
        return Selection(
            points=self.points,
            device=self.device,
            kind=self.kind,
            building=self.building,
            floor=self.floor,
        )


class ReadingsQuery(PointsQuery):
    """Which readings; minutes and hours are there some hours later."""

    resolution: Resolution = "raw"
    limit: Annotated[int, Field(ge=1, le=5_000)] = 1_000
    cursor: Annotated[str, Field(pattern=r"^([0-9]{1,18}:.{0,256})?$")] = Field(
        "", description="Where the page before said that the next one begins."
    )


class SheetQuery(PointsQuery):
    """Which readings, and how they are written."""

    resolution: Resolution = "raw"
    encoding: Encoding = "utf-8-sig"


class TrendsQuery(PointsQuery):
    """Which points, and how many samples of each at most."""

    most: Annotated[int, Field(ge=2, le=600)] = 60


def reading_routes(house: House) -> APIRouter:
    """The routes under `/readings`."""
    routes = api_routes(tag="site")

    @routes.get("/readings")
    async def readings(
        who: Annotated[Principal, may("look")], asked: Annotated[ReadingsQuery, Query()]
    ) -> Page[ReadingView]:
        """What several points read, one point after the other, each in order of time."""
        wanted = await _wanted(house, who, asked, asked.resolution)
        at, _, point = asked.cursor.partition(":")
        here = Here(point, int(at)) if asked.cursor else START
        limit = asked.limit + 1
        lines = await house.running.history.look(lambda look: piece(look, wanted, here, limit))
        shown = lines[: asked.limit]
        end = behind(shown) if len(lines) > len(shown) else None
        return Page(
            items=tuple(ReadingView.of(each) for each in shown),
            next=f"{end.at}:{end.point}" if end else None,
        )

    @routes.get("/readings/trends")
    async def trends(
        who: Annotated[Principal, may("look")], asked: Annotated[TrendsQuery, Query()]
    ) -> tuple[TrendView, ...]:
        """The courses of several points, thinned to what is worth to be drawn small."""
        return await _trends(house, who, asked)

    _add_sheet(routes, house)
    return routes


def _add_sheet(routes: APIRouter, house: House) -> None:
    @routes.get("/readings/sheet", response_class=StreamingResponse, responses=SHEET)
    async def sheet(
        who: Annotated[Principal, may("look")], asked: Annotated[SheetQuery, Query()]
    ) -> Response:
        """The same as a sheet that spreadsheets open."""
        wanted = await _wanted(house, who, asked, asked.resolution)
        written, history = (
            CsvSheet(wanted, house.site.timezone, asked.encoding),
            house.running.history,
        )

        async def pieces() -> AsyncGenerator[bytes, None]:
            yield written.begin()
            here = START
            while lines := await history.look(partial(piece, wanted=wanted, here=here)):
                yield written.add(lines)
                here = behind(lines)

        name = f"whistle-readings-{house.now():%Y%m%d-%H%M%S}.csv"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(pieces(), media_type="text/csv", headers=headers)


async def _wanted(
    house: House, who: Principal, asked: PointsQuery, resolution: Resolution
) -> Wanted:
    begin, end = _span(house, asked)
    points = await _points(house, who, asked.selection())
    return Wanted(
        points=points,
        since=micros(begin),
        until=micros(end),
        resolution=resolution,
        labels=labels(points, house.site),
    )


async def _points(house: House, who: Principal, selection: Selection) -> list[str]:
    site, sight = house.site, Sight(house.site, who)
    names = await house.running.history.look(lambda look: look.names(selection.patterns))
    return [name for name in names if selection.fits(name, site) and sight.subject(name)]


async def _trends(house: House, who: Principal, asked: TrendsQuery) -> tuple[TrendView, ...]:
    begin, end = _span(house, asked)
    points = await _points(house, who, asked.selection())
    if len(points) > MOST_TRENDS:
        raise problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"点太多：{len(points)} 个，最多 {MOST_TRENDS} 个",
            f"too many points: {len(points)}, {MOST_TRENDS} at most",
        )
    span = (micros(begin), micros(end), asked.most)
    history, called = house.running.history, labels(points, house.site)
    courses = await history.look(lambda look: [look.trend(name, *span) for name in points])
    return tuple(
        TrendView(
            point=name,
            unit=called[name].unit if name in called else "",
            since=begin,
            until=end,
            known_since=history.since,
            samples=tuple(SampleView.of(sample_of(each)) for each in course),
        )
        for name, course in zip(points, courses, strict=True)
    )


def _span(house: House, asked: PointsQuery) -> tuple[datetime, datetime]:
    return span_of(TrendQuery(since=asked.since, until=asked.until), house.now())
