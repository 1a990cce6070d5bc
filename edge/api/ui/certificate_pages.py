"""Certificates: what this page and the ways to platforms and brokers show, and until when."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.security import may
from edge.api.ui.certificate_files import read_certificates
from edge.api.ui.screen import Screen


def certificate_pages(house: House, screen: Screen) -> APIRouter:
    """The route `/certificates`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/certificates")
    async def certificates(
        request: Request, who: Annotated[Principal, may("administer")]
    ) -> Response:
        """Show every certificate that a file names, and how to bring one's own."""
        configuration = house.running.configuration
        lines = await asyncio.to_thread(read_certificates, configuration, house.now())
        return await screen.page(
            request, who, "certificates.html", lines=lines, page=configuration.page
        )

    return routes
