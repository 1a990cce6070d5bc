"""Language and appearance: what a person chooses is kept in the browser."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from edge.api.security import for_everybody
from edge.api.ui.language import LANGUAGE_COOKIE, THEME_COOKIE, keep_choice, safe_path
from edge.api.words import Language


def preference_routes() -> APIRouter:
    """Whoever is at the door may choose, before logging in too."""
    routes = APIRouter(include_in_schema=False, dependencies=[for_everybody()])

    @routes.post("/preferences")
    async def choose(
        request: Request,
        after: Annotated[str, Form(alias="next")] = "/",
        language: Annotated[Language | None, Form()] = None,
        theme: Annotated[Literal["auto", "light", "dark"] | None, Form()] = None,
    ) -> Response:
        """Remember the choice, and show the same page in it."""
        answer = RedirectResponse(safe_path(after), HTTPStatus.SEE_OTHER)
        if language is not None:
            keep_choice(request, answer, LANGUAGE_COOKIE, language)
        if theme is not None:
            keep_choice(request, answer, THEME_COOKIE, theme)
        return answer

    return routes
