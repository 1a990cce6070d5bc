"""Diagnostics: the gateway's health at a glance, its last errors, and what to take along."""

from __future__ import annotations

import os
import platform
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.security import may
from edge.api.ui.device.reasons import device_reason, link_reason
from edge.api.ui.header import standing_soon
from edge.api.ui.health import checks
from edge.api.ui.log_lines import chosen
from edge.api.ui.now.links import link_lines
from edge.api.ui.screen import Screen

MOST_ERRORS: Final = 12
"""Of the log's last lines; the log has them all."""


def diagnostic_pages(house: House, screen: Screen) -> APIRouter:
    """The route `/diagnostics`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/diagnostics")
    async def diagnostics(
        request: Request, who: Annotated[Principal, may("configure")]
    ) -> Response:
        """Show how the gateway is; also while no site runs."""
        running, now = house.current(), house.now()
        standing = await standing_soon(running) if running else None
        site = running.configuration.site if running else None
        grave = chosen(house.log.lines(), "warning", "")
        return await screen.page(
            request,
            who,
            "diagnostics.html",
            checks=checks(standing, now) if standing else (),
            standing=standing,
            links=link_lines(site, running.state.links, running.keepers)
            if running and site
            else (),
            told=lambda said: device_reason(said).what,
            told_of_link=lambda said: link_reason(said).what,
            problems=house.problems(),
            errors=grave[:MOST_ERRORS],
            version=house.version,
            started_at=house.started_at,
            python=platform.python_version(),
            system=_system(),
            runs=running is not None,
        )

    return routes


def _system() -> str:
    """The kernel and the machine; `platform.platform` would start a process to find out."""
    kernel = os.uname()
    return f"{kernel.sysname} {kernel.release} {kernel.machine}"
