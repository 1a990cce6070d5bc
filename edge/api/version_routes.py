"""The configuration's versions: what it was, and going back to it."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from edge.access.roles import Principal
from edge.api.audited import note, speaking
from edge.api.configuration_documents import (
    FileDifferenceView,
    Restore,
    VersionDetail,
    VersionView,
)
from edge.api.configuration_routes import TRIAL, IfMatch, begun, matched
from edge.api.house import House
from edge.api.paging import Numbered, Page
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.security import may
from edge.versions import Unfit, difference

Number = Annotated[int, Path(ge=1, lt=2**63)]


def version_routes(house: House) -> APIRouter:
    """The routes under `/configuration/versions`."""
    routes = api_routes("/configuration/versions", tag="configuration")

    @routes.get("")
    async def versions(
        _: Annotated[Principal, may("configure")], asked: Annotated[Numbered, Query()]
    ) -> Page[VersionView]:
        """Every version that is kept, the latest first."""
        every = await asyncio.to_thread(house.versions.history)
        older = [v for v in every if asked.before is None or v.number < asked.before]
        cut = tuple(VersionView.of(version) for version in older[: asked.limit])
        more = len(older) > len(cut)
        return Page(items=cut, next=str(cut[-1].number) if cut and more else None)

    @routes.get("/{number}")
    async def version(number: Number, _: Annotated[Principal, may("configure")]) -> VersionDetail:
        """One version with its files, and how it differs from what is there now."""
        return await asyncio.to_thread(_detail, house, number)

    _add_restore(routes, house)
    return routes


def _add_restore(routes: APIRouter, house: House) -> None:
    @routes.post("/{number}/restore", status_code=HTTPStatus.ACCEPTED)
    async def restore(  # noqa: PLR0913, PLR0917 - what FastAPI fills in
        number: Number,
        asked: Restore,
        request: Request,
        response: Response,
        who: Annotated[Principal, may("configure")],
        if_match: IfMatch = None,
    ) -> VersionView:
        """Let an earlier version count again, on trial, as a change of its own."""
        await asyncio.to_thread(_detail, house, number)
        who, base = speaking(who, asked.by), await matched(house, if_match)
        detail = {"base": base, "restores": str(number)}
        await note(request, who, "configuration.applied", outcome="asked", detail=detail)
        begins = await begun(
            request,
            who,
            lambda: house.applying.restore(number, base=base, by=who.name, watch=asked.watch),
        )
        response.headers["location"] = TRIAL
        return VersionView.of(begins)


def _detail(house: House, number: int) -> VersionDetail:
    found = next((v for v in house.versions.history() if v.number == number), None)
    if found is None:
        raise problem(HTTPStatus.NOT_FOUND, "没有这个版本", "no such version")
    try:
        files = house.versions.files(number)
    except Unfit as error:
        raise problem(HTTPStatus.GONE, error.words.zh, error.words.en) from None
    return VersionDetail(
        **VersionView.of(found).model_dump(),
        files={name: files.text(name) for name in files.contents},
        difference=tuple(
            FileDifferenceView.of(each) for each in difference(house.versions.read(), files)
        ),
    )
