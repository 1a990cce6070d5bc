"""Finding what could be a device of the site: strangers, units on a line, cameras."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import StreamingResponse

from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.discovery_documents import (
    CameraView,
    StrangerView,
    Survey,
    TriedLinkView,
    TryLink,
    TrySurvey,
)
from edge.api.event_stream import RESPONSES, EventStream
from edge.api.house import House
from edge.api.link_documents import FrameView
from edge.api.link_routes import find_link
from edge.api.paging import Page
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.surveying import listened, surveyed
from edge.api.watched import while_served
from edge.config import OWN_PROFILES
from edge.discovery import cameras, catalogue, strangers
from edge.discovery.try_link import link_of, opened
from edge.driver import Driver, Link
from edge.errors import LinkDown
from edge.keeper import Keeper
from edge.profiles import Profiles, shipped

MOST_FRAMES: Final = 50
"""Of what was heard on a link that is tried; the first ones say who speaks."""


class _Turn:
    """One look around at a time: a line, and the network, are not asked twice at once."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Have the turn; a problem while another has it."""
        if self._lock.locked():
            raise problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                "正在进行另一次查找，稍后再试",
                "somebody looks around already, try again in a moment",
                code="busy",
                retry=10,
            )
        async with self._lock:
            yield


def discovery_routes(house: House) -> APIRouter:
    """The routes under `/discovery`, and those of a link that look for strangers."""
    routes = api_routes(tag="discovery")
    _add_of_link(routes, house)
    turn = _Turn()
    _add_try(routes, house, turn)
    _add_survey(routes, house, turn)
    return routes


def _add_of_link(routes: APIRouter, house: House) -> None:
    @routes.get("/links/{name}/strangers")
    async def heard(name: str, _: Annotated[Principal, may("configure")]) -> Page[StrangerView]:
        """Who has spoken on a link and is no device of the site, who spoke last first."""
        keeper = find_link(house, name)
        found = await asyncio.to_thread(_strangers, house, keeper)
        return Page(items=tuple(found))

    @routes.post("/links/{name}/survey", response_class=StreamingResponse, responses=RESPONSES)
    async def survey(
        name: str,
        asked: Survey,
        request: Request,
        who: Annotated[Principal, may("configure")],
    ) -> EventStream:
        """Look around on a Modbus line beside its polling; events tell what is found, then `end`.

        `progress` is {done, total}; `unit`, `registers`, `unreadable` are what was found, `stopped`
        says why it ended before its time. Nothing is ever written.
        """
        driver = find_link(house, name).driver
        detail = {key: str(value) for key, value in asked.model_dump().items()}
        await note(request, who, "link.surveyed", name, outcome="asked", detail=detail)
        async with while_served(request.app):
            return await surveyed(driver, asked, AsyncExitStack())


def _add_try(routes: APIRouter, house: House, turn: _Turn) -> None:
    @routes.post("/discovery/try")
    async def listen(
        asked: TryLink, request: Request, who: Annotated[Principal, may("configure")]
    ) -> TriedLinkView:
        """Open a link that the site file does not have yet, and say who speaks there."""
        await note(request, who, "link.tried", outcome="asked")
        keeper = await asyncio.to_thread(_keeper, house, asked.section)
        async with turn.taken(), while_served(request.app), AsyncExitStack() as stack:
            driver = await _opened(house, keeper, stack)
            try:
                await listened(driver, asked.seconds)
            except (LinkDown, OSError) as error:
                if not keeper.trace.strangers.all():  # who has spoken by then has spoken
                    raise _down(error) from None
        return TriedLinkView(
            strangers=tuple(await asyncio.to_thread(_strangers, house, keeper)),
            frames=tuple(FrameView.of(each, ()) for each in keeper.trace.frames()[:MOST_FRAMES]),
        )

    @routes.get("/discovery/cameras")
    async def looked(
        request: Request, _: Annotated[Principal, may("configure")]
    ) -> Page[CameraView]:
        """Which cameras answer on the networks of this machine; takes three seconds."""
        async with turn.taken(), while_served(request.app):
            found = await cameras()
        return Page(items=tuple(CameraView.of(each) for each in found))


def _add_survey(routes: APIRouter, house: House, turn: _Turn) -> None:
    @routes.post("/discovery/survey", response_class=StreamingResponse, responses=RESPONSES)
    async def survey(
        asked: TrySurvey, request: Request, who: Annotated[Principal, may("configure")]
    ) -> EventStream:
        """Look around on a Modbus line that the site file does not have yet."""
        detail = {key: str(value) for key, value in asked.survey.model_dump().items()}
        await note(request, who, "link.tried", outcome="asked", detail=detail)
        async with while_served(request.app), AsyncExitStack() as stack:
            await stack.enter_async_context(turn.taken())
            keeper = await asyncio.to_thread(_keeper, house, asked.section)
            driver = await _opened(house, keeper, stack)
            inner = AsyncExitStack()
            answer = await surveyed(driver, asked.survey, inner)
            await inner.enter_async_context(stack.pop_all())
            return answer


def _strangers(house: House, keeper: Keeper) -> list[StrangerView]:
    """Who has spoken, with the profiles that suit them; reads all profiles."""
    known = catalogue(Profiles(house.versions.folder / OWN_PROFILES, shipped()))
    return [StrangerView.of(each) for each in strangers([keeper], known)]


def _keeper(house: House, section: Mapping[str, Any]) -> Keeper:
    """What keeps the trace of a link that is tried; it is never run."""

    async def nobody(_: object) -> None:
        return None

    link = link_of(section, house.versions.folder, running=_links(house))
    return Keeper(link, nobody, nobody, house.now)


async def _opened(house: House, keeper: Keeper, stack: AsyncExitStack) -> Driver:
    """Open it until the stack is closed; a problem when it does not open in time."""
    try:
        return await stack.enter_async_context(opened(keeper.link, house.now, keeper.trace))
    except (LinkDown, OSError) as error:
        raise _down(error) from None


def _down(error: LinkDown | OSError) -> HTTPException:
    return problem(
        HTTPStatus.CONFLICT,
        f"链路打不开：{error}",
        f"the link does not open: {error}",
        code="link-down",
    )


def _links(house: House) -> tuple[Link, ...]:
    current = house.current()
    return current.configuration.links if current else ()
