"""The configuration's history: who changed what and when, and the way back to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.house import House
from edge.api.problems import problem
from edge.api.security import may
from edge.api.ui.change.desk import LONGEST_WHY, WHAT
from edge.api.ui.change.proposing import Proposed, weigh
from edge.api.ui.language import safe_path
from edge.api.ui.screen import Screen
from edge.api.words import Language
from edge.config import Configuration
from edge.errors import ConfigError
from edge.model import Text
from edge.versions import Files, Unfit, Version
from edge.versions.applying import Conflict, Watch

Number = Annotated[int, Path(ge=1, lt=2**63)]

BACK: Final = "/configuration/versions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One version: what going back to it would change, and its files."""

    version: Version
    files: Files
    proposed: Proposed
    current: bool


def version_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/configuration/versions`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(BACK)
    async def versions(request: Request, who: Annotated[Principal, may("configure")]) -> Response:
        """Every version that is kept, the latest first."""
        history, etag = await asyncio.to_thread(
            lambda: (house.versions.history(), house.versions.read().etag)
        )
        return await screen.page(request, who, "versions.html", history=history, etag=etag)

    @routes.get(f"{BACK}/{{number}}")
    async def version(
        request: Request,
        number: Number,
        who: Annotated[Principal, may("configure")],
        file: Annotated[str, Query(max_length=300)] = "",
    ) -> Response:
        """One version: how it differs from what is there now, or one of its files."""
        past = await _past(house, number, screen.language(request))
        return await screen.page(
            request, who, "version.html", past=past, file=file, refused=None, watch="links"
        )

    _add_restore(routes, house, screen)
    return routes


def _add_restore(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.post(f"{BACK}/{{number}}/restore")
    async def restore(
        request: Request,
        number: Number,
        who: Annotated[Principal, may("configure")],
        base: Annotated[str, Form(max_length=200)],
        watch: Annotated[Watch, Form()] = "links",
    ) -> Response:
        """Let it count again, on trial, as a change of its own."""
        language = screen.language(request)
        detail = {"base": base, "restores": str(number), "watch": watch}
        await note(request, who, WHAT, outcome="asked", detail=detail)
        try:
            begun = await house.applying.restore(
                number, base=base, by=who.name, watch=watch, language=language
            )
        except (Conflict, Unfit, ConfigError) as error:
            detail = {"why": str(error)[:LONGEST_WHY]}
            await note(request, who, WHAT, outcome="refused", detail=detail)
            past = await _past(house, number, language)
            return await screen.page(
                request,
                who,
                "version.html",
                status=HTTPStatus.CONFLICT,
                past=past,
                file="",
                refused=_INVALID if isinstance(error, ConfigError) else error.words,
                watch=watch,
            )
        back = safe_path(f"{BACK}/{number}")
        return screen.go(request, f"/configuration/trial?version={begun.number}&back={back}")


async def _past(house: House, number: int, language: Language) -> Past:
    running = house.current()
    configuration = running.configuration if running else None
    return await asyncio.to_thread(_looked_up, house, number, language, configuration)


def _looked_up(
    house: House, number: int, language: Language, running: Configuration | None
) -> Past:
    version = next((each for each in house.versions.history() if each.number == number), None)
    if version is None:
        raise problem(HTTPStatus.NOT_FOUND, "没有这个版本", "no such version")
    try:
        files = house.versions.files(number)
    except Unfit as error:
        raise problem(HTTPStatus.GONE, error.words.zh, error.words.en) from None
    proposed = weigh(house, house.versions.read(), files, language, running)
    return Past(
        version=version, files=files, proposed=proposed, current=proposed.present.etag == files.etag
    )


_INVALID: Final = Text(
    "这个版本现在不能运行：见下面的错误", "this version cannot be run now: see what is wrong below"
)
