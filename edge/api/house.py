"""What the API may see of the gateway, and the few things that it may ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from edge.access.accounts import Accounts
from edge.access.audit import Audit
from edge.api.problems import problem
from edge.api.restoring import Restoring
from edge.api.running import Running
from edge.driver import Now, Report
from edge.errors import Problem
from edge.logs import Tail
from edge.model import Event
from edge.site import Site
from edge.versions import Applying, Versions

KEPT_WITHIN_S = 5.0
"""How long a person waits for the disk; a full one answers 503, and nothing is promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The gateway as the API knows it.

    `current` is none while the site file cannot be run; `problems` says then what is wrong with it
    (and also when an earlier configuration runs in its place).
    """

    version: str
    started_at: datetime
    now: Now
    accounts: Accounts
    audit: Audit
    versions: Versions
    applying: Applying
    log: Tail
    current: Callable[[], Running | None]
    problems: Callable[[], tuple[Problem, ...]]
    restoring: Restoring

    @property
    def running(self) -> Running:
        """What runs; a problem document with status 503 when nothing does."""
        running = self.current()
        if running is None:
            raise problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "站点文件有误，网关还没有运行；先在“配置”页改正",
                "the site file is wrong and nothing runs; correct it on the page Configuration",
            )
        return running

    @property
    def site(self) -> Site:
        """The site that runs."""
        return self.running.configuration.site

    async def tell(self, event: Event) -> None:
        """Return when the event, and what follows from it, is on disk; `TimeoutError` otherwise."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def confirm() -> None:
            if not kept.done():
                kept.set_result(None)

        async with asyncio.timeout(KEPT_WITHIN_S):
            await self.running.take(Report((event,), confirm))
            await kept
