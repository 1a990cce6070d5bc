"""Adding a camera: where its pictures are, who may see them, and a first look."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.house import House
from edge.api.security import may
from edge.api.ui.add.camera_draft import CameraDraft, draft_from, draft_of
from edge.api.ui.add.camera_makes import MAKES, WAYS
from edge.api.ui.add.naming import numbered
from edge.api.ui.add.wish import Wish, packed
from edge.api.ui.change.mistakes import Mistake, mistakes
from edge.api.ui.device.reasons import link_reason
from edge.api.ui.screen import Screen
from edge.api.words import Language
from edge.discovery.onvif_media import streams
from edge.discovery.try_camera import Glimpse, glimpse
from edge.discovery.try_link import link_of
from edge.drivers.camera.http import Web
from edge.drivers.camera.link import CameraLink
from edge.errors import ConfigError, LinkDown
from edge.model import Text
from edge.versions import Files, Unfit
from edge.versions.secret_file import SecretThere, has_secret, keep_secret, secret_file
from edge.vision.http_login import Login

LONGEST: Final = 400
"""Letters of what is typed into one field."""

WIDTH: Final = 960

WRITTEN: Final = "secret.written"

AT_ONCE: Final = 2
"""First looks at a time: each is a process that decodes, on a gateway that has other work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How a first look went: the picture as an address that holds it, or why there is none."""

    picture: str = ""
    size: str = ""
    fps: float | None = None
    whole: bool = False
    why: Text | None = None
    remedy: Text | None = None


def add_camera_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/add/camera`."""
    routes = APIRouter(include_in_schema=False)
    steps = _Steps(house, screen)

    @routes.get("/add/camera")
    async def begin(  # noqa: PLR0913, PLR0917 - what is asked
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
        way: Annotated[str, Query(max_length=20)] = "",
        service: Annotated[str, Query(max_length=LONGEST)] = "",
        told: Annotated[str, Query(max_length=LONGEST)] = "",
    ) -> Response:
        """What has to be known of a camera; what was filled in before is there again."""
        typed = {"way": way, "service": service, "told": told}
        return await steps.begin(request, who, wish, typed)

    @routes.post("/add/camera")
    async def filled(request: Request, who: Annotated[Principal, may("configure")]) -> Response:
        """Suggest an address, ask the camera for its own, or go on to a first look."""
        said = await request.form()
        typed = {name: str(value)[:LONGEST] for name, value in said.items()}
        return await steps.take(request, who, typed)

    _add_look(routes, house, screen)
    return routes


def _add_look(routes: APIRouter, house: House, screen: Screen) -> None:
    turn = asyncio.Semaphore(AT_ONCE)

    async def shown(
        request: Request, who: Principal, wish: Wish, tried: Tried | None = None
    ) -> Response:
        draft = draft_from(wish.section or {})
        return await screen.page(
            request,
            who,
            "add_camera_try.html",
            wish=wish,
            draft=draft,
            tried=tried,
            go=wish.path("camera/try"),
            onward=wish.but(profile=wish.profile or draft.profile).path("name"),
            others=wish.but(profile="").path("read"),
            back=wish.path("camera"),
        )

    @routes.get("/add/camera/try")
    async def begin(
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
    ) -> Response:
        """Where a first look is asked for; nobody is led into one by a link from elsewhere."""
        return await shown(request, who, wish)

    @routes.post("/add/camera/try")
    async def look(
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
    ) -> Response:
        """What the camera shows, or why it shows nothing; that takes some seconds."""
        await note(request, who, "link.tried", wish.link, outcome="asked")
        async with turn:
            found = await _look(house, wish, screen.language(request))
        return await shown(request, who, wish, found)


class _Steps:
    """The first steps, for one house."""

    def __init__(self, house: House, screen: Screen) -> None:
        self._house = house
        self._screen = screen

    async def begin(
        self, request: Request, who: Principal, wish: Wish, typed: Mapping[str, str]
    ) -> Response:
        if wish.section is not None:
            return await self._shown(request, who, draft_from(wish.section))
        free = await asyncio.to_thread(_free, self._house)
        return await self._shown(request, who, draft_of(typed, free))

    async def take(self, request: Request, who: Principal, typed: Mapping[str, str]) -> Response:
        draft = draft_of(typed, await asyncio.to_thread(_free, self._house))
        do, password = typed.get("do", ""), typed.get("password", "")
        if do not in {"ask", "try"}:
            return await self._shown(request, who, draft)
        language = self._screen.language(request)
        wrong = await asyncio.to_thread(_wrong, self._house, replace(draft, kept=False), language)
        own = [each for each in wrong if do == "try" or each.where in {"id", "events.url"}]
        if own:
            return await self._shown(request, who, replace(draft, mistakes=own))
        if password:
            draft = await self._keep(request, who, draft, password, typed)
            if not draft.kept:
                return await self._shown(request, who, draft)
        if do == "ask":
            draft = await self._ask(draft, password)
            return await self._shown(request, who, draft)
        wish = Wish(link=draft.id, new=packed(draft.section()), profile=draft.profile)
        return self._screen.go(request, wish.path("camera/try"))

    async def _keep(
        self,
        request: Request,
        who: Principal,
        draft: CameraDraft,
        password: str,
        typed: Mapping[str, str],
    ) -> CameraDraft:
        """Write the password into its file; it is said when that is another's by now."""
        over = typed.get("replace") == "on"
        folder, name = self._house.versions.folder, draft.id
        if not over and await asyncio.to_thread(has_secret, folder, name):
            return replace(draft, there=True, kept=False)
        detail = {"replaced": "yes" if over else "no"}
        await note(request, who, WRITTEN, secret_file(name), outcome="asked", detail=detail)
        try:
            await asyncio.to_thread(keep_secret, folder, name, password, replace=over)
        except SecretThere:
            return replace(draft, there=True, kept=False)
        except (Unfit, OSError) as error:
            words = error.words if isinstance(error, Unfit) else _unwritten(error)
            await note(request, who, WRITTEN, secret_file(name), outcome="failed")
            return replace(draft, mistakes=[_mistake("password", words)], kept=False)
        return replace(draft, kept=True)

    async def _ask(self, draft: CameraDraft, password: str) -> CameraDraft:
        """The camera's own addresses, over ONVIF."""
        login = None
        if draft.username and password:
            login = Login(username=draft.username, password=password)
        service = draft.service
        if "/onvif/" not in service:
            service = f"{service.rstrip('/')}/onvif/device_service"
        try:
            found = await streams(Web(url=service, login=login), self._house.now)
        except (LinkDown, OSError) as error:
            reason = link_reason(str(error) or type(error).__name__)
            return replace(draft, why=reason.what, remedy=reason.remedy)
        smallest = min(found, key=lambda each: each.width * each.height or 10**9)
        return replace(draft, streams=found, way="rtsp", url=smallest.url)

    async def _shown(self, request: Request, who: Principal, draft: CameraDraft) -> Response:
        bad = bool(draft.mistakes) or draft.there
        return await self._screen.page(
            request,
            who,
            "add_camera.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK,
            draft=draft,
            makes=MAKES,
            ways=WAYS,
        )


async def _look(house: House, wish: Wish, language: Language) -> Tried:
    """Look through the camera once."""
    section = wish.section or {}
    running = house.running
    try:
        link = await asyncio.to_thread(
            link_of, section, house.versions.folder, running=(), language=language
        )
    except ConfigError as error:
        return Tried(why=Text(str(error), str(error)))
    if not isinstance(link, CameraLink):
        return Tried(why=Text("这不是摄像机", "this is no camera"))
    try:
        async with running.lend(link):
            return _tried(await glimpse(link, house.now, WIDTH))
    except (LinkDown, OSError) as error:
        reason = link_reason(str(error) or type(error).__name__)
        return Tried(why=reason.what, remedy=reason.remedy)


def _tried(found: Glimpse) -> Tried:
    told = found.opened
    return Tried(
        picture=f"data:image/jpeg;base64,{base64.b64encode(found.seen.jpeg).decode()}",
        size=f"{told.width} × {told.height} {told.codec}".strip(),
        fps=found.fps,
        whole=found.seen.blurred == "whole",
    )


def _wrong(house: House, draft: CameraDraft, language: Language) -> tuple[Mistake, ...]:
    """What is wrong with the section of the new link."""
    if draft.id in _taken(house):
        words = Text(f"{draft.id} 已有人用", f"{draft.id} is there already")
        return (_mistake("id", words),)
    section: Mapping[str, Any] = draft.section()
    try:
        link_of(section, house.versions.folder, running=(), language=language)
    except ConfigError as error:
        return mistakes(error.problems, Files(site="", contents={}))
    return ()


def _mistake(where: str, words: Text) -> Mistake:
    return Mistake(
        file="",
        line=0,
        column=0,
        where=where,
        what=words,
        remedy=Text("换一个", "choose another"),
        text="",
    )


def _unwritten(error: OSError) -> Text:
    said = error.strerror or type(error).__name__
    return Text(f"密码文件写不进去：{said}", f"the password's file cannot be written: {said}")


def _taken(house: House) -> set[str]:
    running = house.current()
    if running is None:
        return set()
    return {*running.configuration.sections, *running.configuration.site.devices}


def _free(house: House) -> str:
    """A name that neither a link nor a password has; blocks."""
    taken = _taken(house)
    with suppress(OSError):
        taken |= {each.name for each in (house.versions.folder / "secrets").iterdir()}
    return numbered("video", taken)
