"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as AnyHTTPException

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20
"""Of one request; more nobody reads."""


def problem(status: HTTPStatus, zh: str, en: str) -> HTTPException:
    """What a route raises: the words say what would be right."""
    return HTTPException(status, {"zh": zh, "en": en})


def add_problems(app: FastAPI) -> None:
    """Let every error of the application be told as a problem document."""

    @app.exception_handler(AnyHTTPException)
    async def told(_: Request, error: AnyHTTPException) -> Response:
        detail = error.detail if isinstance(error.detail, Mapping) else {"en": str(error.detail)}
        return _document(HTTPStatus(error.status_code), detail)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        wrong = [
            {"where": ".".join(str(step) for step in each["loc"]), "what": each["msg"]}
            for each in error.errors()[:MOST_ERRORS]
        ]
        words = {"zh": "请求与约定不符", "en": "the request does not fit the contract"}
        return _document(HTTPStatus.UNPROCESSABLE_ENTITY, words, wrong)

    @app.exception_handler(TimeoutError)
    async def not_kept(_: Request, __: TimeoutError) -> Response:
        words = {
            "zh": "磁盘还没有收下，没有生效的保证；检查磁盘后再试",
            "en": "the disk has not taken it yet, nothing is promised; look at the disk, try again",
        }
        return _document(HTTPStatus.SERVICE_UNAVAILABLE, words)


def _document(
    status: HTTPStatus, detail: Mapping[str, str], errors: list[dict[str, str]] | None = None
) -> JSONResponse:
    body: dict[str, object] = {"title": status.phrase, "status": status.value, "detail": detail}
    if errors:
        body["errors"] = errors
    return JSONResponse(body, status.value, media_type=MEDIA_TYPE)
