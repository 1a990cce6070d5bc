"""What a technician does at a device: tells it something, or works on it while its alarms wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.documents import Minutes, Reason, Why
from edge.api.house import House
from edge.api.problems import problem
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.site_routes import MAINTENANCE
from edge.api.ui.device.actions import actions_of
from edge.api.ui.device.head import head_of
from edge.api.ui.device.outcome import Outcome, outcome_of
from edge.api.ui.screen import Screen
from edge.model import (
    Action,
    Command,
    Covers,
    Device,
    SuppressionBegan,
    SuppressionEnded,
    Text,
)

PATIENCE = timedelta(seconds=15)
"""How long a device may take; a gate answers within a second, a slow bus within five."""


def device_action_pages(house: House, screen: Screen) -> APIRouter:
    """The routes under `/devices` that do something."""
    routes = APIRouter(include_in_schema=False)
    _add_commands(routes, _Shown(house, screen))
    _add_maintenance(routes, house, screen)
    _add_its_end(routes, house, screen)
    return routes


class _Shown:
    """The page with what a device can be told, and with what came of it where it was told."""

    def __init__(self, house: House, screen: Screen) -> None:
        self.house = house
        self._screen = screen

    async def page(
        self, request: Request, who: Principal, device: Device, outcome: Outcome | None = None
    ) -> Response:
        """Answer with it; a form on it has an id that was never used."""
        running, now = self.house.running, self.house.now()
        return await self._screen.page(
            request,
            who,
            "device_actions.html",
            device=head_of(running, device),
            actions=actions_of(running, device, now),
            window=running.alarms.suppressions.windows.get(f"{MAINTENANCE}{device.id}"),
            outcome=outcome,
            fresh=f"page-{uuid4()}",
        )


def _add_commands(routes: APIRouter, shown: _Shown) -> None:
    house = shown.house

    @routes.get("/devices/{name}/actions")
    async def actions(
        name: str, request: Request, who: Annotated[Principal, may("look")]
    ) -> Response:
        """Show what it can be told, what that would do, and whether somebody works on it."""
        return await shown.page(request, who, Sight(house.site, who).find(name))

    @routes.post("/devices/{name}/commands")
    async def command(  # noqa: PLR0913, PLR0917 - what the form says
        name: str,
        request: Request,
        who: Annotated[Principal, may("operate")],
        action: Annotated[str, Form(max_length=128)],
        id_: Annotated[str, Form(alias="id", pattern=r"^page-[0-9a-f-]{36}$")],
        reason: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        """Tell it, wait for what comes of it, and show that; the gateway goes on if one leaves."""
        device = Sight(house.site, who).find(name)
        known = device.actions.get(action)
        if known is None:
            raise problem(HTTPStatus.NOT_FOUND, "设备没有这个动作", "the device cannot do that")
        typed = {key: str(value) for key, value in (await request.form()).items()}
        asked = Command(
            id=id_,
            device=device.id,
            action=action,
            args=_arguments(known, typed),
            issuer="technician",
            issued_by=who.name,
            expires_at=house.now() + PATIENCE,
        )
        told = {"action": action, "id": id_, "reason": reason, "args": _told(asked)}
        await note(request, who, "command.asked", device.id, outcome="asked", detail=told)
        result = await house.running.run(asked)
        return await shown.page(request, who, device, outcome_of(result, known))


def _add_maintenance(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.post("/devices/{name}/maintenance")
    async def begin(  # noqa: PLR0913, PLR0917 - what the form says
        name: str,
        request: Request,
        who: Annotated[Principal, may("operate")],
        minutes: Annotated[Minutes, Form()],
        reason: Annotated[Reason, Form()],
        why: Annotated[Why, Form()] = "maintenance",
    ) -> Response:
        """Let its alarms call nobody for a while; they are kept and marked all the same."""
        device, now = Sight(house.site, who).find(name), house.now()
        window = SuppressionBegan(
            id=f"{MAINTENANCE}{device.id}",
            why=why,
            covers=Covers(device=device.id),
            by=who.name,
            reason=reason,
            at=now,
            until=now + timedelta(minutes=minutes),
        )
        detail = {"why": window.why, "reason": reason, "minutes": str(minutes)}
        await note(request, who, window.kind, device.id, detail=detail)
        await house.tell(window)
        words = Text("维保已开始，到时自动结束", "Maintenance began; it ends by itself")
        return screen.go(request, f"/devices/{device.id}/actions", words)


def _add_its_end(routes: APIRouter, house: House, screen: Screen) -> None:
    @routes.post("/devices/{name}/maintenance/end")
    async def end(
        name: str, request: Request, who: Annotated[Principal, may("operate")]
    ) -> Response:
        """Let its alarms call again."""
        device = Sight(house.site, who).find(name)
        window = f"{MAINTENANCE}{device.id}"
        if window not in house.running.alarms.suppressions.windows:
            raise problem(HTTPStatus.CONFLICT, "这台设备不在维保中", "nobody works on this device")
        ended = SuppressionEnded(id=window, by=who.name, at=house.now())
        await note(request, who, ended.kind, device.id)
        await house.tell(ended)
        words = Text("维保已结束，报警恢复叫人", "Maintenance ended; its alarms call again")
        return screen.go(request, f"/devices/{device.id}/actions", words)


def _arguments(action: Action, typed: Mapping[str, str]) -> dict[str, int]:
    """The numbers that go with the action; a problem names the one that does not fit."""
    found: dict[str, int] = {}
    for each in action.arguments:
        text = typed.get(each.name, "").strip()
        if not text and not each.needed:
            continue
        number = int(text) if text.lstrip("-").isdecimal() and text.isascii() else None
        if number is None or not each.least <= number <= each.most:
            between = f"{each.least}–{each.most}"
            raise problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                f"{each.text.zh}：填 {between} 的整数",
                f"{each.text.en}: type a whole number, {between}",
            )
        found[each.name] = number
    return found


def _told(command: Command) -> str:
    return " ".join(f"{name}={value}" for name, value in command.args.items())
