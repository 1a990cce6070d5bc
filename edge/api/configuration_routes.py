"""The configuration: read, checked, compared, and applied on trial."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Header, Request, Response

from edge.access.roles import Principal
from edge.api.audited import note, speaking
from edge.api.configuration_documents import (
    Candidate,
    Change,
    CheckView,
    ConfigurationView,
    DifferenceView,
    FileDifferenceView,
    TrialView,
    VersionView,
)
from edge.api.house import House
from edge.api.limits import LARGE_BODY
from edge.api.problems import of_file, problem
from edge.api.routes import api_routes
from edge.api.security import may
from edge.errors import ConfigError
from edge.versions import Unfit, Version, difference
from edge.versions.applying import Conflict

TRIAL: Final = "/api/v1/configuration/trial"

IfMatch = Annotated[str | None, Header(description="The ETag of what was changed.", max_length=200)]


def configuration_routes(house: House) -> APIRouter:
    """The routes under `/configuration`, but for the versions."""
    routes = api_routes("/configuration", tag="configuration", max_body_size=LARGE_BODY)

    @routes.get("")
    async def effective(
        response: Response, _: Annotated[Principal, may("configure")]
    ) -> ConfigurationView:
        """What is on disk, with the ETag that a change has to name."""
        files = await asyncio.to_thread(house.versions.read)
        response.headers["etag"] = f'"{files.etag}"'
        return ConfigurationView(
            etag=files.etag,
            site=files.site,
            files={name: files.text(name) for name in files.contents},
            running=house.current() is not None,
            problems=tuple(of_file(each) for each in house.problems()),
        )

    @routes.get("/trial")
    async def trial(_: Annotated[Principal, may("configure")]) -> TrialView:
        """How the last change goes, or went."""
        return TrialView.of(house.applying.trial)

    _add_questions(routes, house)
    _add_apply(routes, house)
    return routes


def _add_questions(routes: APIRouter, house: House) -> None:
    @routes.post("/check")
    async def check(asked: Candidate, _: Annotated[Principal, may("configure")]) -> CheckView:
        """Whether a candidate can be run; nothing is changed."""
        try:
            warnings = await asyncio.to_thread(
                lambda: house.versions.check(asked.over(house.versions.read())).warnings
            )
        except ConfigError as error:
            wrong = tuple(of_file(each) for each in error.problems)
            return CheckView(valid=False, problems=wrong, warnings=())
        except Unfit as error:
            raise unfit(error) from None
        return CheckView(
            valid=True, problems=(), warnings=tuple(of_file(each) for each in warnings)
        )

    @routes.post("/difference")
    async def differs(
        asked: Candidate, _: Annotated[Principal, may("configure")]
    ) -> DifferenceView:
        """How a candidate differs from what is there now, line by line."""

        def compare() -> DifferenceView:
            present = house.versions.read()
            found = difference(present, asked.over(present))
            return DifferenceView(files=tuple(FileDifferenceView.of(each) for each in found))

        try:
            return await asyncio.to_thread(compare)
        except Unfit as error:
            raise unfit(error) from None


def _add_apply(routes: APIRouter, house: House) -> None:
    @routes.put("", status_code=HTTPStatus.ACCEPTED)
    async def apply(
        asked: Change,
        request: Request,
        response: Response,
        who: Annotated[Principal, may("configure")],
        if_match: IfMatch = None,
    ) -> VersionView:
        """Apply a change on trial; it is taken back by itself when it does not serve."""
        who = speaking(who, asked.by)
        base = await matched(house, if_match)
        present = await asyncio.to_thread(house.versions.read)
        detail = {"base": base, "note": asked.note}
        await note(request, who, "configuration.applied", outcome="asked", detail=detail)
        try:
            files = asked.over(present)
        except Unfit as error:
            raise unfit(error) from None
        version = await begun(
            request,
            who,
            lambda: house.applying.apply(
                files, base=base, by=who.name, note=asked.note, watch=asked.watch
            ),
        )
        response.headers["location"] = TRIAL
        return VersionView.of(version)


async def matched(house: House, if_match: str | None) -> str:
    """The etag that a change is based on; a problem when it is not named, or another counts."""
    if not if_match:
        raise problem(
            HTTPStatus.PRECONDITION_REQUIRED,
            "请用 If-Match 写明修改所依据的版本（GET /configuration 的 ETag）",
            "say with If-Match what the change is based on: the ETag of GET /configuration",
            code="if-match",
        )
    base = if_match.strip().removeprefix("W/").strip('"')
    present = await asyncio.to_thread(house.versions.read)
    if base != present.etag:
        raise problem(
            HTTPStatus.PRECONDITION_FAILED,
            "配置已被别人修改；查看最新内容后再提交",
            "somebody has changed the configuration meanwhile; look at it and apply again",
            code="changed-meanwhile",
        )
    return base


async def begun(
    request: Request, who: Principal, change: Callable[[], Awaitable[Version]]
) -> Version:
    """Begin with a change; a refusal is noted, and told as a problem."""
    try:
        return await change()
    except (Conflict, Unfit, ConfigError) as error:
        detail = {"why": str(error)[:500]}
        await note(request, who, "configuration.applied", outcome="refused", detail=detail)
        if isinstance(error, ConfigError):
            raise
        raise unfit(error) from None


def unfit(error: Conflict | Unfit) -> Exception:
    """A change that does not fit what is there, as a problem."""
    return problem(HTTPStatus.CONFLICT, error.words.zh, error.words.en, code="conflict")
