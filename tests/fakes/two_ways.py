"""A gateway's journal, bridge and second way, a real broker, and a platform with a door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import apsw

from cloud_bridge.beside import Beside
from cloud_bridge.bridge import Bridge
from cloud_bridge.contract.examples import narrator
from cloud_bridge.https import HttpsLine
from cloud_bridge.journal import Journal
from cloud_bridge.mqtt import open_uplink
from cloud_bridge.wire import Status
from edge.broker import Broker, BrokerTls
from edge.config.uplink_section import HttpsSection
from edge.driver import Report, Way
from edge.keeper import Opened, keep_open
from edge.model import DeviceReported, Kept, Lane
from simulators.broker import Mosquitto, broker
from simulators.platform import Platform
from simulators.platform.door import Door
from simulators.ports import free_port
from tests.fakes.authority import Authority

SITE, GATEWAY = "riverside", "gw-1"
TOKEN = "s3cret-of-gw-1"  # noqa: S105 - a test's own
LOOK_S = 0.02


@dataclass(slots=True)
class Scene:
    """What the test sees: the broker, the platform and its door, the gateway's half."""

    running: Mosquitto
    platform: Platform
    door: Door
    journal: Journal
    beside: Beside
    ways: dict[str, tuple[Way, str]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)

    async def tell(self, lane: Lane, count: int = 1) -> list[str]:
        """Something happens on the site; the ids under which it is told."""
        first = self.journal.next_number + len(self.ids)
        kept = [
            Kept(
                number=number,
                event=DeviceReported(
                    device="d", what="w", frame="", at=datetime.now(UTC), lane=lane
                ),
                trusted_clock=True,
            )
            for number in range(first, first + count)
        ]
        await self.journal.keep(kept, {}, [])
        told = [f"{GATEWAY}/{each.number}" for each in kept]
        self.ids += told
        return told

    async def arrived(self) -> list[str]:
        """The ids that the platform has, in the order in which they came."""
        return await self.platform.ask(_ids)

    async def until_there(self, wanted: Sequence[str], seconds: float) -> float:
        """Wait until the platform has these; return how long that took."""
        began = asyncio.get_running_loop().time()
        async with asyncio.timeout(seconds):
            while not {*wanted} <= {*await self.arrived()}:  # noqa: ASYNC110 - a disk tells nobody
                await asyncio.sleep(LOOK_S)
        return asyncio.get_running_loop().time() - began

    def way(self, name: str) -> Way | None:
        """Whether a way is up or down; none before it was tried."""
        return self.ways[name][0] if name in self.ways else None

    async def until_tried(self, name: str) -> None:
        """Wait until a way was up or down, be it that it is neither for long."""
        async with asyncio.timeout(10):
            while self.way(name) is None:  # noqa: ASYNC110 - as above
                await asyncio.sleep(LOOK_S)

    async def until_way(self, name: str, way: Way, seconds: float = 10) -> None:
        """Wait until a way is up or down."""
        async with asyncio.timeout(seconds):
            while self.way(name) != way:  # noqa: ASYNC110 - as above
                await asyncio.sleep(LOOK_S)

    async def settled(self, seconds: float) -> None:
        """Every event has its receipt, and the platform each of them once, under its own id."""
        async with asyncio.timeout(seconds):
            await self.journal.delivered()
        assert sorted(await self.arrived()) == sorted(self.ids)


def _ids(db: apsw.Connection) -> list[str]:
    return [str(event) for (event,) in db.execute("SELECT id FROM events ORDER BY arrival")]


async def _status() -> Status:
    return Status(site=SITE, gateway=GATEWAY, online=True)


async def _take(report: Report) -> None:
    raise AssertionError(report)


async def _obey(body: bytes, retained: bool) -> None:  # noqa: FBT001 - as the bridge calls it
    raise AssertionError((body, retained))


def _bridge(journal: Journal, now: Callable[[], datetime]) -> Bridge:
    return Bridge(
        name="city",
        gateway=GATEWAY,
        journal=journal,
        take=_take,
        key=lambda _: "",
        obey=_obey,
        status=_status,
        now=now,
    )


@asynccontextmanager
async def scene(folder: Path, *settings: str) -> AsyncIterator[Scene]:
    """Everything runs; both ways are up, but where `settings` of the broker forbid the first."""
    signed, ca_file = _files(folder)
    door = Door(signed[0], signed[1], TOKEN, free_port())
    section = HttpsSection(
        url=f"https://127.0.0.1:{door.port}/ingest",
        token_file=str(folder / "token"),
        tls=BrokerTls(ca_file=str(ca_file)),
    )
    async with broker(settings=settings) as running:
        assert isinstance(running, Mosquitto)
        place = Broker(host="127.0.0.1", port=running.port)
        platform = Platform(folder / "platform.db", place, door=door)
        living = asyncio.create_task(platform.run(), name="platform")
        try:
            await platform.ready.wait()
            await platform.connected.wait()
            async with _gateway(folder, place, section) as (journal, beside, ways):
                played = Scene(running, platform, door, journal, beside, ways)
                await played.until_tried("mqtt")
                await played.until_way("https", "up")
                yield played
        finally:
            living.cancel()
            with suppress(asyncio.CancelledError):
                await living


@asynccontextmanager
async def _gateway(
    folder: Path, place: Broker, section: HttpsSection
) -> AsyncIterator[tuple[Journal, Beside, dict[str, tuple[Way, str]]]]:
    """The gateway's half."""
    now: Callable[[], datetime] = partial(datetime.now, UTC)
    journal = await asyncio.to_thread(
        Journal, folder / "journal.db", ["city"], narrator().encode, now=now
    )
    bridge, ways = _bridge(journal, now), dict[str, tuple[Way, str]]()

    async def report(name: str, way: Way, reason: str) -> None:
        ways[name] = (way, reason)

    async def serve(opened: Opened) -> None:
        await bridge.serve(open_uplink(place, SITE, GATEWAY), opened)

    beside = Beside(
        name="city",
        journal=journal,
        bridge=bridge,
        line=lambda: HttpsLine(section),
        report=partial(report, "https"),
        now=now,
    )
    first = keep_open("city", serve, partial(report, "mqtt"))
    tasks = [
        asyncio.create_task(journal.run(), name="journal"),
        asyncio.create_task(first, name="uplink"),
        asyncio.create_task(beside.run(), name="beside"),
    ]
    try:
        yield journal, beside, ways
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await journal.close()


def _files(folder: Path) -> tuple[tuple[Path, Path], Path]:
    authority = Authority(folder)
    signed = authority.sign("server")
    (folder / "token").write_text(TOKEN, encoding="ascii")
    return (signed.cert_file, signed.key_file), authority.ca_file
