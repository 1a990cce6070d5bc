"""The audit log: who did what, when, and from where."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from edge.access.roles import Principal
from edge.api.account_documents import AuditView
from edge.api.house import House
from edge.api.paging import Numbered, Page
from edge.api.routes import api_routes
from edge.api.security import may


class AuditQuery(Numbered):
    """Which lines, the latest first; what is empty leaves none out."""

    who: Annotated[str, Field(max_length=64)] = ""
    what: Annotated[str, Field(max_length=64)] = Field(
        "", description="Such as session.refused; session is all that begin so."
    )


def audit_routes(house: House) -> APIRouter:
    """The route `/audit`."""
    routes = api_routes(tag="audit")

    @routes.get("/audit")
    async def audit(
        _: Annotated[Principal, may("audit")], asked: Annotated[AuditQuery, Query()]
    ) -> Page[AuditView]:
        """What was done, or tried, the latest first."""
        wanted = asked.limit + 1
        lines = await house.audit.read(wanted, asked.before, asked.who, asked.what)
        cut = tuple(AuditView.of(line) for line in lines[: asked.limit])
        more = len(lines) > asked.limit
        return Page(items=cut, next=str(cut[-1].number) if more else None)

    return routes
