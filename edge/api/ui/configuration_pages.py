"""The configuration: its sections, its files as text, and what is wrong with them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.limits import LARGE_BODY
from edge.api.problems import problem
from edge.api.security import may
from edge.api.ui.add.lines import profiles
from edge.api.ui.change.desk import Desk
from edge.api.ui.change.earlier import earlier
from edge.api.ui.change.editing import TextEdit
from edge.api.ui.change.proposing import Proposed, propose, weigh
from edge.api.ui.change.sections import summaries
from edge.api.ui.change.typed import Change, Edit, decode
from edge.api.ui.screen import Screen
from edge.api.words import Language
from edge.config import OWN_PROFILES
from edge.versions import Files, Unfit
from edge.versions.naming import is_profile
from edge.versions.profile_draft import profile_file

Do: TypeAlias = Literal["check", "review", "remove"]
Name: TypeAlias = Annotated[str, Query(max_length=300)]


class Typed(BaseModel):
    """What was typed; `change` is what somebody wants to correct, in place of the text."""

    model_config = ConfigDict(frozen=True)

    text: Annotated[str, Field(max_length=LARGE_BODY)] = ""
    base: Annotated[str, Field(max_length=200)] = ""
    do: Do = "check"
    change: Annotated[str, Field(max_length=LARGE_BODY)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A file of the configuration in the list of them."""

    name: str
    size: int
    here: bool


def configuration_pages(house: House, screen: Screen) -> APIRouter:
    """The routes of the sections, and of the files as text."""
    routes = APIRouter(include_in_schema=False, max_body_size=LARGE_BODY)

    @routes.get("/configuration")
    async def sections(request: Request, who: Annotated[Principal, may("configure")]) -> Response:
        """Every section; or, while the file cannot be run, what is wrong with it."""
        if house.current() is None or house.problems():
            return await _repair(request, who, house, screen)
        files = await asyncio.to_thread(house.versions.read)
        return await screen.page(
            request,
            who,
            "configuration.html",
            sections=await asyncio.to_thread(summaries, files),
            files=_files(files, ""),
            shipped=sorted(await profiles(house)),
            trial=house.applying.trial,
        )

    _add_files(routes, house, screen)
    return routes


def _add_files(routes: APIRouter, house: House, screen: Screen) -> None:
    desk = Desk(house, screen)

    @routes.get("/configuration/file")
    async def file(
        request: Request,
        who: Annotated[Principal, may("configure")],
        name: Name = "",
        profile: Annotated[str, Query(max_length=200)] = "",
        came: Annotated[int, Query(alias="from", ge=0, lt=2**63)] = 0,
    ) -> Response:
        """A file as text: as it is there, or as it was tried before; or a profile to be written."""
        present = await asyncio.to_thread(house.versions.read)
        name = _profile(profile) if profile else name or present.site
        files = await asyncio.to_thread(earlier, house, came) or present
        edit = _editing(name, present, _begun(files, name))
        return await _shown(request, who, screen, present, edit)

    @routes.post("/configuration/file")
    async def typed(
        request: Request,
        who: Annotated[Principal, may("configure")],
        form: Annotated[Typed, Form()],
        name: Name = "",
    ) -> Response:
        """Check what was typed, or look at what it changes; or take it up again."""
        present = await asyncio.to_thread(house.versions.read)
        name = name or present.site
        what = _asked(name, form)
        proposed = await propose(house, what, screen.language(request))
        edit = _looked_at(form, _editing(name, present, what.edits[0].text), proposed)
        if proposed.configuration is None or form.change or form.do == "check":
            return await _shown(request, who, screen, present, edit)
        return await desk.reviewed(request, who, what, proposed, base=edit.base)


def _looked_at(form: Typed, edit: TextEdit, proposed: Proposed) -> TextEdit:
    """What is said of what was typed; whoever corrects it sees how it differs."""
    return replace(
        edit,
        base=form.base or edit.base,
        mistakes=proposed.mistakes,
        fine=proposed.configuration is not None and not form.change,
        against=proposed.sides if form.change else (),
    )


def _begun(files: Files, name: str) -> str:
    """What is there; of a profile that is not, what changes a shipped one begins with."""
    if name not in files.contents and is_profile(name):
        return f"extends: {name.removeprefix(f'{OWN_PROFILES}/').removesuffix('.yaml')}\n"
    return files.text(name)


def _asked(name: str, form: Typed) -> Change:
    """What is to become of a file."""
    text = form.text
    if form.change:
        edits = decode(form.change).edits
        text = next((each.text for each in edits if each.name == name), "")
    what = _change(name, text)
    if form.do == "remove" and is_profile(name):
        return replace(what, edits=(Edit(what="removed", name=name),))
    return what


async def _repair(request: Request, who: Principal, house: House, screen: Screen) -> Response:
    """The file with what is wrong in it, ready to be mended; another may have mended it by now."""
    proposed = await asyncio.to_thread(_as_it_is, house, screen.language(request))
    present = proposed.present
    first = next(iter(proposed.mistakes), None)
    known = first is not None and first.file in present.contents
    name = first.file if first is not None and known else present.site
    edit = replace(_editing(name, present, present.text(name)), mistakes=proposed.mistakes)
    return await screen.page(
        request,
        who,
        "repair.html",
        edit=edit,
        files=_files(present, name),
        runs=house.current() is not None,
        mended=proposed.configuration is not None,
    )


def _as_it_is(house: House, language: Language) -> Proposed:
    present = house.versions.read()
    return weigh(house, present, present, language, None)


async def _shown(
    request: Request, who: Principal, screen: Screen, present: Files, edit: TextEdit
) -> Response:
    if edit.file not in present.contents and not is_profile(edit.file):
        raise problem(
            HTTPStatus.NOT_FOUND, "配置里没有这个文件", "the configuration has no such file"
        )
    return await screen.page(
        request,
        who,
        "configuration_file.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if edit.mistakes else HTTPStatus.OK,
        edit=edit,
        files=_files(present, edit.file),
        profile=is_profile(edit.file) and edit.file in present.contents,
    )


def _editing(name: str, present: Files, text: str) -> TextEdit:
    return TextEdit(path=_path(name), base=present.etag, text=text, file=name)


def _profile(profile: str) -> str:
    """The file of a profile; a problem with status 422 for what cannot be the name of one."""
    try:
        return profile_file(profile.strip())
    except Unfit as error:
        words = error.words.zh, error.words.en
        raise problem(HTTPStatus.UNPROCESSABLE_ENTITY, *words) from None


def _change(name: str, text: str) -> Change:
    return Change(edits=(Edit(what="file", name=name, text=text),), back=_path(name))


def _path(name: str) -> str:
    return f"/configuration/file?{urlencode({'name': name})}"


def _files(files: Files, here: str) -> tuple[FileLine, ...]:
    names = sorted(files.contents, key=lambda name: (name != files.site, name))
    return tuple(
        FileLine(name=name, size=len(files.contents[name]), here=name == here) for name in names
    )
