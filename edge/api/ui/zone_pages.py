"""Drawing zones on a camera's picture, and saying what is watched for in each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.camera_routes import camera_named
from edge.api.house import House
from edge.api.limits import LARGE_BODY
from edge.api.problems import problem
from edge.api.security import may
from edge.api.ui.camera.drafts import Drafts, ShapeDraft, stepped, typed_drafts
from edge.api.ui.camera.view import high_of
from edge.api.ui.camera.watch_fields import DIRECTIONS, WatchField, fields_of, kinds_for
from edge.api.ui.camera.words import CLASSES, MEANINGS
from edge.api.ui.camera.zone_change import drawn, placed, wrong, zone_change
from edge.api.ui.change.desk import Desk
from edge.api.ui.change.earlier import earlier
from edge.api.ui.change.mistakes import Mistake, unfit
from edge.api.ui.change.proposing import propose
from edge.api.ui.change.typed import decode
from edge.api.ui.screen import Screen
from edge.errors import ConfigError
from edge.model import Text
from edge.versions import Files, Unfit
from edge.vision.names import WATCHES


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonesForm:
    """What the form holds; `base` is the etag of what it was drawn over."""

    camera: str
    name: Text
    high: int
    may: bool
    base: str
    drafts: Drafts
    mistakes: Sequence[Mistake] = ()

    @property
    def wrong(self) -> Mapping[str, Mistake]:
        """The first mistake of each field."""
        return {each.where: each for each in reversed(self.mistakes) if each.where}

    @property
    def elsewhere(self) -> tuple[Mistake, ...]:
        """What is wrong with no field of the form."""
        return tuple(each for each in self.mistakes if not each.where.startswith("s"))

    def fields(self, what: str) -> tuple[WatchField, ...]:
        """What can be said of something that is watched for."""
        return fields_of(what)

    def addable(self, draft: ShapeDraft) -> tuple[tuple[str, Text], ...]:
        """What else can be watched for there."""
        there = {each.what for each in draft.watches}
        return tuple((w, WATCHES[w]) for w in kinds_for(draft.shape) if w not in there)


def zone_pages(house: House, screen: Screen) -> APIRouter:
    """The routes of a camera's zones."""
    routes = APIRouter(include_in_schema=False, max_body_size=LARGE_BODY)
    board = _Board(house, screen)

    @routes.get("/camera/{name}/zones")
    async def zones(
        name: str,
        request: Request,
        who: Annotated[Principal, may("configure")],
        came: Annotated[int, Query(alias="from", ge=0, lt=2**63)] = 0,
    ) -> Response:
        """The zones as the file has them, or as they were tried before."""
        return await board.show(request, who, name, came)

    @routes.post("/camera/{name}/zones")
    async def drawn_so(
        name: str, request: Request, who: Annotated[Principal, may("configure")]
    ) -> Response:
        """A step of drawing; or look at what it changes, or take it up again."""
        return await board.take(request, who, name)

    return routes


class _Board:
    """The drawing board of one house."""

    def __init__(self, house: House, screen: Screen) -> None:
        self._house = house
        self._screen = screen
        self._desk = Desk(house, screen)

    async def show(self, request: Request, who: Principal, name: str, came: int) -> Response:
        present = await asyncio.to_thread(self._house.versions.read)
        files = await asyncio.to_thread(earlier, self._house, came) or present
        drafts = await self._read(files, name)
        return await self._shown(request, who, name, drafts, base=present.etag)

    async def take(self, request: Request, who: Principal, name: str) -> Response:
        said = await request.form()
        form = {key: [each for each in said.getlist(key) if isinstance(each, str)] for key in said}
        present = await asyncio.to_thread(self._house.versions.read)
        if change := (form.get("change") or [""])[-1]:
            files = await asyncio.to_thread(_on, present, change)
            drafts = await self._read(files, name)
            return await self._shown(request, who, name, drafts, base=present.etag)
        base, do = (form.get("base") or [present.etag])[-1], (form.get("do") or [""])[-1]
        drafts = typed_drafts(form)
        if do != "review":
            return await self._shown(request, who, name, stepped(drafts, do, form), base=base)
        return await self._review(request, who, name, drafts, present, base)

    async def _review(  # noqa: PLR0913, PLR0917 - what was drawn, and over what
        self,
        request: Request,
        who: Principal,
        name: str,
        drafts: Drafts,
        present: Files,
        base: str,
    ) -> Response:
        try:
            change = await asyncio.to_thread(zone_change, present, name, drafts)
        except Unfit as error:
            found = wrong([("", unfit(error.words))])
            return await self._shown(request, who, name, drafts, base=base, mistakes=found)
        proposed = await propose(self._house, change, self._screen.language(request))
        if proposed.configuration is not None:
            return await self._desk.reviewed(request, who, change, proposed, base=base)
        found = wrong(
            await asyncio.to_thread(
                lambda: list(placed(proposed.problems, proposed.files, name, drafts))
            )
        )
        return await self._shown(request, who, name, drafts, base=base, mistakes=found)

    async def _read(self, files: Files, name: str) -> Drafts:
        try:
            return await asyncio.to_thread(drawn, files, name)
        except (Unfit, ConfigError) as error:
            words = error.words if isinstance(error, Unfit) else Text(str(error), str(error))
            raise problem(HTTPStatus.NOT_FOUND, words.zh, words.en) from None

    async def _shown(  # noqa: PLR0913 - what the form holds
        self,
        request: Request,
        who: Principal,
        name: str,
        drafts: Drafts,
        *,
        base: str,
        mistakes: Sequence[Mistake] = (),
    ) -> Response:
        camera = camera_named(self._house, who, name)
        opened = camera.opened
        form = ZonesForm(
            camera=camera.device.id,
            name=camera.device.name,
            high=high_of(opened.width, opened.height) if opened else high_of(0, 0),
            may=who.may("inspect"),
            base=base,
            drafts=drafts,
            mistakes=mistakes,
        )
        return await self._screen.page(
            request,
            who,
            "camera_zones.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if mistakes else HTTPStatus.OK,
            form=form,
            watches={what: (name, MEANINGS[what]) for what, name in WATCHES.items()},
            classes=CLASSES,
            directions=DIRECTIONS,
        )


def _on(present: Files, change: str) -> Files:
    """What is there by now, with a change that somebody wants to correct."""
    try:
        return decode(change).on(present)
    except (Unfit, ConfigError):
        return present
