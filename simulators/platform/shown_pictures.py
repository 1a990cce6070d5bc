"""Pictures as the page of the platform asks for them."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, HTTPException
from fastapi import Path as InPath
from fastapi.responses import FileResponse

from simulators.platform import pictures
from simulators.platform.desk import Desk
from simulators.platform.shelf import Shelf

_TYPES = ("image/jpeg", "video/mp4")
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; media-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def add_pictures(app: FastAPI, desk: Desk, shelf: Shelf) -> None:
    """Add the route under which a picture is found, once it has come."""

    @app.get("/evidence/{site}/{sha256}")
    async def evidence(
        site: Annotated[str, InPath(pattern=r"^[A-Za-z0-9_-]{1,64}$")],
        sha256: Annotated[str, InPath(pattern=r"^[0-9a-f]{64}$")],
    ) -> FileResponse:
        kind = await desk.ask(lambda db: pictures.media_type(db, site, sha256))
        if kind not in _TYPES:
            raise HTTPException(404, "no such picture")
        return FileResponse(shelf.path(site, sha256), media_type=kind, headers=_SECURITY)
