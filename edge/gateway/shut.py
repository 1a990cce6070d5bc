"""What the page says while nobody can be let in, as the accounts cannot be read."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse, JSONResponse

from edge.api.headers import SecurityHeaders
from edge.clock import Clock
from edge.config import PageSection
from edge.gateway.page import serve_page

AGAIN_S: Final = 30
"""After which a browser may look again; the doors are tried as often."""

# Who reads this has not logged in: it names no file and no device.
_WORDS: Final = """<!doctype html>
<html lang="zh"><meta charset="utf-8"><title>Whistle</title>
<h1>暂时进不来 · Nobody can be let in now</h1>
<p>网关在运行：报警、联动照常。账号读不出来：磁盘满了、变成只读，或文件损坏。
在网关上执行 whistle doctor，按它说的做；磁盘恢复后本页自动恢复。</p>
<p>The gateway runs: alarms are raised and reactions go on. The accounts cannot be read: the disk is
full, or read-only, or their file is damaged. Run whistle doctor on the gateway and do what it says;
when the disk is well again this page is back by itself.</p></html>
"""


async def serve_shut(section: PageSection, store: Path, clock: Clock) -> None:
    """Say so to everybody who comes, until cancelled."""
    await serve_page(_shut(), section, store, clock.now, ending=_nothing, listens=_nobody)


def _nothing() -> None:
    """Nobody watches a page that is shut."""


async def _nobody(url: str) -> None:
    """And nobody is invited to it."""
    del url


def _shut() -> FastAPI:
    """Return an application that says so, whatever is asked for."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    async def alive() -> JSONResponse:
        return JSONResponse({"status": "alive"})

    @app.get("/readyz")
    async def not_ready() -> JSONResponse:
        body = {"status": "not_ready", "reasons": ["pipeline_or_disk"]}
        return JSONResponse(body, HTTPStatus.SERVICE_UNAVAILABLE)

    @app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def said(path: str) -> Response:
        del path
        headers = {"retry-after": str(AGAIN_S)}
        return HTMLResponse(_WORDS, HTTPStatus.SERVICE_UNAVAILABLE, headers)

    app.add_middleware(SecurityHeaders)
    return app
