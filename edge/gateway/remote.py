"""What comes from afar: who may send what, as the site file has it; who judges it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

from cloud_bridge.configuring import Configuring, Office
from cloud_bridge.order_keys import VerifyingKey
from cloud_bridge.orders import Orders, PlatformKey
from cloud_bridge.requeueing import RequeueingJournal
from edge.commands import Commands, Position, RemoteSwitch
from edge.config import Configuration
from edge.driver import Now, Report
from edge.gateway.releases import Releases
from edge.model import Alarm


class Afar:
    """The ways in which the platform reaches into the gateway; each believes signatures alone."""

    def __init__(  # noqa: PLR0913 - what orders, configurations and releases need meets here
        self,
        configuration: Configuration,
        office: Office,
        *,
        commands: Commands,
        switch: RemoteSwitch,
        active: Callable[[], Iterable[Alarm]],
        take: Callable[[Report], Awaitable[None]],
        start: Callable[[Coroutine[Any, Any, None], str], object],
        journal: RequeueingJournal,
        now: Now,
    ) -> None:
        address = (configuration.site.id, configuration.site.gateway)
        keys = keys_of(configuration)
        self.orders = Orders(
            *address,
            keys,
            run=commands.run,
            take=take,
            start=start,
            journal=journal,
            now=now,
        )
        self.configuring = Configuring(
            address,
            keys,
            office=office,
            allowed=lambda: switch.position,
            take=take,
            start=start,
            journal=journal,
            now=now,
        )
        self.releases = Releases(
            configuration, keys, office, switch, active=active, take=take, journal=journal, now=now
        )
        self.orders.restore(journal.states)
        self.configuring.restore(journal.states)
        switch.on_turned(self.orders.trust_clock)

    def serve(self, configuration: Configuration) -> None:
        """Believe the keys of this site from now on."""
        keys = keys_of(configuration)
        self.orders.serve(keys)
        self.configuring.serve(keys)
        self.releases.serve(configuration, keys)


def allowed(configuration: Configuration) -> Position:
    """Whether commands from afar are carried out, as far as the site file is concerned."""
    return "on" if configuration.commands.allowed else "off"


def keys_of(configuration: Configuration) -> dict[str, PlatformKey]:
    """Who may command from afar, and what."""
    return {
        grant.key: PlatformKey(VerifyingKey(public), grant)
        for public, grant in configuration.commands.keys.items()
    }
