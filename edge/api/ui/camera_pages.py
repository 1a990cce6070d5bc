"""A camera on its device's page: how it is by now, and what it has seen in the last day."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from edge.access.roles import Principal
from edge.api.camera_now import camera_now
from edge.api.camera_routes import camera_named
from edge.api.evidence_routes import kept
from edge.api.house import House
from edge.api.security import may
from edge.api.ui.camera.day import DAY, seen_lines
from edge.api.ui.camera.view import CameraShown, shown
from edge.api.ui.pictures import Pictures, lines_of
from edge.api.ui.screen import Screen
from edge.evidence.evidence import EvidenceQuery
from edge.model import Device, EventLine, EventQuery

MOST_PICTURES: Final = 12

PAGE: Final = 100
MOST_EVENTS: Final = 400
"""Steps that are looked through for the list; a camera before a busy gate has more, which are
behind the link to all events."""


def camera_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/camera` that show something."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/camera/{name}")
    async def now(name: str, request: Request, who: Annotated[Principal, may("look")]) -> Response:
        """How it is by now, for its device's page; anybody else is led there."""
        found = camera_named(house, who, name)
        if not request.headers.get("HX-Request"):
            return RedirectResponse(f"/devices/{found.device.id}", 303)
        view = shown(found, house.running.state.readings, may=who.may("inspect"))
        return await screen.page(request, who, "camera_facts.html", camera=view)

    @routes.get("/camera/{name}/day")
    async def day(name: str, request: Request, who: Annotated[Principal, may("look")]) -> Response:
        """What it has seen in the last day, and the pictures that were kept."""
        found = camera_named(house, who, name)
        if not request.headers.get("HX-Request"):
            return RedirectResponse(f"/devices/{found.device.id}", 303)
        zones = {each: zone.name.plain() for each, zone in found.address.zones.items()}
        return await screen.page(
            request,
            who,
            "camera_day.html",
            camera=found.device.id,
            seen=seen_lines(await _told(house, found.device), zones),
            pictures=await _pictures(house, who, found.device),
        )

    return routes


def camera_shown(house: House, who: Principal, device: Device) -> CameraShown | None:
    """A camera for its device's page; none for what is no camera."""
    found = camera_now(house.running, device)
    if found is None:
        return None
    return shown(found, house.running.state.readings, may=who.may("inspect"))


async def _told(house: House, device: Device) -> list[EventLine]:
    """What was told of things seen within the last day, the latest first."""
    since, found = house.now() - DAY, list[EventLine]()
    before: int | None = None
    while len(found) < MOST_EVENTS:
        query = EventQuery(limit=PAGE, before=before, kind="vision.*", subject=device.id)
        lines = await house.running.events.find(query)
        found += [each for each in lines if each.at >= since]
        if len(lines) < PAGE or lines[-1].at < since - timedelta(hours=1):
            break
        before = lines[-1].number
    return found


async def _pictures(house: House, who: Principal, device: Device) -> Pictures:
    """What was kept in the last day."""
    query = EvidenceQuery(limit=MOST_PICTURES, camera=device.id, since=house.now() - DAY)
    try:
        found, _ = await kept(house, who, query)
    except OSError:  # the camera itself is shown all the same
        found = ()
    return Pictures(lines=lines_of(found), may=who.may("inspect"))
