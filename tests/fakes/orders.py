"""Orders in virtual time: a platform with a key, and the gateway's part that judges them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from cloud_bridge.order_keys import SigningKey, VerifyingKey
from cloud_bridge.ordering import Wish, order_of
from cloud_bridge.orders import How, Orders, PlatformKey
from cloud_bridge.wire.orders import Order
from edge.driver import Report
from edge.model import Command, CommandResult, RecordsDropped
from edge.rules.interlock import Grant
from tests.fakes import time as virtual
from tests.fakes.commands import Desk, Disk

KEY = SigningKey.new("platform")
OTHER_KEY = SigningKey.new("platform")
TENANT_KEY = SigningKey.new("tenant")
GRANT = Grant(key="platform", kinds=frozenset({"gate"}), actions=frozenset({"open", "lock"}))
TENANT = Grant(key="tenant", devices=frozenset({"gate-2"}), actions=frozenset({"open"}))
KEYS = {
    "platform": PlatformKey(VerifyingKey(KEY.public), GRANT),
    "tenant": PlatformKey(VerifyingKey(TENANT_KEY.public), TENANT),
}
WISH = Wish(site="site", gateway="gw-1", device="gate-1", action="open", by="王工")


class Gateway:
    """Orders over commands over a disk; `ahead` is by how much its clock is wrong."""

    def __init__(
        self,
        disk: Disk,
        ahead: timedelta = timedelta(0),
        keys: Mapping[str, PlatformKey] = KEYS,
    ) -> None:
        self.disk = disk
        self.ahead = ahead
        self.desk = Desk(disk, now=self.now)
        self.results: list[CommandResult] = self.desk.told
        self.dropped: list[RecordsDropped] = []
        self.tasks: list[asyncio.Task[Any]] = []
        self.orders = Orders(
            "site",
            "gw-1",
            keys,
            run=self.desk.commands.run,
            take=self._take,
            start=self._start,
            journal=disk,
            now=self.now,
        )
        self.orders.restore(disk.kept)
        self.desk.switch.on_turned(self.orders.trust_clock)

    def now(self) -> datetime:
        """What its clock shows."""
        return virtual.now() + self.ahead

    async def hear(self, *bodies: bytes, how: How = "live") -> None:
        """Take messages and see what they lead to through."""
        for body in bodies:
            await self.orders.take(body, how)
        await asyncio.gather(*self.tasks)
        await asyncio.sleep(0.01)

    def opened(self) -> int:
        """How often the gate was told to open."""
        return len(self.desk.way.told)

    def told(self) -> list[Command]:
        """What the gate was told."""
        return self.desk.way.told

    def codes(self) -> list[str]:
        """The reasons of the results so far."""
        return [each.detail.partition(":")[0] or each.outcome for each in self.results]

    async def _take(self, report: Report) -> None:
        self.dropped += [each for each in report.records if isinstance(each, RecordsDropped)]
        await self.desk.take(report)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self.tasks.append(asyncio.create_task(work, name=name))


def fresh(wish: Wish = WISH, life: float = 20, **changes: Any) -> Order:
    """An order of this moment, with some fields otherwise."""
    order = order_of(wish, virtual.now(), timedelta(seconds=life))
    return msgspec.structs.replace(order, **changes)


def played(story: Callable[[Gateway], Coroutine[Any, Any, None]]) -> None:
    """Run a story in virtual time."""

    async def main() -> None:
        await story(Gateway(Disk()))

    virtual.run(main())
