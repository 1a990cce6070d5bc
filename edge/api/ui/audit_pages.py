"""Audit: who did what, when and from where; whether the log is whole; the log as a file."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Annotated, TypeAlias
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.house import House
from edge.api.problems import problem
from edge.api.security import may
from edge.api.ui import audit_sheet
from edge.api.ui.audit_words import GROUPS, door_words, outcome_words, what_words
from edge.api.ui.screen import Screen
from edge.api.ui.wording import say

Words: TypeAlias = Annotated[str, Query(max_length=64)]

ROWS = 50
EXPORTED_AT_ONCE = 1_000


def audit_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/audit`."""
    routes = APIRouter(include_in_schema=False)
    _add_list(routes, house, screen)
    _add_verification(routes, house, screen)
    _add_sheet(routes, house)
    return routes


def _add_list(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.get("/audit")
    async def audit(
        request: Request,
        who: Annotated[Principal, may("audit")],
        by: Words = "",
        what: Words = "",
        before: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    ) -> Response:
        """Show what was done, or tried, newest first."""
        lines = await house.audit.read(ROWS + 1, before, by.strip(), what)
        language = screen.language(request)
        shown = lines[:ROWS]
        same = urlencode({key: each for key, each in (("by", by), ("what", what)) if each})
        more = f"/audit?{same}&before={shown[-1].number}" if len(lines) > ROWS else ""
        return await screen.page(
            request,
            who,
            "audit.html",
            lines=shown,
            words=(what_words, outcome_words, door_words),
            groups=tuple((name, say(words, language)) for name, words in GROUPS.items()),
            by=by,
            what=what,
            older=more,
            first=before is None,
            verdict=None,
        )


def _add_verification(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.post("/audit/verification")
    async def verify(request: Request, who: Annotated[Principal, may("audit")]) -> Response:
        """Read the whole log and say whether it is as it was written."""
        try:
            verdict = await house.audit.verify()
        except OSError as error:
            raise problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"审计记录读不出来（{error.strerror}）",
                f"the log cannot be read ({error.strerror})",
            ) from None
        return await screen.page(
            request, who, "audit_verdict.html", verdict=verdict, at=house.now()
        )


def _add_sheet(routes: APIRouter, house: House) -> None:
    @routes.get("/audit/sheet")
    async def sheet(request: Request, who: Annotated[Principal, may("audit")]) -> Response:
        """Send all of it as a sheet, newest first."""
        await note(request, who, "audit.exported")

        async def written() -> AsyncGenerator[str, None]:
            yield audit_sheet.head()
            before: int | None = None
            while lines := await house.audit.read(EXPORTED_AT_ONCE, before):
                yield audit_sheet.rows(lines)
                before = lines[-1].number

        name = f"whistle-audit-{house.now():%Y%m%d-%H%M%S}.csv"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(written(), media_type="text/csv", headers=headers)
