"""The site as a tree, and its devices."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from edge.access.roles import Principal
from edge.api.audited import note, speaking
from edge.api.documents import Maintain, SuppressionView
from edge.api.house import House
from edge.api.paging import Page, Paged, page
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.running import Running
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.site_documents import (
    ActionView,
    BuildingView,
    DeviceLine,
    DeviceView,
    FloorView,
    SiteView,
    UnitView,
    line_of,
)
from edge.api.words import Name, Words
from edge.model import Covers, SuppressionBegan, SuppressionEnded, Text

MAINTENANCE = "maintenance-"
"""How the window is called that is opened for a device itself."""

_NOWHERE = Text("", "")


class DeviceQuery(Paged):
    """Which devices; what is empty leaves none out."""

    kind: Name = Field("", description="Such as lift, gate, camera.")
    building: Name = ""
    link: Name = ""


def site_routes(house: House) -> APIRouter:
    """The routes `/site` and `/devices`."""
    routes = api_routes(tag="site")

    @routes.get("/site")
    async def site(who: Annotated[Principal, may("look")]) -> SiteView:
        """The buildings with their units, floors and devices."""
        return _tree(house.running, Sight(house.site, who))

    @routes.get("/devices")
    async def devices(
        who: Annotated[Principal, may("look")], asked: Annotated[DeviceQuery, Query()]
    ) -> Page[DeviceLine]:
        """The devices in the order of their ids, all or those that fit."""
        fitting = (
            line
            for line in _lines(house.running, Sight(house.site, who))
            if asked.kind in {"", line.kind}
            and asked.building in {"", line.location.building}
            and asked.link in {"", line.link}
        )
        return page(tuple(fitting), lambda line: line.id, asked.cursor, asked.limit)

    @routes.get("/devices/{name}")
    async def device(name: str, who: Annotated[Principal, may("look")]) -> DeviceView:
        """One device with all that is known of it."""
        return _whole(house.running, Sight(house.site, who), name)

    _add_maintenance(routes, house)
    return routes


def _add_maintenance(routes: APIRouter, house: House) -> None:
    @routes.post("/devices/{name}/maintenance", status_code=HTTPStatus.CREATED)
    async def begin(
        name: str, asked: Maintain, request: Request, who: Annotated[Principal, may("operate")]
    ) -> SuppressionView:
        """Let what the device says call nobody for a while; it is kept and marked all the same."""
        device, who, now = Sight(house.site, who).find(name), speaking(who, asked.by), house.now()
        detail = {"why": asked.why, "reason": asked.reason, "minutes": str(asked.minutes)}
        await note(request, who, "suppression.began", device.id, detail=detail)
        window = SuppressionBegan(
            id=f"{MAINTENANCE}{device.id}",
            why=asked.why,
            covers=Covers(device=device.id),
            by=who.name,
            reason=asked.reason,
            at=now,
            until=now + timedelta(minutes=asked.minutes),
        )
        await house.tell(window)
        return SuppressionView.of(window)

    @routes.delete("/devices/{name}/maintenance", status_code=HTTPStatus.NO_CONTENT)
    async def end(
        name: str, request: Request, who: Annotated[Principal, may("operate")], by: Name = ""
    ) -> None:
        """Let it call again."""
        device, who = Sight(house.site, who).find(name), speaking(who, by)
        window = f"{MAINTENANCE}{device.id}"
        if window not in house.running.alarms.suppressions.windows:
            raise problem(HTTPStatus.NOT_FOUND, "这台设备不在维保中", "nobody works on this device")
        await note(request, who, "suppression.ended", device.id)
        await house.tell(SuppressionEnded(id=window, by=who.name, at=house.now()))


def _lines(running: Running, sight: Sight) -> Iterable[DeviceLine]:
    """Every device that may be seen, as it is listed."""
    active = Counter(alarm.raised.device for alarm in running.alarms.active.values())
    for device in running.configuration.site.devices.values():
        if sight.device(device):
            yield line_of(device, running.state, active[device.id])


def _tree(running: Running, sight: Sight) -> SiteView:
    site = running.configuration.site
    by_place: dict[tuple[str, str], dict[str, list[DeviceLine]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for line in _lines(running, sight):
        place = line.location
        by_place[place.building, place.unit][place.floor].append(line)
    buildings = []
    for building in site.buildings.values():
        if sight.place(building.id):
            names = {**building.units, "": _NOWHERE}
            units = tuple(
                UnitView(id=unit, name=Words.of(name), floors=_floors(by_place[building.id, unit]))
                for unit, name in names.items()
                if unit or by_place[building.id, unit]
            )
            buildings.append(
                BuildingView(id=building.id, name=Words.of(building.name), units=units)
            )
    return SiteView(
        id=site.id,
        name=Words.of(site.name),
        gateway=site.gateway,
        timezone=str(site.timezone),
        language=site.language,
        buildings=tuple(buildings),
        elsewhere=tuple(line for lines in by_place["", ""].values() for line in lines),
    )


def _floors(lines: dict[str, list[DeviceLine]]) -> tuple[FloorView, ...]:
    """The floors that have devices, from below; numbers first, then those with a name."""

    def height(floor: str) -> tuple[bool, int, str]:
        below = floor.removeprefix("B")
        number = below.removeprefix("-")
        known = number.isdecimal() and number.isascii()
        sign = -1 if floor.startswith(("B", "-")) else 1
        return not known, sign * int(number) if known else 0, floor

    return tuple(FloorView(floor=f, devices=tuple(lines[f])) for f in sorted(lines, key=height))


def _whole(running: Running, sight: Sight, name: str) -> DeviceView:
    device, alarms = sight.find(name), running.alarms
    active = [alarm.number for alarm in alarms.active.values() if alarm.raised.device == device.id]
    windows = alarms.suppressions.windows
    return DeviceView(
        **line_of(device, running.state, len(active)).model_dump(),
        profile=device.profile,
        make=device.make,
        model=device.model,
        direction=device.direction,
        actions=tuple(
            ActionView(
                name=each,
                text=Words.of(action.text),
                effect=action.effect,
                observed=action.observe is not None,
            )
            for each, action in device.actions.items()
        ),
        components=len(device.components),
        active=tuple(sorted(active)),
        suppressions=tuple(each for each, w in windows.items() if w.covers.device == device.id),
    )
