"""Alarms: seen, acknowledged, put aside, commented on, with all that happened to each."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from edge.access.roles import Principal
from edge.api.alarm_calls import AlarmCalls
from edge.api.alarm_past import comment, past_of
from edge.api.audited import speaking
from edge.api.documents import AlarmDetail, AlarmView, Comment, CommentView, Said, Shelve, view
from edge.api.house import House
from edge.api.paging import Page, Paged, page
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.sight import Sight
from edge.model import Alarm

Number = Annotated[int, Path(ge=1, lt=2**63)]


def alarm_routes(house: House) -> APIRouter:
    """The routes under `/alarms`."""
    routes = api_routes("/alarms", tag="alarms")

    @routes.get("")
    async def alarms(
        who: Annotated[Principal, may("look")], asked: Annotated[Paged, Query()]
    ) -> Page[AlarmView]:
        """Every alarm that is not over: active, not acknowledged, or its issue not closed.

        The most severe come first, then the oldest.
        """
        now, sight = house.now(), Sight(house.site, who)
        seen = [alarm for alarm in house.running.alarms.all.values() if sight.alarm(alarm)]
        cut = page(seen, _order, asked.cursor, asked.limit)
        return Page(items=tuple(view(each, house.site, now) for each in cut.items), next=cut.next)

    @routes.get("/{number}")
    async def alarm(number: Number, who: Annotated[Principal, may("look")]) -> AlarmDetail:
        """One alarm with all that happened to it; how it stands is missing when it is over."""
        return await past_of(house, who, number)

    _add_answers(routes, house)
    _add_refusable(routes, house)
    return routes


def _order(alarm: Alarm) -> str:
    return f"{9999 - alarm.raised.severity:04d}-{alarm.number:018d}"


def _add_answers(routes: APIRouter, house: House) -> None:
    calls = AlarmCalls(house)

    @routes.post("/{number}/acknowledge")
    async def acknowledge(
        number: Number, asked: Said, request: Request, who: Annotated[Principal, may("operate")]
    ) -> AlarmView:
        """Say that it was seen; whoever says so first is remembered."""
        who = speaking(who, asked.by)
        alarm = await calls.acknowledge(request, who, number, asked.comment)
        return view(alarm, house.site, house.now())

    @routes.post("/{number}/unshelve")
    async def unshelve(
        number: Number, asked: Said, request: Request, who: Annotated[Principal, may("operate")]
    ) -> AlarmView:
        """Take it back."""
        alarm = await calls.unshelve(request, speaking(who, asked.by), number)
        return view(alarm, house.site, house.now())

    @routes.post("/{number}/comment", status_code=HTTPStatus.CREATED)
    async def remark(
        number: Number, asked: Comment, request: Request, who: Annotated[Principal, may("operate")]
    ) -> CommentView:
        """Leave a word for whoever looks at it next."""
        alarm = calls.find(number, who)
        return await comment(house, request, speaking(who, asked.by), alarm, asked.comment)


def _add_refusable(routes: APIRouter, house: House) -> None:
    calls = AlarmCalls(house)

    @routes.post("/{number}/shelve")
    async def shelve(
        number: Number, asked: Shelve, request: Request, who: Annotated[Principal, may("operate")]
    ) -> AlarmView:
        """Put it aside for a while; it comes back by itself."""
        who = speaking(who, asked.by)
        alarm = await calls.shelve(request, who, number, asked.minutes, asked.reason)
        return view(alarm, house.site, house.now())

    @routes.post("/{number}/reset")
    async def reset(
        number: Number, asked: Said, request: Request, who: Annotated[Principal, may("operate")]
    ) -> AlarmView:
        """End a latched alarm whose condition is gone."""
        alarm = await calls.reset(request, speaking(who, asked.by), number)
        return view(alarm, house.site, house.now())
