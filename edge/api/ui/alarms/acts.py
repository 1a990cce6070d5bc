"""What somebody does about an alarm from a page, with a button in a list or a form on its page."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Final, Literal, TypeAlias

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.alarm_calls import AlarmCalls
from edge.api.alarm_past import comment
from edge.api.house import House
from edge.api.security import may
from edge.api.ui.screen import Screen
from edge.model import Text

Number: TypeAlias = Annotated[int, Path(ge=1, lt=2**63)]
Words: TypeAlias = Annotated[str, Form(max_length=500)]
Reason: TypeAlias = Annotated[str, Form(min_length=1, max_length=500)]
Operator: TypeAlias = Annotated[Principal, may("operate")]
From: TypeAlias = Annotated[Literal["list", "page"], Form(alias="from")]
"""Where it was done: a list goes on by itself, a page is shown anew."""

SEEN: Final = Text("已确认", "Acknowledged")
SHELVED: Final = Text("已搁置", "Shelved")
BACK: Final = Text("已取消搁置", "No longer shelved")
RESET: Final = Text("已复位", "Reset")
NOTED: Final = Text("已记下", "Noted")


def add_acts(routes: APIRouter, house: House, screen: Screen) -> None:
    """Add the routes that change something."""
    calls = AlarmCalls(house)
    _add_answers(routes, calls, screen)
    _add_shelf(routes, calls, screen)

    @routes.post("/alarms/{number}/comment")
    async def remark(number: Number, request: Request, who: Operator, words: Reason) -> Response:
        """Leave a word for whoever looks at it next."""
        await comment(house, request, who, calls.find(number, who), words)
        return _done(screen, request, number, NOTED)


def _add_answers(routes: APIRouter, calls: AlarmCalls, screen: Screen) -> None:
    @routes.post("/alarms/{number}/acknowledge")
    async def acknowledge(
        number: Number, request: Request, who: Operator, words: Words = "", source: From = "list"
    ) -> Response:
        """Say that it was seen."""
        await calls.acknowledge(request, who, number, words)
        return _done(screen, request, number, SEEN, source)

    @routes.post("/alarms/{number}/reset")
    async def reset(
        number: Number, request: Request, who: Operator, source: From = "list"
    ) -> Response:
        """End a latched alarm whose condition is gone."""
        await calls.reset(request, who, number)
        return _done(screen, request, number, RESET, source)


def _add_shelf(routes: APIRouter, calls: AlarmCalls, screen: Screen) -> None:
    @routes.post("/alarms/{number}/shelve")
    async def shelve(
        number: Number,
        request: Request,
        who: Operator,
        minutes: Annotated[int, Form(ge=1, le=7 * 24 * 60)],
        reason: Reason,
    ) -> Response:
        """Put it aside for a while."""
        await calls.shelve(request, who, number, minutes, reason)
        return _done(screen, request, number, SHELVED)

    @routes.post("/alarms/{number}/unshelve")
    async def unshelve(number: Number, request: Request, who: Operator) -> Response:
        """Take it back."""
        await calls.unshelve(request, who, number)
        return _done(screen, request, number, BACK)


def _done(
    screen: Screen, request: Request, number: int, said: Text, source: str = "page"
) -> Response:
    if source == "page" or not request.headers.get("HX-Request"):
        return screen.go(request, f"/alarms/{number}", said)
    events = {"said": screen.say(request, said), "alarms-changed": ""}
    headers = {"HX-Trigger": json.dumps(events)}
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
