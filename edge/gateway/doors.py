"""The doors of a gateway: its page on the network, and the socket in its store."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from pathlib import Path

from edge.api.app import application, ended
from edge.api.house import House
from edge.api.server import serve
from edge.config import PageSection
from edge.gateway.page import Listens, serve_page
from edge.gateway.tasks import Start, end


class Doors:
    """One application behind two doors; loading it takes a third of a second."""

    def __init__(self, house: House, store: Path, start: Start, listens: Listens) -> None:
        self._app = application(house)
        self._ending = partial(ended, self._app)
        self._store = store
        self._now = house.now
        self._start = start
        self._listens = listens
        self._page: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()

    async def serve_page(self, section: PageSection) -> None:
        """Serve the page where this says from now on, and nowhere else."""
        async with self._changing:
            await self.close_page()
            if section.serve == "on":
                page = serve_page(
                    self._app,
                    section,
                    self._store,
                    self._now,
                    ending=self._ending,
                    listens=self._listens,
                )
                self._page = self._start(page, "page")

    async def close_page(self) -> None:
        """Send away who is there."""
        if self._page is not None:
            await end([self._page])
            self._page = None

    async def serve_socket(self, listening: socket.socket) -> None:
        """Answer who may open the socket, until cancelled."""
        await serve(self._app, listening, "api.socket", self._ending, door="socket")
