"""Style, script and pictures of the pages: long kept by browsers, sent compressed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from edge.api.security import for_everybody
from edge.api.ui.bundle import STATIC

_BY_ADDRESS: Final = {each.hashed: each for each in STATIC.values()}
_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}


def static_routes() -> APIRouter:
    """Whoever is at the door may have them: the page of the login needs them."""
    routes = APIRouter(include_in_schema=False, dependencies=[for_everybody()])

    @routes.get("/static/{name:path}")
    async def static(name: str, request: Request) -> Response:
        """Send a file by its address; there is none that is not in the bundle."""
        found = _BY_ADDRESS.get(name)
        if found is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        headers = {**_FOR_EVER, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
        if found.squeezed and "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(found.squeezed, media_type=found.media_type, headers=headers)
        return Response(found.body, media_type=found.media_type, headers=headers)

    return routes
