"""The description of the API, for programs: what can be asked, and what is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from edge.access.roles import Principal
from edge.api.problems import MEDIA_TYPE, ProblemView
from edge.api.routes import api_routes
from edge.api.security import Declared, may

SCHEMES: Final[Mapping[str, Mapping[str, str]]] = {
    "token": {"type": "http", "scheme": "bearer", "description": "For programs."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-whistle",
        "description": "Set by POST /api/v1/login; what changes anything needs X-CSRF-Token too.",
    },
}
"""How one is known; on the local socket the operating system says who asks."""

ABOUT: Final = (
    "What a technician can see and do at one gateway. Everything but the login and the probes"
    " needs a session or a token; `x-permission` says which permission. Errors are problem"
    " documents (RFC 9457) with words in Chinese and English."
)

PROBLEMS: Final[Mapping[str, str]] = {
    "4XX": "Refused: `words` say why, and what would be right.",
    "5XX": "Not possible now: the disk, or the site file, has to be looked at.",
}


def description_routes(app: FastAPI) -> APIRouter:
    """The route `/openapi.json`, at which the application describes itself once it is complete."""
    routes = api_routes()

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign] # as FastAPI has it done

    @routes.get("/openapi.json", include_in_schema=False)
    async def openapi(_: Annotated[Principal, may("look")]) -> JSONResponse:
        return JSONResponse(await asyncio.to_thread(described))

    return routes


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
    parts = schema.setdefault("components", {})
    parts["securitySchemes"] = dict(SCHEMES)
    shape = ProblemView.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = parts.setdefault("schemas", {})
    schemas |= shape.pop("$defs", {})
    schemas["ProblemView"] = shape
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    declared: tuple[Declared, ...] = app.state.declared
    who = {(each.path, method.lower()): each.who for each in declared for method in each.methods}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            permission = who[path, method]
            if permission != "everybody":
                operation["security"] = [{name: []} for name in SCHEMES]
                operation["x-permission"] = permission
            _tell_problems(operation["responses"])
            for parameter in operation.get("parameters", ()):
                if parameter["name"] == "if-match":  # without it the answer is 428, and no 422
                    parameter["required"] = True
    return schema


def _tell_problems(responses: dict[str, Any]) -> None:
    """Every answer that is none says so in the same way."""
    responses.pop(str(HTTPStatus.UNPROCESSABLE_ENTITY.value), None)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemView"}}}
    for status, words in PROBLEMS.items():
        responses.setdefault(status, {"description": words, "content": content})
