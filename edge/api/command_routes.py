"""Commands: a technician tells a device something, and sees what became of it."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter

from edge.api.documents import Order, Remote, ResultView
from edge.api.house import House
from edge.model import Command


def command_routes(house: House) -> APIRouter:
    """The routes under `/commands`."""
    routes = APIRouter()

    @routes.post("/commands")
    async def run(asked: Order) -> ResultView:
        """Run a command to its end; the gateway goes on with it when the caller leaves."""
        result = await house.run(
            Command(
                id=asked.id,
                device=asked.device,
                action=asked.action,
                args=asked.args,
                issuer="technician",
                issued_by=asked.by,
                expires_at=house.now() + timedelta(seconds=asked.seconds),
            )
        )
        return ResultView(
            id=result.command,
            device=result.device,
            action=result.action,
            outcome=result.outcome,
            detail=result.detail,
            observed=result.observed,
            at=result.at,
        )

    @routes.get("/remote")
    async def remote() -> Remote:
        """Whether commands from afar are carried out."""
        return Remote(position=house.remote())

    @routes.put("/remote")
    async def set_remote(asked: Remote) -> Remote:
        """Switch them off, or on again as far as the site file allows them."""
        await house.set_remote(asked.position)
        return Remote(position=house.remote())

    return routes
