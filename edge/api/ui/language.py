"""Which language a browser is spoken to in, and where it may be led."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response

from edge.api.words import Language

LANGUAGE_COOKIE: Final = "lang"
THEME_COOKIE: Final = "theme"
KEPT_FOR_S: Final = 400 * 24 * 3600
"""Of a cookie that holds a choice; browsers keep none longer."""


def language_of(request: Request, site: Language) -> Language:
    """What the person chose, else what the browser prefers, else the site's own."""
    match request.cookies.get(LANGUAGE_COOKIE):
        case "zh" | "en" as chosen:
            return chosen
        case _:
            return preferred(request.headers.get("Accept-Language", "")) or site


def preferred(header: str) -> Language | None:
    """The first of the two languages that a browser names; it names the preferred ones first."""
    for part in header.split(","):
        match part.strip().lower()[:2]:
            case "zh" | "en" as named:
                return named
            case _:
                continue
    return None


def safe_path(wanted: str) -> str:
    """A path on this gateway; whatever leads elsewhere leads to the first page."""
    try:
        parts = urlsplit(wanted)
    except ValueError:  # what is no address at all
        return "/"
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    inside = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if inside and path.isprintable() else "/"


def theme_of(request: Request) -> str:
    """`light` or `dark` where the person chose; empty leaves it to the browser."""
    match request.cookies.get(THEME_COOKIE):
        case "light" | "dark" as chosen:
            return chosen
        case _:
            return ""


def keep_choice(request: Request, answer: Response, name: str, choice: str) -> None:
    """Let the browser remember a choice."""
    secure = request.url.scheme == "https"
    answer.set_cookie(name, choice, KEPT_FOR_S, secure=secure, httponly=True, samesite="lax")
