"""Adding a device: what it is, and what it says just now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.house import House
from edge.api.problems import problem
from edge.api.security import may
from edge.api.ui.add.lines import driver_of, modbus_profiles, profiles
from edge.api.ui.add.parts import Parts
from edge.api.ui.add.reading import values
from edge.api.ui.add.wish import Wish, packed
from edge.api.ui.device.condition import KINDS
from edge.api.ui.screen import Screen
from edge.api.watched import Watched
from edge.model import Text
from edge.schema import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A profile to choose, and where one goes on with it."""

    id: str
    text: Text
    kind: Text
    make: str
    points: int
    path: str


def add_read_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/add/read`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/add/read")
    async def read(  # noqa: PLR0913, PLR0917 - what was typed
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
        modbus: Annotated[int | None, Query(ge=0, le=255)] = None,
        source: Annotated[int | None, Query(ge=0, lt=2**48)] = None,
        device_id: Annotated[str, Query(max_length=64)] = "",
    ) -> Response:
        """Choose what it is; then see whether what it says makes sense."""
        typed = _typed(modbus, source, device_id.strip())
        if typed:
            return screen.go(request, wish.but(address=packed(typed)).path("read"))
        driver = driver_of(house, wish)
        known = await profiles(house)
        profile = known.get(wish.profile)
        if profile is not None and driver != "modbus":
            return screen.go(request, wish.path("name"))
        return await screen.page(
            request,
            who,
            "add_read.html",
            wish=wish,
            driver=driver,
            profile=profile,
            choices=_choices(known, driver, wish) if profile is None else (),
            live=_live(wish),
            other=wish.but(profile="").path("read"),
            registers=wish.path("points"),
            onward=wish.path("name"),
        )

    _add_live(routes, house, screen)
    return routes


def _add_live(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/add/read/live", response_class=StreamingResponse)
    async def live(
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
    ) -> Response:
        """Its values, every two seconds, as long as somebody watches."""
        profile = (await modbus_profiles(house)).get(wish.profile)
        if profile is None:
            raise problem(HTTPStatus.NOT_FOUND, "没有这个型号", "there is no such profile")
        await note(request, who, "link.surveyed", wish.link, outcome="asked")
        parts = Parts(screen, screen.language(request))
        return Watched(values(house, parts, wish, profile))


def _typed(modbus: int | None, source: int | None, device_id: str) -> Mapping[str, str | int]:
    """The address that somebody knew."""
    if modbus is not None:
        return {"unit": modbus}
    if source is not None:
        return {"address": source}
    return {"device_id": device_id} if device_id else {}


def _choices(known: Mapping[str, Profile], driver: str, wish: Wish) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            id=name,
            text=profile.text.plain(),
            kind=KINDS.get(profile.kind, Text(profile.kind, profile.kind)),
            make=f"{profile.make} {profile.model}",
            points=len(profile.points),
            path=wish.but(profile=name).path("read"),
        )
        for name, profile in known.items()
        if profile.driver == driver
    )


def _live(wish: Wish) -> str:
    fields = ("link", "new", "profile", "address")
    said = {name: value for name in fields if (value := getattr(wish, name))}
    return f"/add/read/live?{urlencode(said)}"
