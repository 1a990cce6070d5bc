"""Adding a device that no profile fits: its registers, the values in them, and a new profile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.house import House
from edge.api.limits import LARGE_BODY
from edge.api.security import may
from edge.api.ui.add.carried import pack, pack_points, unpack, unpack_points
from edge.api.ui.add.draft import Draft, made
from edge.api.ui.add.lines import NotOpen, Why, lost, modbus, opened
from edge.api.ui.add.points import (
    WORDS,
    Register,
    Typed,
    candidates,
    of_bits,
    order_letters,
    recognised,
    registers,
)
from edge.api.ui.add.wish import Wish
from edge.api.ui.device.condition import KINDS
from edge.api.ui.screen import Screen
from edge.api.words import Language
from edge.discovery import (
    Interpretation,
    ModbusSurvey,
    RegistersFound,
    Stopped,
    SurveyRefused,
    Unreadable,
)
from edge.errors import LinkDown
from edge.model import Text
from edge.versions.profile_draft import DraftPoint

WITHIN_S: Final = 25.0
"""How long a person waits for the registers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsView:
    """What the step shows; `why` is what did not go, `wrong` what was filled in wrongly."""

    typed: Typed
    path: str
    registers: Sequence[Register] = ()
    picked: Sequence[Interpretation] = ()
    points: Sequence[DraftPoint] = ()
    unreadable: Sequence[Unreadable] = ()
    why: Why | None = None
    wrong: Text | None = None


def add_point_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/add/points`."""
    routes = APIRouter(include_in_schema=False, max_body_size=LARGE_BODY)

    @routes.get("/add/points")
    async def begin(
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
    ) -> Response:
        """Which registers to look at."""
        view = PointsView(typed=Typed(), path=wish.path("points"))
        return await _shown(request, who, screen, wish, view)

    @routes.post("/add/points")
    async def look(
        request: Request,
        who: Annotated[Principal, may("configure")],
        wish: Annotated[Wish, Query()],
        typed: Annotated[Typed, Form()],
    ) -> Response:
        """Read them, recognise one, or make the profile of what was recognised."""
        view = _picked(PointsView(typed=typed, path=wish.path("points")))
        if typed.do == "read":
            await note(request, who, "link.surveyed", wish.link, outcome="asked")
            view = await _read(house, wish, screen.language(request), view)
        elif typed.do == "add":
            view = _added(view)
        elif typed.do == "make":
            found = await _made(house, view, who.name, screen.language(request))
            if isinstance(found, Draft):
                further = wish.but(profile=found.profile)
                return await screen.page(request, who, "add_made.html", wish=further, draft=found)
            view = replace(view, wrong=found)
        return await _shown(request, who, screen, wish, _filled(view))

    return routes


async def _shown(
    request: Request, who: Principal, screen: Screen, wish: Wish, view: PointsView
) -> Response:
    return await screen.page(
        request,
        who,
        "add_points.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if view.wrong else HTTPStatus.OK,
        wish=wish,
        view=view,
        words=WORDS,
        letters=order_letters,
        kinds=KINDS,
        bits=of_bits(view.typed.table),
    )


def _picked(view: PointsView) -> PointsView:
    """With what was recognised, less what was dropped; and what was asked about."""
    typed = view.typed
    view = replace(view, points=unpack_points(typed.points))
    if typed.drop >= 0:
        return _with(view, [each for n, each in enumerate(view.points) if n != typed.drop])
    if typed.pick >= 0:
        asked = typed.model_copy(update={"at": typed.pick, "choice": ""})
        return replace(view, typed=asked)
    return view


async def _read(house: House, wish: Wish, language: Language, view: PointsView) -> PointsView:
    """Read the range; what was read before is kept beside it, to see what moves."""
    typed, found, closed = view.typed, dict[int, int](), list[Unreadable]()
    why: Why | None = None
    try:
        async with asyncio.timeout(WITHIN_S), opened(house, wish, language) as driver:
            survey = ModbusSurvey(modbus(driver))
            steps = survey.registers(wish.modbus_unit, typed.table, typed.first, typed.count)
            try:
                async for step in steps:
                    match step:
                        case RegistersFound():
                            found.update(enumerate(step.values, step.first))
                        case Unreadable():
                            _close(closed, step)
                        case Stopped():
                            why = Why(step.why)
            finally:
                await steps.aclose()
    except TimeoutError:
        why = Why(Text("时间到；缩小范围再读", "it took too long; read a smaller range"))
    except NotOpen as refused:
        why = refused.why
    except SurveyRefused as refused:
        why = Why(refused.what)
    except (LinkDown, OSError) as error:
        why = lost(error)
    typed = typed.model_copy(update={"before": typed.sample, "sample": pack(found), "at": -1})
    return replace(view, typed=typed, unreadable=closed, why=why)


def _close(closed: list[Unreadable], step: Unreadable) -> None:
    """Ranges that follow each other and have the same reason are told as one."""
    last = closed[-1] if closed else None
    if last is not None and last.first + last.count == step.first and last.why == step.why:
        closed[-1] = replace(last, count=last.count + step.count)
    else:
        closed.append(step)


def _added(view: PointsView) -> PointsView:
    point = recognised(view.typed, view.points)
    if isinstance(point, Text):
        return replace(view, wrong=point)
    return _with(view, (*view.points, point))


def _with(view: PointsView, points: Sequence[DraftPoint]) -> PointsView:
    cleared = {"points": pack_points(points), "at": -1, "zh": "", "en": "", "choice": "", "bit": ""}
    return replace(view, typed=view.typed.model_copy(update=cleared), points=points)


def _filled(view: PointsView) -> PointsView:
    """What the registers say, and every way to read the one that was picked."""
    typed = view.typed
    sample, before = unpack(typed.sample), unpack(typed.before)
    picked = () if typed.at < 0 or of_bits(typed.table) else candidates(sample, before, typed.at)
    return replace(view, registers=registers(typed.table, sample, before), picked=picked)


async def _made(house: House, view: PointsView, by: str, language: Language) -> Draft | Text:
    return await asyncio.to_thread(made, house.versions, view.typed, view.points, by, language)
