"""Where a module of the API puts its routes: each is made once, with all that holds for it."""

from __future__ import annotations

import re
from typing import Final

from fastapi import APIRouter
from fastapi.routing import APIRoute

PREFIX: Final = "/api/v1"


def api_routes(
    prefix: str = "", *, tag: str = "", within: str = PREFIX, max_body_size: int | None = None
) -> APIRouter:
    """A place for routes under `/api/v1`, or `within` another; the application takes them as made.

    To *include* it would make every route a second time, with everything that it reads and answers.
    """
    return APIRouter(
        prefix=within + prefix,
        tags=[tag] if tag else [],
        max_body_size=max_body_size,
        generate_unique_id_function=operation_of,
    )


def operation_of(route: APIRoute) -> str:
    """The name of an operation: its method and its path, such as `post_alarms_number_reset`."""
    method = min(route.methods or {""}).lower()
    path = route.path_format.removeprefix(f"{PREFIX}/")
    return re.sub(r"[^a-z0-9]+", "_", f"{method}_{path}").strip("_")
