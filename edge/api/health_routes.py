"""Whether the gateway lives, whether it works, and its numbers: for what watches it."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.metrics import MEDIA_TYPE, metrics_of, written
from edge.api.routes import api_routes
from edge.api.running import Running
from edge.api.security import for_everybody, may
from edge.api.sight import Sight
from edge.api.words import Document
from edge.driver import Report

TAKEN_WITHIN_S: Final = 2.0
"""A pipeline that works takes a report in milliseconds; a disk that works keeps it in a second."""

BELIEVED_S: Final = 2.0
"""Who asks again so soon is told the same, and the disk is left in peace."""


class Alive(Document):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(Document):
    """Whether the gateway does its work; `reasons` is why not."""

    status: Literal["ready", "not_ready"]
    reasons: tuple[Literal["site_file", "pipeline_or_disk"], ...] = ()


def health_routes(house: House) -> APIRouter:
    """The routes `/healthz` and `/readyz`, which stand at the root."""
    routes, probe = api_routes(tag="gateway", within=""), _Probe()

    @routes.get("/healthz", dependencies=[for_everybody()])
    async def alive() -> Alive:
        """Say that the process answers."""
        return Alive()

    @routes.get(
        "/readyz",
        dependencies=[for_everybody()],
        responses={HTTPStatus.SERVICE_UNAVAILABLE: {"model": Ready}},
    )
    async def ready(response: Response) -> Ready:
        """Say whether it works: the site runs, and what happens is on disk in time."""
        running = house.current()
        if running is None:
            reason: Literal["site_file", "pipeline_or_disk"] = "site_file"
        elif await probe.well(running):
            return Ready(status="ready")
        else:
            reason = "pipeline_or_disk"
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return Ready(status="not_ready", reasons=(reason,))

    return routes


def metric_routes(house: House) -> APIRouter:
    """The route `/metrics`."""
    routes = api_routes(tag="gateway", within="")

    @routes.get("/metrics", response_class=PlainTextResponse)
    async def metrics(who: Annotated[Principal, may("look")]) -> Response:
        """Return its numbers in the text format of Prometheus."""
        running = house.current()
        standing = await running.standing() if running else None
        sight = Sight(house.site, who) if running else None
        text = written(metrics_of(house, running, standing, sight))
        return Response(text, media_type=MEDIA_TYPE)

    return routes


class _Probe:
    """Lets an empty report go through the pipeline and onto the disk, one at a time.

    Whoever asks while one is under way waits for the same: asking often costs nothing, and where
    the disk takes nothing, no more than one report lies in the way of the others.
    """

    def __init__(self) -> None:
        self._running: Running | None = None
        self._kept: asyncio.Event | None = None
        self._until = 0.0

    async def well(self, running: Running) -> bool:
        """Whether it arrived in time, or one did a moment ago."""
        loop = asyncio.get_running_loop()
        if running is self._running and self._kept and self._kept.is_set():
            if loop.time() < self._until:
                return True
            self._kept = None
        try:
            async with asyncio.timeout(TAKEN_WITHIN_S):
                if self._kept is None or running is not self._running:
                    self._running, self._kept = running, asyncio.Event()
                    await running.take(Report((), self._kept.set))
                await self._kept.wait()
        except TimeoutError:
            return False
        self._until = loop.time() + BELIEVED_S
        return True
