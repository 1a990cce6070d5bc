"""What can be taken along: a bundle for whoever helps from afar, and a backup."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response

from edge.access.roles import Principal
from edge.api.audited import note
from edge.api.bundle import encoded, of_backup, of_configuration, packed, redacted
from edge.api.configuration_documents import TrialView, VersionView
from edge.api.house import House
from edge.api.link_documents import LinkLine, LinkView, TallyView
from edge.api.metrics import metrics_of, written
from edge.api.problems import of_file
from edge.api.routes import api_routes
from edge.api.security import may
from edge.api.sight import Sight
from edge.api.standing_documents import StandingView
from edge.keeper import Keeper
from edge.versions.naming import named

MEDIA_TYPE: Final = "application/zip"
ZIP: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
}

MOST_FRAMES: Final = 50
"""Of each link, the last ones."""


def bundle_routes(house: House) -> APIRouter:
    """The routes `/diagnostics` and `/backup`."""
    routes = api_routes(tag="gateway")

    @routes.get("/diagnostics", response_class=Response, responses=ZIP)
    async def diagnostics(
        request: Request, who: Annotated[Principal, may("configure")]
    ) -> Response:
        """Pack what to look at when something is wrong, without secrets."""
        await note(request, who, "diagnostics.taken")
        contents = await _diagnostics(house, who)
        return await _zip(house, "diagnostics", contents)

    @routes.get("/backup", response_class=Response, responses=ZIP)
    async def backup(request: Request, who: Annotated[Principal, may("administer")]) -> Response:
        """Pack what a gateway can be set up from again, without secrets."""
        await note(request, who, "backup.taken")

        def gathered() -> Mapping[str, bytes]:
            files = house.versions.read()
            missing = named(files.text(), files.site).others
            return of_backup(files, house.versions.history(), missing)

        return await _zip(house, "backup", await asyncio.to_thread(gathered))

    return routes


async def _zip(house: House, what: str, contents: Mapping[str, bytes]) -> Response:
    at = house.now()
    body = await asyncio.to_thread(packed, contents, at)
    name = f"whistle-{what}-{at:%Y%m%d-%H%M%S}.zip"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


async def _diagnostics(house: House, who: Principal) -> Mapping[str, bytes]:
    running = house.current()
    standing = await running.standing() if running else None
    sight = Sight(house.site, who) if running else None
    files = await asyncio.to_thread(house.versions.read)
    history = await asyncio.to_thread(house.versions.history)
    lines = (f"{e.at} {e.level} {e.event} {e.keys}" for e in house.log.lines())
    contents = {
        "about.json": encoded(
            {
                "version": house.version,
                "started_at": house.started_at,
                "python": sys.version,
                "system": " ".join(os.uname()[:1] + os.uname()[2:]),
                "running": running is not None,
                "problems": [of_file(each).model_dump() for each in house.problems()],
            }
        ),
        "log.txt": redacted("\n".join(lines)).encode(),
        "metrics.txt": written(metrics_of(house, running, standing, sight)).encode(),
        "versions.json": encoded([VersionView.of(v).model_dump(mode="json") for v in history]),
        "trial.json": encoded(TrialView.of(house.applying.trial).model_dump(mode="json")),
        **of_configuration(files),
    }
    if standing is not None:
        contents["standing.json"] = encoded(StandingView.of(standing).model_dump(mode="json"))
    if running is not None:
        for keeper in running.keepers.values():
            contents[f"links/{keeper.id}.json"] = encoded(_link(keeper))
    return contents


def _link(keeper: Keeper) -> object:
    devices = {name: TallyView.of(tally) for name, tally in keeper.trace.devices.items()}
    link = LinkView(**LinkLine.of(keeper).model_dump(), devices=devices)
    frames = [
        (each.number, each.at, each.way, each.device, each.body.hex(), each.note)
        for each in keeper.trace.frames()[-MOST_FRAMES:]
    ]
    return {"link": link.model_dump(mode="json"), "frames": frames}
