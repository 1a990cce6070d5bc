"""The releases that a platform offers, as one gateway takes them: believed, fetched, checked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from cloud_bridge.configuring import Office
from cloud_bridge.download import Coming, download
from cloud_bridge.offers import Offers
from cloud_bridge.orders import PlatformKey
from cloud_bridge.requeueing import RequeueingJournal
from cloud_bridge.schemas import known
from cloud_bridge.wire.offers import Offer
from edge.commands import RemoteSwitch
from edge.config import Configuration
from edge.driver import Now, Report
from edge.gateway.fetching import Fetching, World
from edge.gateway.offered import unfit, urgent
from edge.gateway.updates import Seen, Tell, seen_of, tell_updates
from edge.model import Alarm, Text
from edge.update.box import release_of_this
from edge.update.inbox import Inbox, check
from edge.update.keys import KEYS, Publishers
from edge.update.service import here


class Releases:
    """Puts together who believes an offer and who follows it; where no box is none is taken."""

    def __init__(  # noqa: PLR0913 - what an offer needs meets here
        self,
        configuration: Configuration,
        keys: Mapping[str, PlatformKey],
        office: Office,
        switch: RemoteSwitch,
        *,
        active: Callable[[], Iterable[Alarm]],
        take: Callable[[Report], Awaitable[None]],
        journal: RequeueingJournal,
        now: Now,
    ) -> None:
        self._configuration = configuration
        self._journal = journal
        self._now = now
        self._release = release_of_this()
        self._runs = version("whistle") if self._release else ""
        self.offers = Offers(
            (configuration.site.id, configuration.site.gateway),
            keys,
            fits=self._unfit,
            allowed=lambda: switch.position,
            take=take,
            now=now,
        )
        self.offers.restore(journal.states)
        world = World(
            now=now,
            local=self._local,
            burns=lambda: urgent(active()),
            trying=office.trying,
            allowed=lambda: switch.position,
            seen=self._seen,
            check=self._check,
            note=office.installs,
            download=self._download,
        )
        self.fetching = Fetching(self.offers, Inbox(configuration.store), world)

    def serve(self, configuration: Configuration, keys: Mapping[str, PlatformKey]) -> None:
        """Take what is offered to this site, by these keys, from now on."""
        self._configuration = configuration
        self.offers.serve(keys)

    async def run(self, tell: Tell) -> None:
        """Follow what is offered, and tell how updates went, as long as the gateway runs."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(tell_updates(self._journal, tell), name="updates.told")
            tasks.create_task(self.fetching.run(), name="updates.offered")

    def _unfit(self, offer: Offer) -> Text | None:
        return unfit(offer, self._configuration, self._runs)

    def _local(self) -> datetime:
        return self._now().astimezone(self._configuration.site.timezone)

    def _seen(self, mark: str | None, wanted: str) -> Seen:
        return seen_of(self._release.parents[1], mark, wanted) if self._release else Seen()

    def _check(self, path: Path, offer: Offer) -> None:
        runs = here(self._runs, known())
        check(path, offer.version, Publishers.of(KEYS), runs, self._now())

    def _download(self, url: str, begins: int) -> AbstractAsyncContextManager[Coming]:
        section = self._configuration.updates
        return download(url, section.tls.ca_file if section else None, begins)
