"""What a browser is answered: whole pages, parts of pages, and what went wrong, in words."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, Template

from edge.access.accounts import csrf_of
from edge.access.roles import Principal
from edge.api.giving_way import GivingWay
from edge.api.house import House
from edge.api.problems import ProblemView
from edge.api.slices import in_slices
from edge.api.ui import navigation
from edge.api.ui.compiled import load_all
from edge.api.ui.environment import environment
from edge.api.ui.header import Header, header_of
from edge.api.ui.language import language_of, theme_of
from edge.api.ui.wording import say
from edge.api.words import Language
from edge.model import Text

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")

VARIES: Final = {"Vary": "Accept-Encoding, Accept-Language, Cookie, HX-Request, HX-Target"}

PUSHED: Final = ("trouble.html", "standing.html", "now.html", "now_picture.html")

WORTH_IT: Final = 2_000
"""Bytes of a page from which on it is compressed; a piece of one is sent as it is."""

PAGE_SLICE_S: Final = 0.002
"""Somebody waits for a page, and pages are opened now and then only."""

SQUEEZED: Final = 5
"""How hard: twice as hard takes three times as long and saves a twentieth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around every page, as templates know it: `frame`."""

    who: Principal | None
    csrf: str
    theme: str
    path: str
    here: str
    site: Text | None
    repairing: bool
    header: Header | None
    version: str
    places: tuple[navigation.Place, ...]


class Screen:
    """Renders for one house; a page module gets it beside the house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._give_way = GivingWay(house)
        self._spoken: Mapping[Language, Environment] = {
            language: environment(language, house) for language in LANGUAGES
        }
        self._compiled: set[tuple[Language, str]] = set()
        for language in LANGUAGES:  # what may be wanted inside the event loop: problems, pushes
            load_all(self._spoken[language], PUSHED)

    def language(self, request: Request) -> Language:
        """What this browser is spoken to in."""
        running = self._house.current()
        return language_of(request, running.configuration.site.language if running else "zh")

    def say(self, request: Request, text: Text) -> str:
        """The words in the browser's language."""
        return say(text, self.language(request))

    async def page(
        self,
        request: Request,
        who: Principal | None,
        template: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        **shown: object,
    ) -> HTMLResponse:
        """Answer with a page; where htmx wants one block of it, with this block alone.

        That is so when the id of htmx's target is the name of a block (`-` counts as `_`).
        """
        found = await self._template(self.language(request), template)
        block, running = _wanted(request, found), self._house.current()
        above = await header_of(running, who) if running and who and not block else None
        values = {"frame": self._frame(request, who, above), **shown}
        pieces = _block(found, block, values) if block else found.generate(values)
        return await _answer(request, await self.drawn(pieces), status)

    def part(self, language: Language, template: str, block: str, **shown: object) -> Iterator[str]:
        """One block of a template, in one language, piece by piece: what is pushed."""
        return _block(self._spoken[language].get_template(template), block, shown)

    async def drawn(self, pieces: Iterable[str]) -> str:
        """All of them, drawn in slices: an alarm on its way is given way in between."""
        drawn: list[str] = []
        for _ in in_slices(pieces, drawn, PAGE_SLICE_S):
            await self._give_way()
        return "".join(drawn)

    def go(self, request: Request, path: str, said: Text | None = None) -> Response:
        """Lead on after a form was taken; `said` is shown for a moment."""
        if not request.headers.get("HX-Request"):
            return RedirectResponse(path, HTTPStatus.SEE_OTHER)
        headers = {"HX-Redirect": path}
        if said is not None:
            headers["HX-Trigger"] = json.dumps({"said": self.say(request, said)})
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)

    def said(self, request: Request, response: Response, text: Text) -> Response:
        """Let an answer to htmx also say, for a moment, that it was done."""
        response.headers["HX-Trigger"] = json.dumps({"said": self.say(request, text)})
        return response

    def trouble(self, request: Request, view: ProblemView) -> Response:
        """Answer with what is wrong: a box where htmx asked, a page otherwise."""
        language = self.language(request)
        template = self._spoken[language].get_template("trouble.html")
        if request.headers.get("HX-Request"):
            body = "".join(_block(template, "box", {"problem": view}))
            return HTMLResponse(body, view.status, headers={**VARIES, "X-Problem": "1"})
        who: Principal | None = getattr(request.state, "principal", None)
        values = {"frame": self._frame(request, who, None), "problem": view}
        return HTMLResponse(template.render(values), view.status, headers=dict(VARIES))

    async def _template(self, language: Language, name: str) -> Template:
        """Return it; compiled in a thread, as that takes longer than an alarm should wait."""
        environment = self._spoken[language]
        if (language, name) not in self._compiled:
            await asyncio.to_thread(load_all, environment, [name])
            self._compiled.add((language, name))
        return environment.get_template(name)

    def _frame(self, request: Request, who: Principal | None, above: Header | None) -> Frame:
        running = self._house.current()
        secret: str = getattr(request.state, "secret", "")
        return Frame(
            who=who,
            csrf=csrf_of(secret) if secret and who else "",
            theme=theme_of(request),
            path=request.url.path,
            here=_here(request),
            site=running.configuration.site.name if running else None,
            repairing=running is None,
            header=above,
            version=self._house.version,
            places=tuple(navigation.places(who)) if who else (),
        )


async def _answer(request: Request, page: str, status: HTTPStatus) -> HTMLResponse:
    """Send it, compressed where the browser takes that.

    A page holds a secret, the form token; its length cannot tell it to another site, as that gets
    no page with it: the session's cookie does not come along with what another site asks for.
    """
    body, headers = page.encode(), dict(VARIES)
    if len(body) >= WORTH_IT and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = await asyncio.to_thread(gzip.compress, body, SQUEEZED)
        headers["Content-Encoding"] = "gzip"
    return HTMLResponse(body, status, headers)


def _here(request: Request) -> str:
    """The page with what was asked of it."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _wanted(request: Request, template: Template) -> str | None:
    headers = request.headers
    if not headers.get("HX-Request") or headers.get("HX-History-Restore-Request"):
        return None
    name = headers.get("HX-Target", "").replace("-", "_")
    return name if name in template.blocks else None


def _block(template: Template, block: str, shown: Mapping[str, object]) -> Iterator[str]:
    return template.blocks[block](template.new_context(dict(shown)))
