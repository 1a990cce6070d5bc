"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, TypeAlias

import structlog
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as AnyHTTPException

from edge.api.words import Document, Words, spoken
from edge.errors import ConfigError, Problem
from edge.logs import frames
from edge.model import Text

MEDIA_TYPE: Final = "application/problem+json"

MOST_ERRORS: Final = 50
"""Of one request or file; more nobody reads."""

log = structlog.get_logger()


class Wrong(Document):
    """One thing that is wrong, and where: a field of the request, or a place in a file."""

    where: str
    what: str
    words: Words | None = None
    remedy: Words | None = None
    file: str = ""
    line: int = 0
    column: int = 0


class ProblemView(Document):
    """Why a request was refused; `detail` is in the language that was asked for."""

    type: str
    title: str
    status: int
    detail: str
    words: Words
    instance: str
    errors: tuple[Wrong, ...] = ()


class _Refused(HTTPException):
    """A refusal in both languages, and what in particular is wrong."""

    def __init__(
        self, status: HTTPStatus, words: Text, code: str, errors: Sequence[Problem], retry: int
    ) -> None:
        super().__init__(status, words.en, {"retry-after": str(retry)} if retry else None)
        self.words = words
        self.code = code
        self.errors = errors


class _Document(JSONResponse):
    """JSON of whatever was wrong, be it no sound Unicode."""

    def render(self, content: Any) -> bytes:
        """Put a sign in the place of what cannot be written."""
        return json.dumps(content, ensure_ascii=False).encode(errors="replace")


PageOf: TypeAlias = Callable[[Request, ProblemView], Response]
"""Shows a problem to somebody who looks with a browser."""


def problem(  # noqa: PLR0913 - what a refusal can say
    status: HTTPStatus,
    zh: str,
    en: str,
    *,
    code: str = "",
    errors: Sequence[Problem] = (),
    retry: int = 0,
) -> HTTPException:
    """What a route raises: the words say what would be right; `retry` after so many seconds."""
    return _Refused(status, Text(zh, en), code, errors, retry)


def answer(request: Request, error: AnyHTTPException) -> Response:
    """A refusal as it is sent; for what answers before any route does."""
    if isinstance(error, _Refused):
        wrong = tuple(of_file(each) for each in error.errors[:MOST_ERRORS])
        return _send(
            request,
            error.status_code,
            error.words,
            code=error.code,
            errors=wrong,
            headers=error.headers,
        )
    status = HTTPStatus(error.status_code)
    words = _USUAL.get(status, Text(str(error.detail), str(error.detail)))
    return _send(request, status, words, headers=error.headers)


def add_problems(app: FastAPI, page: PageOf | None = None) -> None:
    """Let every error of the application be told as a problem document, to browsers as a page."""
    app.state.page_of_problem = page

    @app.exception_handler(AnyHTTPException)
    async def told(request: Request, error: AnyHTTPException) -> Response:
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        wrong = tuple(_of_field(each) for each in error.errors()[:MOST_ERRORS])
        return _send(request, HTTPStatus.UNPROCESSABLE_ENTITY, _UNFIT, errors=wrong)

    @app.exception_handler(ConfigError)
    async def mistaken(request: Request, error: ConfigError) -> Response:
        words = Text("配置有误", "the configuration is wrong")
        refused = _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, words, "", error.problems, 0)
        return answer(request, refused)

    @app.exception_handler(TimeoutError)
    async def not_kept(request: Request, _: TimeoutError) -> Response:
        return _send(request, HTTPStatus.SERVICE_UNAVAILABLE, _NOT_KEPT, code="not-kept")

    @app.exception_handler(OSError)
    async def no_room(request: Request, error: OSError) -> Response:
        log.error("api.disk", path=request.url.path, fault=str(error))
        return _send(request, HTTPStatus.SERVICE_UNAVAILABLE, _NO_DISK, code="disk")

    @app.exception_handler(Exception)
    async def faulty(request: Request, error: Exception) -> Response:
        what, at = type(error).__name__, frames(error)
        log.error("api.fault", path=request.url.path, fault=what, at=at)
        return _send(request, HTTPStatus.INTERNAL_SERVER_ERROR, _FAULT)


def wants_page(request: Request) -> bool:
    """Whether a browser asks for something to look at, not a program for a document."""
    page = "text/html" in request.headers.get("accept", "")
    return page and not request.url.path.startswith("/api/")


def _send(  # noqa: PLR0913 - what a refusal can say
    request: Request,
    status: int,
    words: Text,
    *,
    code: str = "",
    errors: tuple[Wrong, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    view = ProblemView(
        type=f"urn:whistle:problem:{code}" if code else "about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=words.en if spoken(request) == "en" else words.zh,
        words=Words.of(words),
        instance=request.url.path,
        errors=errors,
    )
    page: PageOf | None = getattr(request.app.state, "page_of_problem", None)
    if page is not None and wants_page(request):
        return page(request, view)
    body = view.model_dump(mode="json", exclude_defaults=True)
    return _Document(body, status, dict(headers or {}), MEDIA_TYPE)


def _of_field(error: Mapping[str, Any]) -> Wrong:
    return Wrong(where=".".join(str(step) for step in error["loc"]), what=str(error["msg"]))


def of_file(each: Problem) -> Wrong:
    """A mistake in a file as a problem document tells it."""
    return Wrong(
        where=each.where,
        what=each.what.en,
        words=Words.of(each.what),
        remedy=Words.of(each.remedy),
        file=each.file,
        line=each.line,
        column=each.column,
    )


_UNFIT: Final = Text("请求与约定不符", "the request does not fit the contract")
_FAULT: Final = Text("网关内部错误，已记入日志", "a fault of the gateway, written into its log")
_NO_DISK: Final = Text(
    "磁盘不可用或已满，没有改动；检查磁盘后再试",
    "the disk cannot be used or is full, nothing was changed; look at the disk, try again",
)
_NOT_KEPT: Final = Text(
    "磁盘还没有收下，没有生效的保证；检查磁盘后再试",
    "the disk has not taken it yet, nothing is promised; look at the disk, try again",
)
_USUAL: Final[Mapping[HTTPStatus, Text]] = {
    HTTPStatus.NOT_FOUND: Text("没有这个地址", "there is nothing here"),
    HTTPStatus.METHOD_NOT_ALLOWED: Text("这个地址不能这样用", "this cannot be done here"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Text("请求太大", "the request is too large"),
}
