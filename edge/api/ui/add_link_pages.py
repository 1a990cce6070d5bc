"""Adding a device on a new link: what has to be known of it, and whether that can be so."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.security import may
from edge.api.ui.add.link_kind import LinkKind, kind_of, section_of, typed_of
from edge.api.ui.add.link_kinds import LINK_KINDS
from edge.api.ui.add.naming import numbered
from edge.api.ui.add.wish import Wish, packed
from edge.api.ui.change.mistakes import Mistake, mistakes
from edge.api.ui.screen import Screen
from edge.api.words import Language
from edge.discovery.try_link import link_of
from edge.errors import ConfigError
from edge.versions import Files

LONGEST: Final = 300
"""Letters of what is typed into one field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkForm:
    """What the form holds, by the paths of its fields; what is wrong, by the same."""

    kind: LinkKind
    name: str
    typed: Mapping[str, str]
    mistakes: Sequence[Mistake] = ()

    @property
    def wrong(self) -> Mapping[str, Mistake]:
        """What is wrong with each field."""
        return {each.where: each for each in self.mistakes}


def add_link_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/add/link`."""
    routes = APIRouter(include_in_schema=False)

    async def shown(request: Request, who: Principal, form: LinkForm) -> Response:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.mistakes else HTTPStatus.OK
        host = request.url.hostname or ""
        return await screen.page(request, who, "add_link.html", status=status, form=form, host=host)

    @routes.get("/add/link")
    async def new(
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
        kind: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        """What has to be known of a new link; what was filled in before is there again."""
        form = _begun(house, wish, kind)
        if form.kind.driver == "camera":  # of which more is asked than its section says
            return screen.go(request, wish.path("camera", way=form.kind.name))
        return await shown(request, who, form)

    @routes.post("/add/link")
    async def made(
        request: Request,
        who: Annotated[Principal, may("configure")],
        kind: Annotated[str, Query(max_length=20)],
    ) -> Response:
        """Look whether it can be such a link, and go on to find who is there."""
        found = LINK_KINDS.get(kind) or next(iter(LINK_KINDS.values()))
        said = await request.form()
        typed = {name: str(value)[:LONGEST] for name, value in said.items()}
        name = typed.get("id", "").strip()
        section = section_of(found, name, typed)
        if wrong := await asyncio.to_thread(_wrong, house, section, screen.language(request)):
            form = LinkForm(kind=found, name=name, typed=typed, mistakes=wrong)
            return await shown(request, who, form)
        return screen.go(request, Wish(link=name, new=packed(section)).path("find"))

    return routes


def _begun(house: House, wish: Wish, name: str) -> LinkForm:
    section = wish.section or {}
    kind = LINK_KINDS.get(name) or kind_of(LINK_KINDS.values(), section)
    kind = kind or next(iter(LINK_KINDS.values()))
    own = str(section.get("id") or numbered(kind.stem, _taken(house)))
    return LinkForm(kind=kind, name=own, typed=typed_of(kind, section))


def _wrong(house: House, section: Mapping[str, Any], language: Language) -> tuple[Mistake, ...]:
    """What is wrong with the section of a new link."""
    running = house.current()
    links = running.configuration.links if running else ()
    try:
        link_of(section, house.versions.folder, running=links, language=language)
    except ConfigError as error:
        return mistakes(error.problems, Files(site="", contents={}))
    return ()


def _taken(house: House) -> set[str]:
    running = house.current()
    if running is None:
        return set()
    return {*running.configuration.sections, *running.configuration.site.devices}
