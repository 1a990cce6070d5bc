"""Configurations from afar in virtual time: a platform with keys, and an office that tries them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal

from cloud_bridge.configuring import Begun, Configuring, Declined, Ended
from cloud_bridge.order_keys import SigningKey, VerifyingKey
from cloud_bridge.orders import How, PlatformKey
from cloud_bridge.wire.revisions import Revision, encode_revision
from edge.driver import Report
from edge.model import ConfigurationChanged, Text
from edge.rules.interlock import Grant
from tests.fakes import time as virtual
from tests.fakes.commands import Disk

KEY: Final = SigningKey.new("platform")
OTHER: Final = SigningKey.new("platform")
GATES: Final = SigningKey.new("gates")
KEYS: Final = {
    "platform": PlatformKey(VerifyingKey(KEY.public), Grant(key="platform", configuration=True)),
    "gates": PlatformKey(
        VerifyingKey(GATES.public),
        Grant(key="gates", kinds=frozenset({"gate"}), actions=frozenset({"open"})),
    ),
}
BAD: Final = Text("链路没有连上", "the link is not up")
DIGEST: Final = "ab" * 32


def revision(number: int, *, life: float = 600, **changes: Any) -> Revision:
    """A revision of this moment."""
    sides: dict[str, Any] = {
        "site": "site",
        "gateway": "gw-1",
        "revision": number,
        "site_file": "site: {}\n",
        "issued_by": "王工",
        "issued_at": virtual.now(),
        "expires_at": virtual.now() + timedelta(seconds=life),
        "nonce": f"n-{number}",
    }
    return Revision(**{**sides, **changes})


def sealed(wanted: Revision, key: SigningKey = KEY) -> bytes:
    """The message on the topic `config`."""
    return key.seal_bytes(encode_revision(wanted))


@dataclass
class FakeOffice:
    """Tries what it is given for a minute; `ends` is how, `declines` why not at all."""

    ends: Literal["applied", "rolled_back"] = "applied"
    declines: Text | None = None
    tried: list[int] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    past: dict[int, Ended] = field(default_factory=dict)

    def which(self) -> str:
        """The files that run."""
        return DIGEST

    def trying(self) -> bool:
        """Nothing is on trial for others."""
        return False

    async def installs(self, release: str, offer: int, by: str) -> None:
        """Note it."""
        self.by.append(f"{by} {release} {offer}")

    async def begin(self, revision: Revision, by: str) -> Begun:
        """Begin, or not."""
        await asyncio.sleep(1)
        if self.declines:
            raise Declined(self.declines)
        self.tried.append(revision.revision)
        self.by.append(by)
        return Begun(len(self.tried), DIGEST)

    async def end(self, version: int) -> Ended:
        """A minute later."""
        await asyncio.sleep(60)
        return Ended(self.ends, version, DIGEST, (BAD,) if self.ends == "rolled_back" else ())

    async def recall(self, revision: int) -> Ended | None:
        """What the record of versions says."""
        return self.past.get(revision)


class Gateway:
    """What judges configurations, over a disk and an office."""

    def __init__(
        self,
        disk: Disk | None = None,
        office: FakeOffice | None = None,
        keys: Mapping[str, PlatformKey] = KEYS,
    ) -> None:
        self.disk = disk or Disk()
        self.office = office or FakeOffice()
        self.allowed: Literal["on", "off"] = "on"
        self.told: list[ConfigurationChanged] = []
        self.tasks: list[asyncio.Task[Any]] = []
        self.configuring = Configuring(
            ("site", "gw-1"),
            keys,
            office=self.office,
            allowed=lambda: self.allowed,
            take=self._take,
            start=self._start,
            journal=self.disk,
            now=virtual.now,
        )
        self.configuring.restore(self.disk.kept)

    async def hear(self, *bodies: bytes, how: How = "live") -> None:
        """Take messages and see what they lead to through."""
        for body in bodies:
            await self.configuring.take(body, how)
        await asyncio.gather(*self.tasks)

    @property
    def states(self) -> list[str]:
        """What became of what came."""
        return [each.state for each in self.told]

    def why(self) -> str:
        """The first reason of the last word."""
        return self.told[-1].reasons[0].en

    async def _take(self, report: Report) -> None:
        self.told += [each for each in report.records if isinstance(each, ConfigurationChanged)]
        await self.disk.keep((), report.states, ())

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self.tasks.append(asyncio.create_task(work, name=name))


def played(story: Callable[[Gateway], Coroutine[Any, Any, None]]) -> None:
    """Run a story in virtual time."""

    async def main() -> None:
        await story(Gateway())

    virtual.run(main())
