"""The links of the site that runs, each kept open by a task of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from edge.driver import Link, Now, Report
from edge.gateway.tasks import Start, end
from edge.keeper import Keeper
from edge.model import Event
from edge.site import Site


class Links:
    """Who keeps which link open; those that a new configuration leaves alone are not touched."""

    def __init__(
        self,
        take: Callable[[Report], Awaitable[None]],
        tell: Callable[[Event], Awaitable[None]],
        now: Now,
    ) -> None:
        self._take = take
        self._tell = tell
        self._now = now
        self._keepers: dict[str, Keeper] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def keepers(self) -> Mapping[str, Keeper]:
        """The keeper of each link, by the link's name."""
        return MappingProxyType(self._keepers)

    @property
    def tasks(self) -> Collection[asyncio.Task[None]]:
        """What runs for them."""
        return self._tasks.values()

    def ways(self, site: Site) -> Mapping[str, Keeper]:
        """What leads to each device of a site."""
        return {device.id: self._keepers[device.link] for device in site.devices.values()}

    def add(self, links: Collection[Link]) -> None:
        """Know these links; they are opened by `begin`."""
        among = len(self._keepers) + len(links)
        for link in links:
            self._keepers[link.id] = Keeper(link, self._take, self._tell, self._now, among)

    def begin(self, start: Start) -> None:
        """Open every link that is not being kept open yet."""
        for name, keeper in self._keepers.items():
            if name not in self._tasks:
                self._tasks[name] = start(keeper.run(), f"link.{name}")

    async def drop(self, names: Iterable[str]) -> Sequence[Link]:
        """Close these links, forget and return them; what they have said already is not lost."""
        gone = [name for name in names if name in self._keepers]
        await end([self._tasks.pop(name) for name in gone if name in self._tasks])
        return [self._keepers.pop(name).link for name in gone]
