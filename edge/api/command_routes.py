"""Commands: a technician tells a device something, and sees what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

import msgspec
from fastapi import APIRouter, Header, Query, Request

from edge.access.roles import Principal
from edge.api.audited import note, speaking
from edge.api.command_documents import Order, Remote, ResultView
from edge.api.event_routes import seen
from edge.api.house import House
from edge.api.paging import Numbered, Page
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.sight import Sight
from edge.model import Command, EventLine, EventQuery

REUSED = "id.reused"
"""How a result begins whose id belongs to another command."""


class ResultsQuery(Numbered):
    """Which results, the latest first."""

    device: Annotated[str, Query(max_length=128)] = ""


def command_routes(house: House) -> APIRouter:
    """The routes under `/commands`."""
    routes = api_routes(tag="commands")

    @routes.post("/commands")
    async def run(
        asked: Order,
        request: Request,
        who: Annotated[Principal, may("operate")],
        idempotency_key: Annotated[
            str, Header(pattern=r"^[A-Za-z0-9._:-]{0,100}$", description="See id of the order.")
        ] = "",
    ) -> ResultView:
        """Run a command to its end; the gateway goes on with it when the caller leaves."""
        Sight(house.site, who).find(asked.device)
        who = speaking(who, asked.by)
        command = _command(asked, idempotency_key, who, house.now())
        detail = {"action": asked.action, "id": command.id, "args": _args(asked)}
        await note(request, who, "command.asked", asked.device, outcome="asked", detail=detail)
        result = await house.running.run(command)
        if idempotency_key and result.outcome == "rejected" and result.detail.startswith(REUSED):
            raise problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "这个 Idempotency-Key 已用于另一条命令",
                "this Idempotency-Key belongs to another command",
                code="key-reused",
            )
        return ResultView.of(result)

    _add_results(routes, house)
    _add_remote(routes, house)
    return routes


def _add_results(routes: APIRouter, house: House) -> None:
    @routes.get("/commands")
    async def results(
        who: Annotated[Principal, may("look")], asked: Annotated[ResultsQuery, Query()]
    ) -> Page[ResultView]:
        """What became of commands, the latest first, whoever asked for them."""
        query = EventQuery(
            limit=asked.limit, before=asked.before, kind="command.result", subject=asked.device
        )
        found, following = await seen(house.running.events, query, Sight(house.site, who))
        return Page(items=tuple(_result(each) for each in found), next=following)


def _add_remote(routes: APIRouter, house: House) -> None:
    @routes.get("/remote")
    async def remote(_: Annotated[Principal, may("look")]) -> Remote:
        """Whether commands from afar are carried out."""
        return Remote(position=house.running.remote())

    @routes.put("/remote")
    async def set_remote(
        asked: Remote, request: Request, who: Annotated[Principal, may("configure")]
    ) -> Remote:
        """Switch them off, or on again as far as the site file allows them."""
        await note(request, who, "remote.switched", asked.position)
        await house.running.set_remote(asked.position)
        return Remote(position=house.running.remote())


def _command(asked: Order, key: str, who: Principal, now: datetime) -> Command:
    if asked.id and key and asked.id != key:
        raise problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "id 与 Idempotency-Key 不同，只写一个",
            "id and Idempotency-Key differ; write one of them",
        )
    return Command(
        id=asked.id or key or f"local-{uuid4()}",
        device=asked.device,
        action=asked.action,
        args=asked.args,
        issuer="technician",
        issued_by=who.name,
        expires_at=now + timedelta(seconds=asked.seconds),
    )


def _args(asked: Order) -> str:
    return " ".join(f"{name}={value}" for name, value in sorted(asked.args.items()))[:500]


class _Command(msgspec.Struct, frozen=True):
    id: str
    action: str
    outcome: str
    detail: str = ""
    observed: str = ""
    issued_by: str = ""


class _Device(msgspec.Struct, frozen=True):
    id: str = ""


class _Data(msgspec.Struct, frozen=True):
    command: _Command
    device: _Device | None = None


class _Event(msgspec.Struct, frozen=True):
    data: _Data


def _result(line: EventLine) -> ResultView:
    told = msgspec.json.decode(line.body, type=_Event).data
    return ResultView.model_validate(
        {
            **msgspec.structs.asdict(told.command),
            "device": told.device.id if told.device else "",
            "at": line.at,
        }
    )
