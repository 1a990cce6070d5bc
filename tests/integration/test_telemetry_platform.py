"""Readings from a history to a platform over a real broker, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from cloud_bridge import bridge, telemetry, telemetry_window
from cloud_bridge.bridge import Bridge
from cloud_bridge.contract.examples import narrator
from cloud_bridge.journal import Journal
from cloud_bridge.mqtt import open_uplink
from cloud_bridge.telemetry import Telemetry
from cloud_bridge.wire import (
    Status,
    decode_telemetry,
    events_topic,
    split,
    telemetry_topic,
)
from edge.broker import Broker
from edge.driver import Report, Way
from edge.history import History
from edge.keeper import Opened, keep_open
from edge.model import DeviceReported, Kept, Lane, Reading
from edge.mqtt import Session, connect
from simulators.broker import RunningBroker, broker
from simulators.platform import Platform, report

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]

SITE, GATEWAY, FOLLOWER = "riverside", "gw-1", "uplink.city"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes minutes on a site takes a second here."""
    monkeypatch.setattr(telemetry, "UNHEARD_S", 0.3)
    monkeypatch.setattr(telemetry_window, "PATIENCE_S", 1.0)
    monkeypatch.setattr(bridge, "PATIENCE_S", 1.0)


@dataclass(slots=True)
class Scene:
    """A broker, a gateway's journal, history and bridge; a platform that comes and goes."""

    running: RunningBroker
    place: Broker
    platform_file: Path
    journal: Journal
    history: History
    begin: Callable[[], None]
    number: int = 0
    kept: int = 0

    def read(self, count: int) -> None:
        """The gateway reads points, each of them anew."""
        now = datetime.now(UTC)
        for n in range(count):
            at = now + timedelta(microseconds=n)
            self.history.add(Reading(point=f"lift-{n % 7}/x", value=self.kept, at=at))
            self.kept += 1

    async def tell(self) -> None:
        """Something happens on the site."""
        event = DeviceReported(device="d", what="w", frame="", at=datetime.now(UTC), lane=Lane.INFO)
        kept = Kept(number=self.journal.next_number + self.number, event=event, trusted_clock=True)
        self.number += 1
        await self.journal.keep([kept], {}, [])

    @asynccontextmanager
    async def platform(self) -> AsyncIterator[Platform]:
        """The platform, while it is there."""
        platform = Platform(self.platform_file, self.place)
        living = asyncio.create_task(platform.run(), name="platform")
        try:
            await platform.ready.wait()
            await platform.connected.wait()
            yield platform
        finally:
            living.cancel()
            with suppress(asyncio.CancelledError):
                await living


async def _status() -> Status:
    return Status(site=SITE, gateway=GATEWAY, online=True)


async def _take(report: Report) -> None:
    raise AssertionError(report)


async def _obey(body: bytes, retained: bool) -> None:  # noqa: FBT001 - as the bridge calls it
    raise AssertionError((body, retained))


async def _report(way: Way, reason: str) -> None:
    del way, reason


def bridge_of(journal: Journal, history: History, now: Callable[[], datetime]) -> Bridge:
    """A bridge that sends events, and what the history keeps."""
    lane = Telemetry(
        tail=history.follow(FOLLOWER),
        dropped=lambda: 0,
        reported=lambda _: None,
        linger=timedelta(seconds=0.2),
        site=SITE,
        life="life",
    )
    return Bridge(
        name="city",
        gateway=GATEWAY,
        journal=journal,
        take=_take,
        key=lambda _: "",
        obey=_obey,
        status=_status,
        now=now,
        telemetry=lane,
    )


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """Everything runs but the platform, and the uplink until it is told to begin."""
    now: Callable[[], datetime] = partial(datetime.now, UTC)
    async with broker() as running:
        place = Broker(host="127.0.0.1", port=running.port, version=running.version)
        journal = await asyncio.to_thread(
            Journal, folder / "journal.db", ["city"], narrator().encode, now=now
        )
        history = History(folder, now)
        await history.set_followers([FOLLOWER])
        ours = bridge_of(journal, history, now)

        async def serve(opened: Opened) -> None:
            await ours.serve(open_uplink(place, SITE, GATEWAY), opened)

        tasks = [
            asyncio.create_task(journal.run(), name="journal"),
            asyncio.create_task(history.run(), name="history"),
        ]

        def begin() -> None:
            tasks.append(asyncio.create_task(keep_open("city", serve, _report), name="uplink"))

        try:
            yield Scene(running, place, folder / "platform.db", journal, history, begin)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await history.close()
            await journal.close()


async def arrived(played: Scene, platform: Platform) -> None:
    """Every reading and every event is there, once; the history need keep nothing for it."""
    while await platform.readings.count() < played.kept or any(played.journal.depths.values()):  # noqa: ASYNC110 - a disk tells nobody
        await asyncio.sleep(0.05)
    readings = await platform.readings.of(SITE, GATEWAY)
    assert sorted(int(str(each.value)) for each in readings) == list(range(played.kept))
    counts = await platform.ask(report.counts)
    assert (counts.readings, counts.events) == (played.kept, played.number)
    while played.history.follow(FOLLOWER).waiting:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.05)


def test_every_reading_arrives_once_through_cuts_and_silence(tmp_path: Path) -> None:
    """A broker that dies under load, and again; a platform that is away for a while."""

    async def main() -> None:
        async with asyncio.timeout(60), scene(tmp_path) as played:
            played.begin()
            async with played.platform() as platform:
                played.read(12_000)
                await played.tell()
                await asyncio.sleep(1.5)
                played.read(8_000)
                await played.running.kill()
                played.read(3)
                await asyncio.sleep(0.5)
                await played.running.start()
                await arrived(played, platform)
            played.read(7_000)
            await played.tell()
            await asyncio.sleep(1.5)
            async with played.platform() as platform:
                await arrived(played, platform)
                await played.running.kill()
                await played.running.start()
                played.read(20)
                await arrived(played, platform)

    asyncio.run(main())


async def heard(session: Session, seconds: float) -> list[str]:
    """What somebody hears who never answers: the events of a message, or a batch by its name."""
    words: list[str] = []
    end = asyncio.get_running_loop().time() + seconds
    while (left := end - asyncio.get_running_loop().time()) > 0:
        message = await session.receive(left)
        if message is not None:
            message.ack()
            events = "/events/" in message.topic
            words += (
                ["event"] * len(split(message.body))
                if events
                else [decode_telemetry(message.body).id]
            )
    return words


def test_events_go_first_and_silence_costs_one_batch(tmp_path: Path) -> None:
    """A platform that hears and does not answer is asked with the oldest; then all arrives."""

    async def main() -> None:
        async with asyncio.timeout(60), scene(tmp_path) as played:
            played.read(24_000)
            for _ in range(5):
                await played.tell()
            await asyncio.sleep(1.5)
            topics = [events_topic(SITE, GATEWAY, Lane.INFO), telemetry_topic(SITE, GATEWAY)]
            async with connect(played.place, client_id="deaf", subscriptions=topics) as deaf:
                played.begin()
                words = await heard(deaf, 4)
            assert words[:5] == ["event"] * 5
            batches = [word for word in words if word != "event"]
            first = [f"life-{n}" for n in range(telemetry_window.WINDOW)]
            assert batches[: len(first)] == first
            assert {*batches[len(first) :]} == {"life-0"}
            async with played.platform() as platform:
                await arrived(played, platform)

    asyncio.run(main())
