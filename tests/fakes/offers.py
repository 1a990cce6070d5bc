"""Offers of releases in virtual time: a platform, a server of files, a box and who installs."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import pytest

from cloud_bridge.download import Coming
from cloud_bridge.offers import Offers
from cloud_bridge.order_keys import SigningKey, VerifyingKey
from cloud_bridge.orders import How, PlatformKey
from cloud_bridge.wire.offers import Offer, WindowDoc, encode_offer
from edge.driver import Report
from edge.errors import LinkDown
from edge.gateway import fetching
from edge.gateway.fetching import Fetching, World
from edge.gateway.updates import seen_of
from edge.model import Kept, ReleaseOffered, Text
from edge.rules.interlock import Grant
from edge.update.box import Box
from edge.update.disk import BoxDisk
from edge.update.inbox import FOLDER, Inbox, check
from edge.update.keys import Publishers
from edge.update.manifest import Here
from edge.update.record import Outcome, Record, Result
from tests.fakes import time as virtual
from tests.fakes.commands import Disk
from tests.fakes.failing_box import FailingBox
from tests.fakes.failing_disk import Cut
from tests.fakes.releases import NEW, OLD, VENDOR, box_at, released
from tests.fakes.time import EPOCH

KEY: Final = SigningKey.new("platform")
OTHER: Final = SigningKey.new("platform")
GATES: Final = SigningKey.new("gates")
KEYS: Final = {
    "platform": PlatformKey(VerifyingKey(KEY.public), Grant(key="platform", updates=True)),
    "gates": PlatformKey(VerifyingKey(GATES.public), Grant(key="gates", configuration=True)),
}
URL: Final = "https://releases.example/whistle.release"
NIGHT: Final = WindowDoc(begins="02:00", ends="05:00")
ZONE: Final = ZoneInfo("Asia/Shanghai")
FIRE: Final = Text("有生命安全报警", "an alarm of life and limb is on: fire-1/fire")
DAY_S: Final = 86_400.0
LOOK_S: Final = 60.0
POLL_S: Final = 2.0
"""A day has many looks: each is two threads, for which the virtual clock waits."""


class Powered(Disk):
    """A journal on the disk of a box: its power goes as well."""

    def __init__(self, states: dict[str, bytes | None], power: FailingBox) -> None:
        super().__init__(states)
        self._power = power

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Keep it as a whole, or not at all."""
        self._power.tick()
        await super().keep(events, states, then)


@dataclass
class Server:
    """Has one file; `breaks` says after how many bytes each session breaks off, one by one.

    `says` tells whether it names the size; `given` counts the bytes that were taken.
    """

    body: bytes
    breaks: list[int] = field(default_factory=list)
    ranges: bool = True
    asked: list[int] = field(default_factory=list)
    down: bool = False
    says: bool = True
    given: int = 0

    @asynccontextmanager
    async def download(self, url: str, begins: int) -> AsyncIterator[Coming]:
        """Give it from there on, if it can."""
        assert url == URL
        self.asked.append(begins)
        await asyncio.sleep(1)
        if self.down:
            raise LinkDown("connection refused")
        at = begins if self.ranges else 0
        yield Coming(at, len(self.body) if self.says else None, self._parts(at))

    async def _parts(self, at: int) -> AsyncGenerator[bytes, None]:
        ends = at + self.breaks.pop(0) if self.breaks else len(self.body)
        while at < min(ends, len(self.body)):
            some = self.body[at : min(at + 500, ends)]
            at += len(some)
            self.given += len(some)
            yield some
        if at < len(self.body):
            raise LinkDown("hung up")


class Gateway:
    """What follows offers on a box; `power` is what its disk hangs on."""

    def __init__(
        self,
        folder: Path,
        server: Server,
        disk: Disk | None = None,
        power: BoxDisk | None = None,
        version: str = OLD,
    ) -> None:
        self.store = folder / "var"
        self.store.mkdir(exist_ok=True)
        self.server = server
        self.disk = disk or Disk()
        self.told: list[ReleaseOffered] = []
        self.burns: Text | None = None
        self.trying = False
        self.noted: list[tuple[str, int, str]] = []
        self.following: asyncio.Task[None] | None = None
        self.allowed: Literal["on", "off"] = "on"
        self.unfit: Text | None = None
        self.box = Box(folder / "opt")
        self.version = version
        self.inbox = Inbox(self.store, power)
        self.offers = Offers(
            ("site", "gw-1"),
            KEYS,
            fits=lambda _: self.unfit,
            allowed=lambda: self.allowed,
            take=self._take,
            now=virtual.now,
        )
        self.offers.restore(self.disk.kept)
        self.fetching = Fetching(self.offers, self.inbox, self._world())

    @property
    def states(self) -> list[str]:
        """What was told, in order."""
        return [each.state for each in self.told]

    @property
    def there(self) -> list[str]:
        """What lies in the folder."""
        folder = self.store / FOLDER
        return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []

    def why(self) -> str:
        """The first reason of the last word."""
        return self.told[-1].reasons[0].en

    async def hear(self, *bodies: bytes, how: How = "live") -> None:
        """Take messages."""
        for body in bodies:
            await self.offers.take(body, how)

    async def until(self, standing: str) -> None:
        """Return when the offer stands so."""
        async with asyncio.timeout(40 * DAY_S):
            while self.offers.last.standing != standing:
                await asyncio.sleep(POLL_S)
                if self.following is not None and self.following.done():
                    self.following.result()

    async def installs(self, outcome: Outcome = "kept", after: timedelta = timedelta(0)) -> None:
        """Do as who installs: note how it went, then remove what was laid ready."""
        wanted, at = self.offers.last.offer, virtual.now() + after
        assert wanted is not None
        result = Result(version=wanted.version, before=OLD, outcome=outcome, at=at)
        await self.notes(lambda record: record.ended(result))
        await self.removes(f"offer-{wanted.offer}.release")

    async def notes(self, change: Callable[[Record], Record]) -> None:
        """Write something down of updates."""
        await asyncio.to_thread(self.box.note, change)

    async def removes(self, name: str) -> None:
        """Take something out of the folder."""
        await asyncio.to_thread((self.store / FOLDER / name).unlink, missing_ok=True)

    def _world(self) -> World:
        return World(
            now=virtual.now,
            local=lambda: virtual.now().astimezone(ZONE),
            burns=lambda: self.burns,
            trying=lambda: self.trying,
            allowed=lambda: self.allowed,
            seen=lambda mark, version: seen_of(self.box.root, mark, version),
            check=self._check,
            note=self._note,
            download=self.server.download,
        )

    async def _note(self, release: str, offer: int, by: str) -> None:
        self.noted.append((release, offer, by))

    def _check(self, path: Path, offer: Offer) -> None:
        here = Here(
            version=self.version, architecture="amd64", python="3.11", schemas={"journal": 2}
        )
        keys = Publishers({VENDOR.name: VENDOR.public})
        check(path, offer.version, keys, here, EPOCH)

    async def _take(self, report: Report) -> None:
        self.told += [each for each in report.records if isinstance(each, ReleaseOffered)]
        await self.disk.keep((), report.states, (report.kept,) if report.kept else ())


def offer(number: int, body: bytes, *, life: float = 7 * DAY_S, **changes: Any) -> Offer:
    """An offer of this moment."""
    sides: dict[str, Any] = {
        "site": "site",
        "gateway": "gw-1",
        "offer": number,
        "version": NEW,
        "url": URL,
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "issued_by": "王工",
        "issued_at": virtual.now(),
        "expires_at": virtual.now() + timedelta(seconds=life),
        "nonce": f"n-{number}",
    }
    return Offer(**{**sides, **changes})


def sealed(wanted: Offer, key: SigningKey = KEY) -> bytes:
    """The message on the topic `update`."""
    return key.seal_bytes(encode_offer(wanted))


Story = Callable[[Gateway, bytes], Coroutine[Any, Any, None]]


def release_of(folder: Path) -> bytes:
    """Return a release as it is served."""
    return released(folder).read_bytes()


def played(folder: Path, story: Story) -> None:
    """Run a story in virtual time: a box, a server that has a release, and what follows offers."""
    body = release_of(folder)
    box_at(folder / "opt")

    async def main() -> None:
        gateway = Gateway(folder, Server(body))
        async with running(gateway):
            await story(gateway, body)

    virtual.run(main())


@asynccontextmanager
async def running(gateway: Gateway) -> AsyncIterator[None]:
    """Let it follow offers while the block lasts."""
    task = asyncio.create_task(gateway.fetching.run(), name="fetching")
    gateway.following = task
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fetching, "LOOK_S", LOOK_S)
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, Cut):
                await task
