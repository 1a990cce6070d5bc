"""A database that is killed, away and killed again under load, and alarms that must not notice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, NoReturn, TypeAlias

from cloud_bridge.journal import Journal
from cloud_bridge.series import Series
from cloud_bridge.series_server import Target
from cloud_bridge.series_writer import Writer
from edge.driver import Way
from edge.history import History
from edge.keeper import keep_open
from edge.model import Lane, Reading
from tests.fakes import journal as journals
from tests.fakes.site import bare_site
from tests.fakes.victoria import Victoria

EVERY_S: Final = 0.1
"""Between two readings of one point."""

ALARM_EVERY_S: Final = 0.02
LIVE_S: Final = 1.5
QUIET_S: Final = 3.0
"""Before the database is written to for the first time: what alarms take is compared with this."""

LONGEST_S: Final = 1.0
"""Of the keeper's delays: what is tried here is not its patience."""

SHOWN_S: Final = 60.0

Phase: TypeAlias = Literal["quiet", "live", "away", "catching_up"]


@dataclass(slots=True)
class Told:
    """What happened: how long alarms took in each phase, in seconds, and what was kept."""

    alarms: dict[Phase, list[float]] = field(default_factory=dict)
    kept: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    ways: list[Way] = field(default_factory=list)
    waited: int = 0
    caught_up_s: float = 0.0
    refused: int = 0
    dropped: int = 0

    def p99(self, phase: Phase) -> float:
        """The latency that one alarm in a hundred exceeds."""
        times = sorted(self.alarms[phase])
        return times[len(times) * 99 // 100]


class Outage:
    """One run: `points` read ten times a second, an alarm fifty times."""

    def __init__(self, server: Victoria, store: Path, points: int) -> None:
        self._server = server
        self._points = points
        self._history = History(store, lambda: datetime.now(UTC))
        self._journal: Journal = journals.opened(store)
        self._phase: Phase = "quiet"
        self._loading = True
        self._count = 0
        self.told = Told()

    async def run(self, away_s: float) -> Told:
        """Live, killed, live, away, back, killed while it catches up, until nothing waits."""
        await self._history.set_followers(["series"])
        writer = Writer(Target(url=self._server.url))
        series = Series(
            bare_site(),
            self._history.follow("series"),
            writer.open,
            lambda: datetime.now(UTC),
        )
        tasks = self._begin()
        try:
            await self._be("quiet", QUIET_S)
            tasks.append(
                asyncio.create_task(
                    keep_open("series", series.serve, self._changed, LONGEST_S), name="series"
                )
            )
            await self._until(lambda: "up" in self.told.ways)
            await self._be("live", LIVE_S)
            await self._server.kill()
            await self._server.start()
            await self._be("live", LIVE_S)
            await self._server.stop()
            await self._be("away", away_s)
            await self._return(series)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await writer.close()
            await self._history.close()
            await self._journal.close()
        self.told.refused, self.told.dropped = series.refused, series.dropped
        return self.told

    async def _return(self, series: Series) -> None:
        """Back again: killed once more half-way through what has waited."""
        self.told.waited = series.waiting
        await self._server.start()
        begun = asyncio.get_running_loop().time()
        self._phase = "catching_up"
        await self._until(lambda: series.waiting < self.told.waited // 2)
        await self._server.kill()
        await self._server.start()
        await self._until(lambda: series.waiting < self._points * 20)
        self.told.caught_up_s = asyncio.get_running_loop().time() - begun
        self._phase, self._loading = "live", False
        await self._history.flush()
        await self._until(lambda: series.waiting == 0)
        self._read()  # as there is always more: by writing it the last kill is noticed, if nothing
        await self._history.flush()  # was left to write after it
        await self._until(lambda: series.waiting == 0)

    def _begin(self) -> list[asyncio.Task[NoReturn] | asyncio.Task[None]]:
        return [
            asyncio.create_task(self._history.run(), name="history"),
            asyncio.create_task(self._journal.run(), name="journal"),
            asyncio.create_task(self._load(), name="load"),
            asyncio.create_task(self._alarms(), name="alarms"),
        ]

    async def _be(self, phase: Phase, seconds: float) -> None:
        self._phase = phase
        await asyncio.sleep(seconds)

    async def _until(self, so: Callable[[], bool]) -> None:
        while not so():  # noqa: ASYNC110 - it is another's word that is waited for
            await asyncio.sleep(0.01)

    async def _load(self) -> None:
        """Each point says something new each time, so that every reading is kept."""
        while self._loading:
            self._read()
            await asyncio.sleep(EVERY_S)

    def _read(self) -> None:
        self._count += 1
        now = datetime.now(UTC)
        for number in range(self._points):
            point = f"d{number}/level"
            self._history.add(Reading(point=point, value=self._count + 0.5, at=now))
            self.told.kept[f"d{number}"] += 1
            self.told.sums[f"d{number}"] += self._count

    async def _alarms(self) -> NoReturn:
        """From the instant at which an alarm is due until it is on disk."""
        loop = asyncio.get_running_loop()
        due, number = loop.time(), 0
        while True:
            due, number = due + ALARM_EVERY_S, number + 1
            await asyncio.sleep(due - loop.time())
            times = self.told.alarms.setdefault(self._phase, [])
            kept = journals.told(number, lane=Lane.LIFE_SAFETY)

            def done(due: float = due, times: list[float] = times) -> None:
                times.append(loop.time() - due)

            await self._journal.keep([kept], {}, [done])

    async def _changed(self, way: Way, reason: str) -> None:
        del reason
        self.told.ways.append(way)


async def arrived(server: Victoria, told: Told) -> bool:
    """Whether everything that was kept is there, once; the database shows it within seconds."""
    async with asyncio.timeout(SHOWN_S):
        while True:
            counts, sums, once = await _shown(server)
            if sums.total() >= told.sums.total():
                return once and (counts, sums) == (told.kept, told.sums)
            await asyncio.sleep(0.5)


async def _shown(server: Victoria) -> tuple[Counter[str], Counter[str], bool]:
    """How much there is of each device, the sums, and whether there is each instant once."""
    counts: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    once = True
    for series in await server.exported('{__name__="unknown_value"}'):
        device = series["metric"]["device"]
        counts[device] += len(series["values"])
        sums[device] += sum(int(value) for value in series["values"])
        once &= len({*series["timestamps"]}) == len(series["timestamps"])
    return counts, sums, once
