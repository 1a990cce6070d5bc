"""The platform's web side: the live page, its buttons, and ingest over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, TypeVar

import msgspec
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import StreamingResponse
from msgspec import Meta

from cloud_bridge.wire import MAX_BATCH_BYTES, encode_receipt
from edge.model import IssueState
from simulators.platform.desk import Desk
from simulators.platform.dispatch import Dispatch
from simulators.platform.intake import judge
from simulators.platform.issues import WrongStep

BETWEEN_VIEWS_SECONDS = 0.25
SILENCE_SECONDS = 15.0
"""After this long without a change the stream says that it is alive."""
MAX_REQUEST_BYTES = 4096
"""A button says an id, a state and a name."""
ANSWER_SECONDS = 25.0
"""An order lives for 20 s; whoever pressed the button is told by then that nothing came."""

T = TypeVar("T")

_SECURITY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class StepRequest(msgspec.Struct, frozen=True):
    """A button was pressed on an issue."""

    site: str
    issue: str
    state: IssueState
    by: Annotated[str, Meta(min_length=1, max_length=64)]
    party: Annotated[str, Meta(min_length=1, max_length=64)]


class PublishRequest(msgspec.Struct, frozen=True):
    """A draft is to be published."""

    site: str
    notice: str


class CommandRequest(msgspec.Struct, frozen=True):
    """A button was pressed beside a gate."""

    site: str
    device: str
    action: str
    by: Annotated[str, Meta(min_length=1, max_length=64)]


@dataclass(frozen=True, slots=True)
class Page:
    """The files of the page."""

    html: str
    css: str
    script: str


def load_page() -> Page:
    """Read the page's files from the package."""
    folder = files(__package__).joinpath("page")
    html, css, script = (
        folder.joinpath(name).read_text("utf-8") for name in ("index.html", "style.css", "app.js")
    )
    return Page(html, css, script)


async def _body(request: Request, limit: int) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0]
    if not kind.endswith("json"):
        raise HTTPException(415, "JSON is wanted")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise HTTPException(413, f"at most {limit} bytes")
    return bytes(body)


async def _stream(desk: Desk) -> AsyncGenerator[bytes, None]:
    version = -1
    while not desk.closing:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                version = await desk.changed_since(version)
        except TimeoutError:
            yield b": alive\n\n"
            continue
        if desk.closing:
            return
        yield b"data: " + await desk.view() + b"\n\n"
        await asyncio.sleep(BETWEEN_VIEWS_SECONDS)


def application(desk: Desk, page: Page, stepped: Callable[[], None], dispatch: Dispatch) -> FastAPI:
    """The web application; `stepped` is called when an issue took a step."""
    app = FastAPI(title="Platform", openapi_url=None)
    _add_page(app, desk, page)
    _add_buttons(app, desk, stepped)
    _add_commands(app, dispatch)

    @app.post("/ingest")
    async def ingest(request: Request) -> Response:
        judged = judge(await _body(request, MAX_BATCH_BYTES), None)
        [receipt] = await desk.keep([judged])
        return Response(encode_receipt(receipt), media_type="application/json")

    return app


def _add_page(app: FastAPI, desk: Desk, page: Page) -> None:
    @app.get("/")
    async def index() -> Response:
        first = (await desk.view()).replace(b"<", b"\\u003c").decode()
        html = page.html.replace("{{view}}", first)
        return Response(html, media_type="text/html", headers=_SECURITY)

    @app.get("/style.css")
    async def style() -> Response:
        return Response(page.css, media_type="text/css", headers=_SECURITY)

    @app.get("/app.js")
    async def script() -> Response:
        return Response(page.script, media_type="text/javascript", headers=_SECURITY)

    @app.get("/view")
    async def view() -> Response:
        return Response(await desk.view(), media_type="application/json", headers=_SECURITY)

    @app.get("/live")
    async def live() -> StreamingResponse:
        return StreamingResponse(_stream(desk), media_type="text/event-stream", headers=_SECURITY)


def _add_buttons(app: FastAPI, desk: Desk, stepped: Callable[[], None]) -> None:
    @app.post("/issue", status_code=204)
    async def issue(request: Request) -> None:
        asked = _decode(await _body(request, MAX_REQUEST_BYTES), StepRequest)
        try:
            await desk.write(
                lambda store: store.step_issue(
                    asked.site, asked.issue, asked.state, asked.by, asked.party
                )
            )
        except KeyError:
            raise HTTPException(404, "no such issue") from None
        except WrongStep as error:
            raise HTTPException(409, str(error)) from None
        stepped()

    @app.post("/notice", status_code=204)
    async def notice(request: Request) -> None:
        asked = _decode(await _body(request, MAX_REQUEST_BYTES), PublishRequest)
        try:
            await desk.write(lambda store: store.publish_notice(asked.site, asked.notice))
        except KeyError:
            raise HTTPException(404, "no such draft") from None


def _add_commands(app: FastAPI, dispatch: Dispatch) -> None:
    @app.post("/command")
    async def command(request: Request) -> Response:
        asked = _decode(await _body(request, MAX_REQUEST_BYTES), CommandRequest)
        if not dispatch.trusted:
            raise HTTPException(409, "no site file has this platform's key")
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                line = await dispatch.give(asked.site, asked.device, asked.action, asked.by)
        except KeyError:
            raise HTTPException(404, "no such device") from None
        except TimeoutError:
            raise HTTPException(504, "the gateway has not answered") from None
        return Response(msgspec.json.encode(line), media_type="application/json")


def _decode(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise HTTPException(400, str(error)) from None
