"""Devices: the list, and of each how it is, what it reads, why it is silent, what goes over it."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.ui.camera_pages import camera_shown
from edge.api.ui.device.components import components_of
from edge.api.ui.device.condition import profile_of, tally_of
from edge.api.ui.device.frames import frame_lines, opened
from edge.api.ui.device.head import head_of
from edge.api.ui.device.points import point_named, point_rows
from edge.api.ui.device.quality import quality_of
from edge.api.ui.device.rows import Filter, Wanted, choices, listed
from edge.api.ui.device.signs import signs_of
from edge.api.ui.device.silence import findings
from edge.api.ui.device.trend import SPAN_WORDS, SPANS, Span, Trend, trend_of
from edge.api.ui.event.story import reason_of
from edge.api.ui.screen import Screen
from edge.model import Device, EventLine, EventQuery

Words: TypeAlias = Annotated[str, Query(max_length=100)]
Name: TypeAlias = Annotated[str, Query(max_length=128)]

LEFT = ("device.offline", "device.degraded", "device.online")
"""What is told of a device coming and going; the latest of them counts."""

SAMPLES = 300
"""Of a trend that becomes a table of twelve rows."""


def device_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/devices` that show something."""
    routes = APIRouter(include_in_schema=False)
    _add_list(routes, house, screen)
    _add_one(routes, house, screen)
    _add_components(routes, house, screen)
    _add_frames(routes, house, screen)
    _add_profile(routes, house, screen)
    return routes


def _add_list(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/devices")
    async def devices(  # noqa: PLR0913, PLR0917 - what a list is filtered by
        request: Request,
        who: Annotated[Principal, may("look")],
        q: Words = "",
        kind: Name = "",
        building: Name = "",
        state: Wanted = "",
        begin: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> Response:
        """Show all devices, or those that fit."""
        running, sight = house.running, Sight(house.site, who)
        wanted = Filter(words=q, kind=kind, building=building, state=state)
        return await screen.page(
            request,
            who,
            "devices.html",
            found=listed(running, sight, wanted, begin),
            wanted=wanted,
            choices=choices(running.configuration.site, sight, screen.language(request)),
        )


def _add_one(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/devices/{name}")
    async def device(
        name: str,
        request: Request,
        who: Annotated[Principal, may("look")],
        point: Name = "",
        span: Span = "hour",
    ) -> Response:
        """Show how a device is, why it is silent, and what it reads."""
        running, found = house.running, Sight(house.site, who).find(name)
        told = reason_of(line.body) if (line := await _last_told(house, found)) else ""
        return await screen.page(
            request,
            who,
            "device.html",
            device=head_of(running, found),
            camera=camera_shown(house, who, found),
            findings=findings(signs_of(running, found, told, house.now())),
            points=point_rows(running, found),
            trend=await _trend(house, found, point, span),
            spans=SPAN_WORDS.items(),
        )

    @routes.get("/devices/{name}/head")
    async def head(name: str, request: Request, who: Annotated[Principal, may("look")]) -> Response:
        """Show the lines above each page of a device, as they are by now."""
        found = head_of(house.running, Sight(house.site, who).find(name))
        return await screen.page(request, who, "device_head.html", device=found)


def _add_components(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/devices/{name}/components")
    async def components(
        name: str, request: Request, who: Annotated[Principal, may("look")], q: Words = ""
    ) -> Response:
        """Show what stands behind a device; what is amiss comes first."""
        running, found = house.running, Sight(house.site, who).find(name)
        return await screen.page(
            request,
            who,
            "device_components.html",
            device=head_of(running, found),
            components=components_of(running, found, q),
            q=q,
        )


def _add_frames(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/devices/{name}/frames")
    async def frames(
        name: str,
        request: Request,
        who: Annotated[Principal, may("look")],
        number: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    ) -> Response:
        """Show what went over the wire lately, how well it is answered, and a frame in parts."""
        running, found = house.running, Sight(house.site, who).find(name)
        keeper = running.keepers.get(found.link)
        return await screen.page(
            request,
            who,
            "device_frames.html",
            device=head_of(running, found),
            quality=quality_of(tally_of(running, found)),
            frames=frame_lines(keeper, found.id) if keeper else (),
            opened=opened(keeper, found.id, number) if keeper and number is not None else None,
            number=number,
        )


def _add_profile(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/devices/{name}/profile")
    async def profile(
        name: str, request: Request, who: Annotated[Principal, may("look")]
    ) -> Response:
        """Show where each point comes from, and where the device stands."""
        running, found = house.running, Sight(house.site, who).find(name)
        return await screen.page(
            request,
            who,
            "device_profile.html",
            device=head_of(running, found),
            location=found.location,
            points=point_rows(running, found),
            profile=profile_of(running, found),
        )


async def _last_told(house: House, device: Device) -> EventLine | None:
    """What was last told of the device coming or going."""
    found: list[EventLine] = []
    for kind in LEFT:
        query = EventQuery(limit=1, kind=kind, subject=device.id)
        found += await house.running.events.find(query)
    return max(found, key=lambda line: line.number, default=None)


async def _trend(house: House, device: Device, name: str, span: Span) -> Trend | None:
    """The course of a point of the device; none where there is no such point."""
    running, now = house.running, house.now()
    point = point_named(running, device, name) if name else None
    if point is None:
        return None
    path = f"{device.id}/{name}"
    samples = await running.history.trend(path, now - SPANS[span], now, SAMPLES)
    return trend_of(
        path,
        point,
        span,
        samples,
        until=now,
        known_since=running.history.since,
        zone=running.configuration.site.timezone,
    )
