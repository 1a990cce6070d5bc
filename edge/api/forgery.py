"""That a request was meant by whoever is logged in, not made up by a page of somebody else."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Final

from fastapi import Request

from edge.access.accounts import csrf_of
from edge.access.roles import Principal
from edge.api.problems import problem

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""

HEADER: Final = "x-csrf-token"
FIELD: Final = "csrf"

FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")

OURS: Final = frozenset({"same-origin", "none"})
"""What a browser says of a request that a page of ours, or its user, has made."""


async def check_csrf(request: Request, who: Principal) -> None:
    """Refuse what a session's cookie alone would do: it must carry the session's token too.

    A browser sends the cookie along with whatever a page asks for. `SameSite=Strict` keeps it to
    pages of this origin; this is the second lock. A name that is made to point at the gateway
    (DNS rebinding) is an origin of its own: it gets no cookie, and the certificate is not for it.
    """
    if request.method in SAFE or who.door != "session":
        return
    check_origin(request)
    secret: str = getattr(request.state, "secret", "")
    said = request.headers.get(HEADER, "")
    if not said and request.headers.get("content-type", "").startswith(FORMS):
        field = (await request.form()).get(FIELD, "")
        said = field if isinstance(field, str) else ""
    if not secret or not hmac.compare_digest(said.encode(), csrf_of(secret).encode()):
        raise _forged()


def check_origin(request: Request) -> None:
    """Refuse what changes something and says that it comes from a page of another site."""
    if request.method in SAFE:
        return
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    ours = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if (origin is not None and origin != ours) or (site is not None and site not in OURS):
        raise _forged()


def _forged() -> Exception:
    return problem(
        HTTPStatus.FORBIDDEN,
        "请求不是从本网关的页面发出的，或页面已过期；请刷新后再试",
        "not sent by a page of this gateway, or the page is too old; load it again",
        code="forged",
    )
