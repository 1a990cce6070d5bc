"""Adding a device, the last steps: its name and place, and a look at what it changes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.limits import LARGE_BODY
from edge.api.security import may
from edge.api.ui.add.lines import profiles
from edge.api.ui.add.naming_view import NameView, device_change, drafted, name_view
from edge.api.ui.add.wish import FIELDS, Wish, wish_of
from edge.api.ui.change.desk import Desk
from edge.api.ui.change.earlier import earlier
from edge.api.ui.change.mistakes import Mistake, mistakes, unfit
from edge.api.ui.change.proposing import propose
from edge.api.ui.change.typed import decode
from edge.api.ui.screen import Screen
from edge.errors import Problem
from edge.files.yaml_file import parse
from edge.model import Text
from edge.versions import Files, Unfit
from edge.versions.profile_draft import profile_file

_ITEM: Final = re.compile(r"^(devices|links)\[\d+\]\.?")


def add_name_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/add/name` and `/add/review`."""
    routes = APIRouter(include_in_schema=False, max_body_size=LARGE_BODY)
    steps = _Steps(house, screen)

    @routes.get("/add/name")
    async def name(
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
    ) -> Response:
        """What it is called, and where it is; as it was tried before, where it was."""
        return await steps.name(request, who, wish)

    @routes.post("/add/name")
    async def again(
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
    ) -> Response:
        """The same with a new profile, after another place was chosen, or to correct it."""
        return await steps.again(request, who, wish)

    @routes.post("/add/review")
    async def review(request: Request, who: Annotated[Principal, may("configure")]) -> Response:
        """What differs, what follows; the button that applies it."""
        return await steps.review(request, who)

    return routes


class _Steps:
    """The two steps, for one house."""

    def __init__(self, house: House, screen: Screen) -> None:
        self._house = house
        self._screen = screen
        self._desk = Desk(house, screen)

    async def name(self, request: Request, who: Principal, wish: Wish) -> Response:
        tried = await asyncio.to_thread(earlier, self._house, wish.came)
        draft = _draft_in(tried, wish) if tried else ""
        return await self._shown(request, who, await _view(self._house, wish, draft))

    async def again(self, request: Request, who: Principal, wish: Wish) -> Response:
        form = await request.form()
        draft = _text(form, "draft")
        if change := _text(form, "change"):
            draft = drafted(decode(change))
        before = None
        if "before_zh" in form:
            before = Text(_text(form, "before_zh"), _text(form, "before_en"))
            wish = wish_of({name: _text(form, name) for name in FIELDS})
        view = await _view(self._house, wish, draft, before=before)
        return await self._shown(request, who, view)

    async def review(self, request: Request, who: Principal) -> Response:
        form = await request.form()
        wish, draft = wish_of({name: _text(form, name) for name in FIELDS}), _text(form, "draft")
        try:
            change = device_change(wish, draft)
        except Unfit as error:
            wrong = tuple(_mistakes([unfit(error.words)]))
            view = await _view(self._house, wish, draft, wrong=wrong)
            return await self._shown(request, who, view)
        proposed = await propose(self._house, change, self._screen.language(request))
        if proposed.configuration is not None:
            words = Text(f"接入 {wish.id}", f"added {wish.id}")
            text = self._screen.say(request, words)
            return await self._desk.review(request, who, change, proposed, text=text)
        wrong = tuple(_mistakes(proposed.problems))
        view = await _view(self._house, wish, draft, wrong=wrong)
        return await self._shown(request, who, view)

    async def _shown(self, request: Request, who: Principal, view: NameView) -> Response:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if view.mistakes else HTTPStatus.OK
        return await self._screen.page(request, who, "add_name.html", status=status, view=view)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _mistakes(problems: Sequence[Problem]) -> Iterator[Mistake]:
    """What is wrong, by the field that it is about; lines would be those of a file to come."""
    for each in mistakes(problems, Files(site="", contents={})):
        yield replace(each, file="", line=0, where=_ITEM.sub("", each.where))


async def _view(
    house: House,
    wish: Wish,
    draft: str,
    *,
    before: Text | None = None,
    wrong: Sequence[Mistake] = (),
) -> NameView:
    running = house.current()
    site = running.configuration.site if running else None
    if draft:
        kind, text = await asyncio.to_thread(_drafted, draft)
    else:
        kind, text = await _known(house, wish.profile)
    return name_view(wish, kind, text, site, draft=draft, before=before, mistakes=wrong)


async def _known(house: House, name: str) -> tuple[str, Text]:
    profile = (await profiles(house)).get(name)
    return (profile.kind, profile.text.plain()) if profile else ("", Text(name, name))


def _drafted(draft: str) -> tuple[str, Text]:
    document = parse(draft, "")
    zh, en = document.at(("text", "zh")), document.at(("text", "en"))
    return str(document.at(("kind",)) or ""), Text(str(zh or ""), str(en or ""))


def _draft_in(files: Files, wish: Wish) -> str:
    """The profile that was tried along with the device, where it is the site's own."""
    try:
        return files.text(profile_file(wish.profile))
    except Unfit:
        return ""
