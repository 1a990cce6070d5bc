"""Adding a device, the first steps: how it is connected, and where it is found."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response, StreamingResponse

from edge.access.accounts import csrf_of
from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.house import House
from edge.api.security import may
from edge.api.ui.add.heard import rows
from edge.api.ui.add.lines import driver_of, heard, profiles
from edge.api.ui.add.link_kind import kind_of
from edge.api.ui.add.link_kinds import LINK_KINDS
from edge.api.ui.add.listening import Listening
from edge.api.ui.add.parts import Parts
from edge.api.ui.add.scanning import Mark, Scan
from edge.api.ui.add.wish import Wish
from edge.api.ui.screen import Screen
from edge.api.watched import Watched
from edge.discovery import cameras
from edge.keeper import Keeper
from edge.model import LinkChanged

Unit = Annotated[int, Query(ge=0, le=255)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkNow:
    """A link of the site, and how it stands."""

    id: str
    driver: str
    devices: int
    standing: LinkChanged | None
    path: str


def add_pages(house: House, screen: Screen) -> APIRouter:
    """The routes of the first steps."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/add")
    async def connect(request: Request, who: Annotated[Principal, may("configure")]) -> Response:
        """Choose how the device is connected; whoever has spoken already is there."""
        known = await profiles(house)
        several = await heard(house, known)
        files = await asyncio.to_thread(house.versions.read)
        return await screen.page(
            request,
            who,
            "add.html",
            strangers=await asyncio.to_thread(rows, several, Wish(), known, files, _keepers(house)),
            links=_links(house),
            kinds=LINK_KINDS.values(),
        )

    @routes.get("/add/cameras")
    async def looked(request: Request, who: Annotated[Principal, may("configure")]) -> Response:
        """Which cameras answer on the networks of this machine; takes three seconds."""
        return await screen.page(request, who, "add_cameras.html", cameras=await cameras())

    _add_find(routes, house, screen)
    return routes


def _add_find(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/add/find")
    async def find(  # noqa: PLR0913, PLR0917 - what is asked
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
        first: Unit = 1,
        last: Unit = 32,
        go: bool = False,  # noqa: FBT001, FBT002 - whether a scan was asked for
        widely: bool = False,  # noqa: FBT001, FBT002 - whether all of a broker is to be heard
    ) -> Response:
        """Look for units on a line, or wait for those who speak by themselves."""
        driver = driver_of(house, wish)
        kind = kind_of(LINK_KINDS.values(), wish.section or {})
        return await screen.page(
            request,
            who,
            "add_find.html",
            wish=wish,
            driver=driver,
            kind=kind,
            first=first,
            last=last,
            started=go,
            widely=widely,
            host=request.url.hostname or "",
            port=_port(house, wish),
            live=_live(wish, first=first, last=last),
            back=wish.path("link") if wish.section else "/add",
        )

    _add_streams(routes, house, screen)


def _add_streams(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/add/find/scan", response_class=StreamingResponse)
    async def scan(  # noqa: PLR0913, PLR0917 - what is asked
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
        first: Unit = 1,
        last: Unit = 32,
        last_event_id: Annotated[str, Header(max_length=2_000)] = "",
    ) -> Response:
        """Units as they are found; a browser that was cut off goes on where it was."""
        mark = Mark.read(last_event_id, first)
        detail = {"first": str(mark.next), "last": str(last)}
        await note(request, who, "link.surveyed", wish.link, outcome="asked", detail=detail)
        parts = Parts(screen, screen.language(request))
        work = Scan(house, parts, wish, first=first, last=last, mark=mark)
        return Watched(work.frames())

    @routes.get("/add/find/listen", response_class=StreamingResponse)
    async def listen(
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
        widely: bool = False,  # noqa: FBT001, FBT002 - a box that is ticked
    ) -> Response:
        """Who speaks on a link and is no device, as they speak."""
        what = "link.tried" if wish.section else "link.listened"
        await note(request, who, what, wish.link, outcome="asked")
        parts = Parts(screen, screen.language(request), csrf_for(request))
        return Watched(Listening(house, parts, wish).heard(widely=widely))


def csrf_for(request: Request) -> str:
    """What the forms carry that are told to this browser later on."""
    secret: str = getattr(request.state, "secret", "")
    return csrf_of(secret) if secret else ""


def _live(wish: Wish, **asked: int) -> dict[str, str]:
    """Where the browser is told what is found."""
    said = {name: value for name, value in (("link", wish.link), ("new", wish.new)) if value}
    return {
        "scan": f"/add/find/scan?{urlencode({**said, **asked})}",
        "listen": f"/add/find/listen?{urlencode(said)}",
        "widely": f"/add/find/listen?{urlencode({**said, 'widely': 'true'})}",
    }


def _links(house: House) -> tuple[LinkNow, ...]:
    running = house.current()
    if running is None:
        return ()
    configuration = running.configuration
    return tuple(
        LinkNow(
            id=name,
            driver=str(getattr(section, "driver", "")),
            devices=len(configuration.placed[name]),
            standing=running.state.links.get(name),
            path=Wish(link=name).path("read" if _is_camera(section) else "find"),
        )
        for name, section in configuration.sections.items()
        if not (_is_camera(section) and configuration.placed[name])  # it has its one camera
    )


def _is_camera(section: object) -> bool:
    return getattr(section, "driver", "") == "camera"


def _keepers(house: House) -> tuple[Keeper, ...]:
    running = house.current()
    return tuple(running.keepers.values()) if running else ()


def _port(house: House, wish: Wish) -> str:
    """The port of the gateway that others have to call, of a link on which they do."""
    if wish.section is not None:
        section = wish.section.get("listen")
        return str(section.get("port", "")) if isinstance(section, dict) else ""
    running = house.current()
    written = running.configuration.sections.get(wish.link) if running else None
    return str(getattr(getattr(written, "listen", None), "port", ""))
