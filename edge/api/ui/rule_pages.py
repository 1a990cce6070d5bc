"""Rules: every one with its state; one with its reasons; writing one, and trying it."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.problems import problem
from edge.api.running import Running
from edge.api.security import may
from edge.api.ui.change.items import Written, written
from edge.api.ui.rule.listing import (
    Row,
    Whose,
    alarm_rows,
    built_in_rows,
    with_alarms,
    written_rows,
)
from edge.api.ui.rule.starts import KINDS, choices
from edge.api.ui.rule.view import RuleView, alarm_view, built_in_view, written_view
from edge.api.ui.screen import Screen
from edge.api.ui.wording import say
from edge.model import Text

ABOUTS: Final = {
    "threshold": Text(
        "例如：水位高于 80 %，持续 30 秒", "such as: a level above 80 % for half a minute"
    ),
    "two": Text("例如：漏电并且发热", "such as: it leaks, and it is hot"),
    "night": Text("例如：23:00 以后门还开着", "such as: a door that is open after 23:00"),
}


def rule_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/rules`, but for writing one."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/rules")
    async def rules(
        request: Request,
        who: Annotated[Principal, may("configure")],
        whose: Whose = "written",
        device: Annotated[str, Query(max_length=64)] = "",
    ) -> Response:
        """Every rule of one kind, and how each stands."""
        language, known = screen.language(request), _with_alarms(house.running)
        if whose == "alarm":
            device = device or (known[0][0] if known else "")
        return await screen.page(
            request,
            who,
            "rules.html",
            whose=whose,
            rows=_rows(house.running, whose, device),
            device=device,
            devices=[(name, f"{say(text, language)} ({name})") for name, text in known],
        )

    @routes.get("/rules/new")
    async def new(request: Request, who: Annotated[Principal, may("configure")]) -> Response:
        """Choose what a new rule begins with."""
        devices = house.site.devices.values()
        return await screen.page(
            request,
            who,
            "rule_new.html",
            kinds=KINDS,
            abouts=ABOUTS,
            choices=tuple(choices(devices)),
        )

    _add_views(routes, house, screen)
    return routes


def _add_views(routes: APIRouter, house: House, screen: Screen) -> None:
    async def shown(request: Request, who: Principal, view: RuleView | None) -> Response:
        if view is None:
            raise problem(HTTPStatus.NOT_FOUND, "没有这条规则", "no such rule")
        return await screen.page(request, who, "rule.html", rule=view)

    @routes.get("/rules/written/{name}")
    async def own(
        request: Request, name: str, who: Annotated[Principal, may("configure")]
    ) -> Response:
        """A rule of the site file."""
        own = await _written(house, "rules", name)
        return await shown(request, who, written_view(house.running, own, house.now(), name))

    @routes.get("/rules/built_in/{name}")
    async def in_code(
        request: Request, name: str, who: Annotated[Principal, may("configure")]
    ) -> Response:
        """A rule in code."""
        own = await _written(house, "watch", name)
        return await shown(request, who, built_in_view(house.running, own, house.now(), name))

    @routes.get("/rules/alarm/{device}/{name}")
    async def alarm(
        request: Request, device: str, name: str, who: Annotated[Principal, may("configure")]
    ) -> Response:
        """An alarm of a device."""
        own = await _written(house, "alarms", name)
        view = alarm_view(house.running, own, house.now(), device, name)
        return await shown(request, who, view)


def _with_alarms(running: Running) -> list[tuple[str, Text]]:
    return [(each.id, each.name) for each in with_alarms(running.configuration)]


def _rows(running: Running, whose: Whose, device: str) -> list[Row]:
    configuration, active = running.configuration, running.alarms.active
    match whose:
        case "written":
            return written_rows(configuration, running.engine, active)
        case "built_in":
            return built_in_rows(configuration, active)
        case "alarm":
            return alarm_rows(configuration, running.engine, active, device)


async def _written(house: House, section: str, key: str) -> Written | None:
    """How the site file has it; to read that takes half a second, in a thread."""
    return await asyncio.to_thread(lambda: written(house.versions.read(), section, key))
