"""Evidence: what was kept, and the pictures themselves for those who may see them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse
from pydantic import AwareDatetime, Field

from edge.access.roles import Principal
from edge.api.audited import Seldom, note
from edge.api.evidence_documents import EvidenceView
from edge.api.house import House
from edge.api.paging import Numbered, Page
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.words import Name
from edge.evidence.evidence import Evidence, EvidenceQuery

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]

VIEWED: Final = "evidence.viewed"

ONE_VIEWING: Final = timedelta(minutes=1)
"""A player asks for parts of a clip as it plays: within this time that is one look at it."""

MOST_LOOKS: Final = 20
"""At the index for one page; of another building's pictures a busy night has no more."""

PRIVATE: Final = MappingProxyType(
    {
        "cache-control": "private, no-store",
        "content-security-policy": "default-src 'none'; sandbox",
    }
)
"""A picture is kept by no browser, and runs nothing, whatever is in it."""

_PICTURES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/jpeg": {}, "video/mp4": {}}, "description": "The picture or clip."},
    206: {
        "content": {"image/jpeg": {}, "video/mp4": {}},
        "description": "A part of it, as the header Range asks.",
    },
}


class EvidencesQuery(Numbered):
    """Which evidence, the latest first; what is empty leaves none out."""

    alarm: Annotated[str, Field(max_length=256)] = Field("", description="An alarm's key.")
    camera: Name = ""
    since: AwareDatetime | None = Field(None, description="Only what shows something after this.")
    until: AwareDatetime | None = Field(None, description="Only what shows something before this.")


def evidence_routes(house: House) -> APIRouter:
    """The routes under `/evidence`."""
    routes = api_routes("/evidence", tag="evidence")

    @routes.get("")
    async def evidence(
        who: Annotated[Principal, may("look")], asked: Annotated[EvidencesQuery, Query()]
    ) -> Page[EvidenceView]:
        """What cameras have kept, the latest first."""
        query = EvidenceQuery(
            limit=asked.limit,
            before=asked.before,
            alarm=asked.alarm,
            camera=asked.camera,
            since=asked.since,
            until=asked.until,
        )
        found, following = await kept(house, who, query)
        items = tuple(EvidenceView.of(each, house.site) for each in found)
        return Page(items=items, next=following)

    @routes.get("/{sha256}")
    async def one(sha256: Sha256, who: Annotated[Principal, may("look")]) -> EvidenceView:
        """What is known of one picture or clip."""
        return EvidenceView.of(await find(house, who, sha256), house.site)

    @routes.get("/{sha256}/content", response_class=FileResponse, responses=_PICTURES)
    async def content(
        sha256: Sha256, request: Request, who: Annotated[Principal, may("inspect")]
    ) -> FileResponse:
        """The picture or clip itself, or a part of it; who has seen it stands in the audit log."""
        return await shown(house, request, who, await find(house, who, sha256))

    return routes


async def find(house: House, who: Principal, sha256: str) -> Evidence:
    """One piece of evidence; a problem with status 404 where there is none that may be seen."""
    evidence = await house.running.evidence.get(sha256)
    if evidence is None or not _seen(house, who, evidence):
        raise problem(
            HTTPStatus.NOT_FOUND,
            "没有这份留证，或已到期删除",
            "no such evidence, or no longer kept",
        )
    return evidence


async def kept(
    house: House, who: Principal, query: EvidenceQuery
) -> tuple[tuple[Evidence, ...], str | None]:
    """Return the evidence that may be seen, as much as was asked for, and where the next begins."""
    found: list[Evidence] = []
    looking = replace(query, limit=query.limit + 1)
    for _ in range(MOST_LOOKS):
        lines = await house.running.evidence.find(looking)
        found += [each for each in lines if _seen(house, who, each)]
        if len(found) > query.limit:
            found = found[: query.limit]
            return tuple(found), str(found[-1].number)
        if len(lines) <= query.limit:
            return tuple(found), None
        looking = replace(looking, before=lines[-1].number)
    return tuple(found), str(looking.before)


async def shown(house: House, request: Request, who: Principal, evidence: Evidence) -> FileResponse:
    """The bytes, once it is on disk who sees them; a player asks in parts, and is noted once."""
    seldom: Seldom = request.app.state.seldom
    one = f"{VIEWED}:{who.door}:{who.name}:{evidence.sha256}"
    if seldom.due(one, house.now(), ONE_VIEWING):
        detail = {"camera": evidence.camera, "kind": evidence.kind, "began": f"{evidence.began}"}
        await note(request, who, VIEWED, evidence.sha256, detail=detail)
    path = house.running.evidence.path(evidence)
    try:
        stat = await asyncio.to_thread(path.stat)
    except FileNotFoundError:
        raise problem(
            HTTPStatus.NOT_FOUND, "文件已不在", "the file is no longer there", code="gone"
        ) from None
    return FileResponse(
        path,
        media_type=evidence.media_type,
        headers=dict(PRIVATE),
        stat_result=stat,
        filename=evidence.file,
        content_disposition_type="inline",
    )


def _seen(house: House, who: Principal, evidence: Evidence) -> bool:
    """Whether the camera stands where they may look; one that is gone concerns the whole site."""
    sight, camera = Sight(house.site, who), house.site.devices.get(evidence.camera)
    return sight.whole or (camera is not None and sight.device(camera))
