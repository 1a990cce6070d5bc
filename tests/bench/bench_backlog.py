"""A backlog of days that goes up at last, and new alarms that must not wait behind it."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, process_time
from typing import Any, Final

from cloud_bridge.bridge import Bridge
from cloud_bridge.change import Change
from cloud_bridge.journal import Journal
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_row import row_of
from cloud_bridge.telemetry import MOST_READINGS, Telemetry
from cloud_bridge.uplink import Heard, Said
from cloud_bridge.wire import Narrator, Piece, Receipt, Status, TelemetryReceipt
from edge.driver import Report, Way
from edge.keeper import Opened, keep_open
from edge.model import DeviceReported, Kept, Lane
from tests.bench.bench_telemetry import readings
from tests.fakes.site import bare_site
from tests.fakes.tail import FakeTail

DAYS: Final = 7
EVENTS_S: Final = 50
READINGS_S: Final = 2_000
GOAL: Final = 20.0
"""Times as fast as it came."""
GOAL_ALARM_MS: Final = 1_000

EVENTS: Final = 1_000_000
READINGS: Final = 2_000_000
ALARMS: Final = 100
ALARM_EVERY_S: Final = 0.2
WAY_S: Final = 0.02
"""To the platform: a mobile network takes as long."""
GROUP: Final = 5_000
BATCHES: Final = 80
LANES: Final = (Lane.INFO, Lane.INFO, Lane.INFO, Lane.FAULT, Lane.SECURITY)
ID: Final = re.compile(rb'"id":"([^"]+)"')


class City:
    """A platform behind a slow line: it takes a message, and its receipt comes by itself."""

    def __init__(self) -> None:
        self.events = 0
        self.batches = 0
        self.came: dict[str, float] = {}
        self._words: asyncio.Queue[Said] = asyncio.Queue(10_000)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[City]:
        """It is always there."""
        yield self

    async def publish(self, lane: Lane, bodies: Sequence[bytes]) -> Heard:
        """Take a batch and answer for all of it."""
        await asyncio.sleep(WAY_S)
        ids = tuple(found[1].decode() for body in bodies if (found := ID.search(body)))
        self.events += len(ids)
        if lane is Lane.LIFE_SAFETY:
            self.came |= dict.fromkeys(ids, monotonic())
        await self._words.put(Receipt(stored=ids))
        return "heard"

    async def send_telemetry(self, body: bytes) -> Heard:
        """Take readings and answer for them: the batch's id is the first thing that it says."""
        await asyncio.sleep(WAY_S)
        del body
        await self._words.put(TelemetryReceipt(stored=(f"life-{self.batches}",)))
        self.batches += 1
        return "heard"

    async def tell_status(self, status: Status) -> None:
        """Look at nothing."""

    async def send_piece(self, sha256: str, piece: Piece) -> None:
        """No picture comes."""

    async def said(self) -> AsyncGenerator[Said, None]:
        """Yield the receipts."""
        while True:
            yield await self._words.get()


def reported(number: int, lane: Lane) -> Kept:
    """An event as a panel brings it."""
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number % 10**9)
    what = f"component 1-1-{number % 50}-{number % 250}: fault"
    event = DeviceReported(device="fire-1", what=what, frame="40" * 40, at=at, lane=lane)
    return Kept(number=number, event=event, trusted_clock=True)


def built(path: Path, narrator: Narrator, count: int) -> float:
    """Write a backlog as a gateway leaves it, only not synced; return bytes an event."""
    chance = random.Random(1)  # noqa: S311 - a bench
    with closing(JournalFile(path, uplinks=["city"], now=lambda: datetime.now(UTC))) as file:
        file.standing()
        file._db.pragma("synchronous", "off")
        first = file.last_number() + 1
        for begin in range(first, first + count, GROUP):
            numbers = range(begin, min(begin + GROUP, first + count))
            rows = [row_of(reported(n, chance.choice(LANES)), narrator.encode) for n in numbers]
            file.commit([Change(events=rows)])
    return path.stat().st_size / count


class Days:
    """A journal with a backlog, a bridge, and a city."""

    def __init__(self, folder: Path, count: int, waiting: int) -> None:
        narrator = Narrator(bare_site(), "bench")
        self.size = built(folder / "journal.db", narrator, count)
        self.city = City()
        self._count = count
        self._tail = tail_of(waiting)
        self._journal = Journal(
            folder / "journal.db", ["city"], narrator.encode, now=lambda: datetime.now(UTC)
        )

    async def drained(self) -> dict[str, Any]:
        """Let it go up, events and then readings; a new alarm comes now and then."""
        tasks = [
            asyncio.create_task(self._journal.run(), name="journal"),
            asyncio.create_task(keep_open("city", self._serve, _changed), name="uplink"),
        ]
        began, cpu = monotonic(), process_time()
        alarms = asyncio.create_task(self._alarms(), name="alarms")
        while self.city.events < self._count:  # noqa: ASYNC110 - a bench
            await asyncio.sleep(0.05)
        events_s = self._count / (monotonic() - began)
        event_us = (process_time() - cpu) / self._count * 1e6
        took = await alarms
        waiting, began, cpu = self._tail.waiting, monotonic(), process_time()
        while self._tail.waiting:  # noqa: ASYNC110 - a bench
            await asyncio.sleep(0.01)
        readings_s = waiting / (monotonic() - began)
        reading_us = (process_time() - cpu) / waiting * 1e6
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._journal.close()
        costs = {"event_core_us": event_us, "reading_core_us": reading_us}
        return told(events_s, readings_s, took) | costs

    async def _serve(self, opened: Opened) -> None:
        bridge = Bridge(
            name="city",
            gateway="gw-1",
            journal=self._journal,
            take=_take,
            key=lambda _: "",
            obey=_obey,
            status=_status,
            now=lambda: datetime.now(UTC),
            telemetry=Telemetry(
                tail=self._tail,
                dropped=lambda: 0,
                reported=lambda _: None,
                linger=timedelta(),
                site="site",
                life="life",
            ),
        )
        await bridge.serve(self.city.session(), opened)

    async def _alarms(self) -> list[float]:
        """Milliseconds from the instant at which an alarm is handed over until the city has it."""
        sent: dict[str, float] = {}
        for number in range(self._journal.next_number, self._journal.next_number + ALARMS):
            sent[f"gw-1/{number}"] = monotonic()
            await self._journal.keep([reported(number, Lane.LIFE_SAFETY)], {}, [])
            await asyncio.sleep(ALARM_EVERY_S)
        while not sent.keys() <= self.city.came.keys():  # noqa: ASYNC110 - a bench
            await asyncio.sleep(0.01)
        return [(self.city.came[each] - at) * 1000 for each, at in sent.items()]


def tail_of(count: int) -> FakeTail:
    """What lifts say, again and again."""
    kept = readings(320, random.Random(1))[: BATCHES * MOST_READINGS]  # noqa: S311 - a bench
    tail = FakeTail()
    for n in range(count // MOST_READINGS):
        at = n % BATCHES * MOST_READINGS
        tail.keep(kept[at : at + MOST_READINGS])
    return tail


def told(events_s: float, readings_s: float, alarms: Sequence[float]) -> dict[str, Any]:
    """Events go first, then readings: a second of the backlog takes the time of both."""
    together = 1 / (EVENTS_S / events_s + READINGS_S / readings_s)
    return {
        "events_s": events_s,
        "readings_s": readings_s,
        "times_events": events_s / EVENTS_S,
        "times_readings": readings_s / READINGS_S,
        "times_both": together,
        "goal_times": GOAL,
        "days": DAYS,
        "hours_for_the_days": DAYS * 24 / together,
        "alarms": len(alarms),
        "alarm_p50_ms": median(alarms),
        "alarm_p99_ms": quantiles(alarms, n=100)[98],
        "alarm_max_ms": max(alarms),
        "goal_alarm_ms": GOAL_ALARM_MS,
    }


async def _status() -> Status:
    return Status(site="site", gateway="gw-1", online=True)


async def _take(report: Report) -> None:
    del report


async def _obey(body: bytes, retained: bool) -> None:  # noqa: FBT001 - as the bridge calls it
    del body, retained


async def _changed(way: Way, reason: str) -> None:
    del way, reason


def main() -> None:
    """Print one JSON object; ends with 1 where it is too slow, or an alarm was."""
    words = argparse.ArgumentParser(prog="python -m tests.bench.bench_backlog")
    words.add_argument("--events", type=int, default=EVENTS)
    words.add_argument("--readings", type=int, default=READINGS)
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="backlog-") as folder:
        days = Days(Path(folder), given.events, given.readings)
        figures = asyncio.run(days.drained())
    figures = {
        "name": "backlog.drain",
        "events": given.events,
        "bytes_an_event": days.size,
    } | figures
    line = {k: round(v, 2) if isinstance(v, float) else v for k, v in figures.items()}
    sys.stdout.write(f"{json.dumps(line)}\n")
    if figures["times_both"] < GOAL or figures["alarm_p99_ms"] > GOAL_ALARM_MS:
        sys.exit(1)


if __name__ == "__main__":
    main()
