"""Where a change is looked at, applied, and followed until it has ended; for all pages alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.house import House
from edge.api.ui.change.course import Course, Watched, course, watched
from edge.api.ui.change.proposing import Proposed, compare, propose
from edge.api.ui.change.typed import Change
from edge.api.ui.language import safe_path
from edge.api.ui.screen import Screen
from edge.errors import ConfigError
from edge.model import Text
from edge.versions import Unfit
from edge.versions.applying import Conflict, Watch

WHAT: Final = "configuration.applied"
LONGEST_WHY: Final = 500


class Desk:
    """Shows what a change does, lets it be applied, and shows what has become of it."""

    def __init__(self, house: House, screen: Screen) -> None:
        self._house = house
        self._screen = screen

    async def review(  # noqa: PLR0913 - what is shown
        self,
        request: Request,
        who: Principal,
        change: Change,
        proposed: Proposed,
        *,
        refused: Text | None = None,
        text: str = "",
        watch: Watch = "links",
    ) -> Response:
        """Show what differs and what follows, with the button that applies it."""
        status = HTTPStatus.OK
        if refused is not None or proposed.problems:
            status = HTTPStatus.CONFLICT if refused else HTTPStatus.UNPROCESSABLE_ENTITY
        return await self._screen.page(
            request,
            who,
            "review.html",
            status=status,
            change=replace(change, back=safe_path(change.back)),
            proposed=proposed,
            refused=refused,
            text=text,
            watch=watch,
        )

    async def reviewed(
        self, request: Request, who: Principal, change: Change, proposed: Proposed, *, base: str
    ) -> Response:
        """As `review`; but where somebody was faster, what both have made of `base`."""
        if proposed.present.etag != base:
            return await self._apart(request, who, change, base, "", "links")
        return await self.review(request, who, change, proposed)

    async def apply(  # noqa: PLR0913 - who changes what, on what ground
        self,
        request: Request,
        who: Principal,
        change: Change,
        *,
        base: str,
        text: str,
        watch: Watch,
    ) -> Response:
        """Begin with it, and lead to where it can be followed; or say why not, with all kept."""
        language = self._screen.language(request)
        present = await asyncio.to_thread(self._house.versions.read)
        if present.etag != base:
            return await self._apart(request, who, change, base, text, watch)
        detail = {"base": base, "note": text, "watch": watch}
        await note(request, who, WHAT, change.device, outcome="asked", detail=detail)
        try:
            version = await self._house.applying.apply(
                await asyncio.to_thread(change.on, present),
                base=base,
                by=who.name,
                note=text,
                watch=watch,
                language=language,
            )
        except (Conflict, Unfit, ConfigError) as error:
            detail = {"why": str(error)[:LONGEST_WHY]}
            await note(request, who, WHAT, change.device, outcome="refused", detail=detail)
            proposed = await propose(self._house, change, language)
            if isinstance(error, ConfigError):
                proposed = replace(proposed, configuration=None, problems=error.problems)
                return await self.review(request, who, change, proposed, text=text, watch=watch)
            return await self.review(
                request, who, change, proposed, refused=error.words, text=text, watch=watch
            )
        return self._screen.go(request, trial_path(version.number, change))

    async def follow(self, number: int, device: str) -> Course:
        """How a change goes, or went."""
        history = await asyncio.to_thread(self._house.versions.history)
        version = next((each for each in history if each.number == number), None)
        trial = self._house.applying.trial
        return course(number, trial, version, self._house.now(), self._watched(device))

    def _watched(self, name: str) -> Watched | None:
        running = self._house.current()
        device = running.configuration.site.devices.get(name) if running else None
        if running is None or device is None:
            return None
        return watched(device, running.state.links, running.state.readings)

    async def _apart(  # noqa: PLR0913, PLR0917 - as `apply`
        self,
        request: Request,
        who: Principal,
        change: Change,
        base: str,
        text: str,
        watch: Watch,
    ) -> Response:
        """Somebody was faster: show what both have made of it; nothing of either is lost."""
        apart = await compare(self._house, change, base)
        return await self._screen.page(
            request,
            who,
            "conflict.html",
            status=HTTPStatus.CONFLICT,
            change=replace(change, back=safe_path(change.back)),
            apart=apart,
            text=text,
            watch=watch,
        )


def trial_path(number: int, change: Change) -> str:
    """Where a change is followed; the way back leads to where it was typed."""
    asked = {"version": str(number), "back": change.back}
    if change.device:
        asked["device"] = change.device
    return f"/configuration/trial?{urlencode(asked)}"
